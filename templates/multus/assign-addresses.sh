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

# addresses_of INTERFACE: what the pod has there.
addresses_of() {
    local text
    text=$(tr -d '[:space:]' <"$status")
    [[ $text =~ \"interface\":\""$1"\"[^{}]*\"ips\":\[([^]]*)\] ]] || return 1
    printf '%s\n' "${BASH_REMATCH[1]//[\",]/ }"
}

# plain ADDRESS: spelled out, for one of IPv6 is written in more ways than one.
plain() {
    local before after=() group
    if [[ $1 != *:* ]]; then
        printf '%s\n' "$1"
        return
    fi
    IFS=: read -ra before <<<"${1%%::*}"
    [[ $1 != *::* ]] || IFS=: read -ra after <<<"${1#*::}"
    while ((${#before[@]} + ${#after[@]} < 8)); do
        before+=(0)
    done
    for group in "${before[@]}" "${after[@]}"; do
        printf '%x:' "0x$group"
    done
    printf '\n'
}

# has MAC ADDRESS: whether the VPC brings packets for the address to the node.
has() {
    local known key=local-ipv4s
    [[ $2 != *:* ]] || key=ipv6s
    for known in $(fetch "$1" "$key"); do
        [[ $(plain "$known") != "$(plain "$2")" ]] || return 0
    done
    return 1
}

# change VERB INTERFACE ADDRESS ARGUMENT...
change() {
    local kind=private-ip
    [[ $3 != *:* ]] || kind=ipv6
    aws ec2 "$1-$kind-addresses" --network-interface-id "$2" "--$kind-addresses" "$3" "${@:4}"
}

# take INTERFACE ADDRESS: from another interface, too, which EC2 itself does with IPv4 alone.
take() {
    local holder
    if [[ $2 != *:* ]]; then
        change assign "$1" "$2" --allow-reassignment
        return
    fi
    change assign "$1" "$2" && return
    holder=$(aws ec2 describe-network-interfaces --filters "Name=ipv6-addresses.ipv6-address,Values=$2" \
        --query 'NetworkInterfaces[].NetworkInterfaceId' --output text)
    [[ $holder != "$1" ]] || return 0
    [[ -n $holder ]] && change unassign "$holder" "$2" && change assign "$1" "$2"
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
        if take "$interface" "$address" >/dev/null; then
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
        change unassign "${one% *}" "${one#* }" >/dev/null && say "${one% *} gave up ${one#* }"
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
