#!/bin/bash
# Has the VPC bring packets for the addresses of this pod to its node, for as long as the pod runs.
#
#   assign-addresses INTERFACE...
#
# A VPC brings to a node what is for addresses that an interface of the node has. The interfaces of the pod have the MAC
# address of the node's, by which the metadata of the instance knows it. Their addresses are in the pod's annotation,
# which may come a little after this starts. An address may still be that of another node, where a pod ended without a
# word: it is taken from there. When this pod ends, its addresses are given up before anyone else gets them, for an
# interface has room for few.
set -uo pipefail

status=/run/pod/network-status
metadata=http://169.254.169.254/latest
assigned=()

say() {
    printf 'assign-addresses: %s\n' "$*" >&2
}

# Signals are heard while it waits.
pause() {
    sleep "$1" &
    wait "$!"
}

# fetch MAC KEY: what the metadata says of the node's interface; nothing where it does not answer.
fetch() {
    local token
    token=$(curl --silent --fail --max-time 5 --request PUT \
        --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token") &&
        curl --silent --fail --max-time 5 --header "X-aws-ec2-metadata-token: $token" \
            "$metadata/meta-data/network/interfaces/macs/$1/$2"
}

# addresses_of INTERFACE: the IPv4 addresses that the pod has there.
addresses_of() {
    local text address
    text=$(tr -d '[:space:]' <"$status")
    [[ $text =~ \"interface\":\""$1"\"[^{}]*\"ips\":\[([^]]*)\] ]] || return 1
    for address in ${BASH_REMATCH[1]//[\",]/ }; do
        [[ $address == *:* ]] || printf '%s\n' "$address"
    done
}

# has MAC ADDRESS: whether the VPC brings packets for the address to the node.
has() {
    local known
    known=$(fetch "$1" local-ipv4s)
    [[ $'\n'$known$'\n' == *$'\n'$2$'\n'* ]]
}

# assign MAC ADDRESS
assign() {
    local mac=$1 address=$2 interface
    until interface=$(fetch "$mac" interface-id); do
        say "waiting for the metadata of $mac: pods need a hop limit of 2"
        pause 2
    done
    assigned+=("$interface $address")
    until has "$mac" "$address"; do
        if aws ec2 assign-private-ip-addresses --network-interface-id "$interface" \
            --private-ip-addresses "$address" --allow-reassignment >/dev/null; then
            # It moves after the call has returned.
            for _ in {1..30}; do
                ! has "$mac" "$address" || break
                pause 1
            done
        else
            say "$interface does not take $address yet"
            pause 5
        fi
    done
    say "$interface has $address"
}

release() {
    local one
    for one in "${assigned[@]}"; do
        # Nothing is wrong if it is another's by now.
        aws ec2 unassign-private-ip-addresses --network-interface-id "${one% *}" \
            --private-ip-addresses "${one#* }" && say "${one% *} gave up ${one#* }"
    done
    exit 0
}

trap release TERM
for link in "$@"; do
    until addresses=$(addresses_of "$link"); do
        say "waiting for the address of $link"
        pause 1
    done
    for address in $addresses; do
        assign "$(<"/sys/class/net/$link/address")" "$address"
    done
done
touch /tmp/assigned
while true; do
    pause infinity
done
