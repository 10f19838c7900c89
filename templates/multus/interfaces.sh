#!/bin/bash
# Brings up the interfaces that this node has in further networks, under the names of the networks.
#
#   multus-interfaces TABLE [ROOT]
#
# A line of TABLE is the device number of an interface, the name of its network, and the CNI configuration by which pods
# of this node use it, or nothing. In the configuration, "@ranges@" stands for the addresses of the prefixes that the
# interface has. Runs at each start of the node, before kubelet, and does no harm when it runs again.
#
# Which interface is which is known by its MAC address, and that from the metadata of the instance: what the kernel calls
# an interface follows from hardware and slots.
#
# With ROOT it runs in a container that shares the node's network, where the files of the node are below ROOT.
set -euo pipefail

table=$1
root=${2:-}
metadata=http://169.254.169.254/latest
units=/etc/systemd/network
configurations=$root/etc/cni/multus/net.d
state=$root/run/multus-interfaces
placeholder='"@ranges@"'

say() {
    printf 'multus-interfaces: %s\n' "$*" >&2
}

# ip ARGUMENT...: the node's own, for images of containers lack it.
ip() {
    if [[ -n $root ]]; then
        chroot "$root" ip "$@"
    else
        command ip "$@"
    fi
}

# fetch PATH: what the metadata says of interfaces there; nothing where it has none, or does not answer.
fetch() {
    local token
    token=$(curl --silent --fail --max-time 5 --request PUT \
        --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token") || return 0
    curl --silent --fail --max-time 5 --header "X-aws-ec2-metadata-token: $token" \
        "$metadata/meta-data/network/interfaces/macs/$1" || return 0
}

# mac_of DEVICE: the MAC address of the interface that is attached there.
mac_of() {
    local mac
    for mac in $(fetch ''); do
        if [[ $(fetch "${mac}device-number") == "$1" ]]; then
            printf '%s\n' "${mac%/}"
            return
        fi
    done
}

# link_of MAC: what the interface is called now.
link_of() {
    local address link
    for address in /sys/class/net/*/address; do
        if [[ $(<"$address") == "$1" ]]; then
            link=${address%/address}
            printf '%s\n' "${link##*/}"
            return
        fi
    done
}

# gateway_of SUBNET: the router of a VPC has the second address.
gateway_of() {
    local first=${1%/*}
    printf '%s.%d\n' "${first%.*}" $((${first##*.} + 1))
}

# ranges_of SUBNET PREFIX...: a range for each prefix, as host-local reads it.
ranges_of() {
    local subnet=$1 prefix first ranges=()
    shift
    for prefix in "$@"; do
        first=${prefix%/*}
        ranges+=("$(printf '{"subnet":"%s","rangeStart":"%s","rangeEnd":"%s.%d","gateway":"%s"}' "$subnet" \
            "$first" "${first%.*}" $((${first##*.} + 15)) "$(gateway_of "$subnet")")")
    done
    (
        IFS=,
        printf '[[%s]]\n' "${ranges[*]}"
    )
}

# write FILE TEXT: all of it or nothing, for others read while this writes.
write() {
    install -d "${1%/*}"
    printf '%s\n' "$2" >"$1.new"
    mv "$1.new" "$1"
}

# bring_up DEVICE NAME CONFIGURATION
bring_up() {
    local device=$1 name=$2 configuration=$3 mac link subnet prefixes=() routes=$((20000 + $1)) ending=conf
    # An instance whose interfaces never come is given up from outside.
    while true; do
        mac=$(mac_of "$device")
        link=$(link_of "${mac:-none}")
        subnet=$(fetch "$mac/subnet-ipv4-cidr-block")
        mapfile -t prefixes < <(fetch "$mac/ipv4-prefix")
        if [[ -n $mac && -n $link && -n $subnet ]]; then
            [[ $configuration == *"$placeholder"* && ${#prefixes[@]} -eq 0 ]] || break
        fi
        say "waiting for $name at device $device"
        sleep 2
    done

    # Nobody else may give it addresses or take it down; the first file that fits counts. Systems whose nodes run this in
    # a container mind no interface but the first.
    if [[ -z $root ]]; then
        write "$units/05-multus-$name.network" $'[Match]\nMACAddress='"$mac"$'\n\n[Link]\nUnmanaged=yes'
        networkctl reload
    fi
    if [[ $link != "$name" ]]; then
        ip link set dev "$link" down
        ip link set dev "$link" name "$name"
    fi
    # The node itself has no address there, so nothing of its own gets onto the network. Pods have the size of packets
    # from it, and a VPC takes 9001 bytes.
    ip address flush dev "$name"
    ip link set dev "$name" addrgenmode none
    ip link set dev "$name" mtu 9001 up
    # For ipvlan in the modes l3 and l3s, where packets of pods find their way on the node: by this interface alone, and
    # answers are taken here whatever the node's own way back would be.
    ip route replace "$subnet" dev "$name" scope link table "$routes"
    ip route replace default via "$(gateway_of "$subnet")" dev "$name" onlink table "$routes"
    ip rule delete lookup "$routes" 2>/dev/null || true
    ip rule add oif "$name" lookup "$routes" priority "$routes"
    printf '2\n' >"$root/proc/sys/net/ipv4/conf/$name/rp_filter"

    if [[ -n $configuration ]]; then
        [[ $configuration != *'"plugins":'* ]] || ending=conflist
        write "$configurations/$name.$ending" \
            "${configuration/"$placeholder"/"$(ranges_of "$subnet" "${prefixes[@]}")"}"
    fi
    say "$name is up: device $device, $mac, ${prefixes[*]:-no prefixes}"
}

while read -r device name configuration <&3; do
    bring_up "$device" "$name" "$configuration"
done 3<"$table"
# The container runtime takes the first configuration. Where that of Multus is missing, as after a start and whenever its
# daemon ends, pods would start by the next one, the cluster's own, without their networks. So one stands between that no
# pod starts by: they wait for Multus.
write "$root/etc/cni/net.d/05-multus-pending.conf" \
    '{"cniVersion": "1.0.0", "name": "multus-pending", "type": "multus-pending"}'
write "$state/ready" "$(<"$table")"
