#!/bin/bash
# Brings up the interfaces that this node has in further networks, under the names of the networks.
#
#   multus-interfaces TABLE [ROOT]
#
# A line of TABLE is the device number of an interface, the name of its network, and the CNI configuration by which pods
# of this node use it, or nothing. In the configuration, "@ipv4@" and "@ipv6@" stand for the addresses of the prefixes that
# the interface has. Runs at each start of the node, before kubelet, and does no harm when it runs again. What does not work
# is tried again for some time, and then it fails.
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
# Seconds: longer than an instance is held while its interfaces are made. One that never gets them is given up from outside.
patience=900
# The router of a VPC, in IPv6.
router=fe80:ec2::1

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

# groups_of PREFIX: the five groups of numbers that a prefix of IPv6 has.
groups_of() {
    local address=${1%/*} before after=()
    IFS=: read -ra before <<<"${address%%::*}"
    [[ $address != *::* ]] || IFS=: read -ra after <<<"${address#*::}"
    while ((${#before[@]} + ${#after[@]} < 8)); do
        before+=(0)
    done
    before+=("${after[@]}")
    (
        IFS=:
        printf '%s\n' "${before[*]:0:5}"
    )
}

# ends_of PREFIX: the first and the last address that pods get of it. AWS keeps the first four of a subnet of IPv6 and its
# last, and may give out the prefixes that these are in.
ends_of() {
    local first=${1%/*} groups
    if [[ $1 == *:* ]]; then
        groups=$(groups_of "$1")
        printf '%s::4 %s:ffff:ffff:fffe\n' "$groups" "$groups"
    else
        printf '%s %s.%d\n' "$first" "${first%.*}" $((${first##*.} + 15))
    fi
}

# ranges_of SUBNET GATEWAY PREFIX...: a range for each prefix, any of which a pod gets an address of, as host-local reads it.
ranges_of() {
    local subnet=$1 gateway=$2 prefix first last ranges=()
    shift 2
    for prefix in "$@"; do
        read -r first last < <(ends_of "$prefix")
        ranges+=("$(printf '{"subnet":"%s","rangeStart":"%s","rangeEnd":"%s","gateway":"%s"}' "$subnet" "$first" "$last" \
            "$gateway")")
    done
    (
        IFS=,
        printf '[%s]\n' "${ranges[*]}"
    )
}

# write FILE TEXT: all of it or nothing, for others read while this writes.
write() {
    install -d "${1%/*}"
    printf '%s\n' "$2" >"$1.new"
    mv "$1.new" "$1"
}

# route FAMILY NAME TABLE SUBNET GATEWAY: what goes by the interface finds its way by it alone.
route() {
    ip "$1" route replace "$4" dev "$2" scope link table "$3"
    ip "$1" route replace default via "$5" dev "$2" onlink table "$3"
    ip "$1" rule delete lookup "$3" 2>/dev/null || true
    ip "$1" rule add oif "$2" lookup "$3" priority "$3"
}

# bring_up DEVICE NAME CONFIGURATION: fails where not all of it is there yet.
bring_up() {
    local device=$1 name=$2 configuration=$3 mac link subnet subnet6 prefixes prefixes6 routes=$((20000 + $1))
    local addresses=none ending=conf kernel=$root/proc/sys/net
    mac=$(mac_of "$device")
    link=$(link_of "${mac:-none}")
    subnet=$(fetch "$mac/subnet-ipv4-cidr-block")
    subnet6=$(fetch "$mac/subnet-ipv6-cidr-blocks")
    mapfile -t prefixes < <(fetch "$mac/ipv4-prefix")
    mapfile -t prefixes6 < <(fetch "$mac/ipv6-prefix")
    if [[ -z $mac || -z $link || -z $subnet$subnet6 ]] ||
        [[ $configuration == *'"@ipv4@"'* && (-z $subnet || ${#prefixes[@]} -eq 0) ]] ||
        [[ $configuration == *'"@ipv6@"'* && (-z $subnet6 || ${#prefixes6[@]} -eq 0) ]]; then
        say "waiting for $name at device $device"
        return 1
    fi

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
    # The node itself has no address there, so nothing of its own gets onto the network; with IPv6 it has that of the link
    # alone, by which it finds neighbours, and takes no routes from the router. Pods have the size of packets from the
    # interface, and a VPC takes 9001 bytes.
    if [[ -n $subnet6 ]]; then
        addresses=eui64
        printf '0\n' >"$kernel/ipv6/conf/$name/accept_ra"
    fi
    ip address flush dev "$name" scope global
    ip link set dev "$name" addrgenmode "$addresses"
    ip link set dev "$name" mtu 9001 up
    # For ipvlan in the modes l3 and l3s, where packets of pods find their way on the node: by this interface alone, and
    # answers are taken here whatever the node's own way back would be.
    [[ -z $subnet ]] || route -4 "$name" "$routes" "$subnet" "$(gateway_of "$subnet")"
    [[ -z $subnet6 ]] || route -6 "$name" "$routes" "$subnet6" "$router"
    printf '2\n' >"$kernel/ipv4/conf/$name/rp_filter"

    if [[ -n $configuration ]]; then
        [[ $configuration != *'"plugins":'* ]] || ending=conflist
        configuration=${configuration/'"@ipv4@"'/"$(ranges_of "$subnet" "$(gateway_of "$subnet")" "${prefixes[@]}")"}
        configuration=${configuration/'"@ipv6@"'/"$(ranges_of "$subnet6" "$router" "${prefixes6[@]}")"}
        write "$configurations/$name.$ending" "$configuration"
    fi
    prefixes+=("${prefixes6[@]}")
    say "$name is up: device $device, $mac, ${prefixes[*]:-no prefixes}"
}

while read -r device name configuration <&3; do
    # On its own, for within a condition a function goes on after what fails.
    bring_up "$device" "$name" "$configuration" &
    until wait "$!"; do
        if ((SECONDS > patience)); then
            say "$name at device $device is not up after $SECONDS seconds: given up"
            exit 1
        fi
        sleep 2
        bring_up "$device" "$name" "$configuration" &
    done
done 3<"$table"
# The container runtime takes the first configuration. Where that of Multus is missing, as after a start and whenever its
# daemon ends, pods would start by the next one, the cluster's own, without their networks. So one stands between that no
# pod starts by: they wait for Multus.
write "$root/etc/cni/net.d/05-multus-pending.conf" \
    '{"cniVersion": "1.0.0", "name": "multus-pending", "type": "multus-pending"}'
write "$state/ready" "$(<"$table")"
