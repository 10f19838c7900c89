"""ministack, with what it lacks of EC2's network interfaces and of lifecycle actions.

    emulator.py PORT

It takes part in the tests of what gives nodes their interfaces, and interfaces their addresses, and listens on 127.0.0.1
alone. Names of ministack that are not public are used, so the version is pinned. What is added, as AWS has it:

- CreateNetworkInterface keeps tags, knows its client token again and refuses it for anything else, and gives prefixes and
  addresses, of IPv6 only in subnets that have it. The first action on an interface does not know it yet.
- CreateSubnet keeps the IPv6 block, which ministack forgets.
- ModifyNetworkInterfaceAttribute, which ministack has not.
- DescribeNetworkInterfaces minds filters by tags and by an address of IPv6, and tells of addresses, prefixes and of what is
  deleted with the instance.
- AttachNetworkInterface minds zones, devices and what state both are in; DeleteNetworkInterface, attachments.
- AssignPrivateIpAddresses and UnassignPrivateIpAddresses, which ministack has not: an interface has room for as many
  addresses as one of an m7i.xlarge, and takes those of others only where the call allows it.
- AssignIpv6Addresses and UnassignIpv6Addresses, which ministack has not: an interface takes none of others.
- TerminateInstances deletes what is to be deleted with the instance, and lets go of the rest.
- DescribeInstances minds the filter by instances.
- CompleteLifecycleAction refuses a token that has been used.
"""

import ipaddress
import os
import re
import sys
import threading

os.environ.update(
    BIND_HOST="127.0.0.1", MINISTACK_HOST="127.0.0.1", IOT_MTLS_ENABLED="0", SFTP_ENABLED="0", GATEWAY_PORT=sys.argv[1]
)

from ministack.services import autoscaling, ec2  # noqa: E402

original = dict(ec2._ACTION_MAP)
by_token = {}
used_actions = set()
ROOM = 15
# Requests may be at work on several threads.
lock = threading.RLock()


def interface(params):
    one = ec2._network_interfaces.get(ec2._p(params, "NetworkInterfaceId"))
    return None if one and one.pop("Fresh", False) else one


def unknown(params):
    name = ec2._p(params, "NetworkInterfaceId")
    return ec2._error("InvalidNetworkInterfaceID.NotFound", f"The networkInterface ID '{name}' does not exist", 400)


def done(action):
    return ec2._xml(200, f"{action}Response", "<return>true</return>")


def create_subnet(params):
    status, headers, body = original["CreateSubnet"](params)
    if status == 200:
        name = re.search(r"<subnetId>(.*?)<", body if isinstance(body, str) else body.decode()).group(1)
        ec2._subnets[name]["Ipv6"] = ec2._p(params, "Ipv6CidrBlock")
    return status, headers, body


def create(params):
    if ec2._p(params, "Ipv6PrefixCount") and not ec2._subnets[ec2._p(params, "SubnetId")].get("Ipv6"):
        return ec2._error("InvalidParameterValue", "The subnet has no IPv6 CIDR block", 400)
    token = ec2._p(params, "ClientToken")
    name, asked = by_token.get(token, (None, params))
    if asked != params:
        return ec2._error("IdempotentParameterMismatch", "The client token was used for another request", 400)
    one = ec2._network_interfaces.get(name)
    if one is None:
        status, headers, body = original["CreateNetworkInterface"](params)
        if status != 200:
            return status, headers, body
        name = re.search(r"<networkInterfaceId>(.*?)<", body if isinstance(body, str) else body.decode()).group(1)
        one = ec2._network_interfaces[name]
        one["Prefixes"] = int(ec2._p(params, "Ipv4PrefixCount") or 0)
        one["Ipv6Prefixes"] = int(ec2._p(params, "Ipv6PrefixCount") or 0)
        one["Assigned"] = []
        one["Ipv6"] = []
        one["Fresh"] = True
        one["Addresses"] = int(ec2._p(params, "SecondaryPrivateIpAddressCount") or 0)
        ec2._parse_tag_specs(params, "network-interface", name)
        by_token[token] = name, params
    return ec2._xml(200, "CreateNetworkInterfaceResponse", described(one, "networkInterface"))


def described(one, tag):
    text = ec2._eni_fields_xml(one, tag=tag)
    prefixes = "".join(f"<item><ipv4Prefix>10.9.{number}.0/28</ipv4Prefix></item>" for number in range(one["Prefixes"]))
    prefixes6 = "".join(f"<item><ipv6Prefix>2001:db8:0:9:{at:x}::/80</ipv6Prefix></item>" for at in range(one["Ipv6Prefixes"]))
    sets = f"<ipv4PrefixSet>{prefixes}</ipv4PrefixSet><ipv6PrefixSet>{prefixes6}</ipv6PrefixSet>"
    text = text.replace("<groupSet>", f"{sets}<groupSet>", 1)
    for number in range(one["Addresses"]):
        secondary = f"<item><privateIpAddress>10.8.0.{number + 4}</privateIpAddress><primary>false</primary></item>"
        text = text.replace("</privateIpAddressesSet>", f"{secondary}</privateIpAddressesSet>", 1)
    for address in one["Assigned"]:
        secondary = f"<item><privateIpAddress>{address}</privateIpAddress><primary>false</primary></item>"
        text = text.replace("</privateIpAddressesSet>", f"{secondary}</privateIpAddressesSet>", 1)
    addresses = "".join(f"<item><ipv6Address>{address}</ipv6Address></item>" for address in one["Ipv6"])
    text = text.replace("<groupSet>", f"<ipv6AddressesSet>{addresses}</ipv6AddressesSet><groupSet>", 1)
    if one.get("Attachment"):
        fate = str(one["Attachment"].get("DeleteOnTermination", False)).lower()
        text = text.replace("</attachment>", f"<deleteOnTermination>{fate}</deleteOnTermination></attachment>", 1)
    return text


def describe(params):
    wanted = ec2._parse_filters(params)
    addresses = wanted.pop("ipv6-addresses.ipv6-address", None)
    unheard = [name for name in wanted if not name.startswith("tag:")]
    if unheard:
        return ec2._error("InvalidParameterValue", f"the emulator has no filter {unheard}", 400)
    found = [
        described(one, "item")
        for name, one in ec2._network_interfaces.items()
        if ec2._resource_matches_tag_filters(name, wanted) and (addresses is None or set(addresses) & set(one["Ipv6"]))
    ]
    text = f"<networkInterfaceSet>{''.join(found)}</networkInterfaceSet>"
    return ec2._xml(200, "DescribeNetworkInterfacesResponse", text)


def modify(params):
    one = interface(params)
    if one is None:
        return unknown(params)
    if "SourceDestCheck.Value" in params:
        one["SourceDestCheck"] = ec2._p(params, "SourceDestCheck.Value") == "true"
    if "Attachment.AttachmentId" in params:
        attachment = one.get("Attachment") or {}
        if attachment.get("AttachmentId") != ec2._p(params, "Attachment.AttachmentId"):
            return ec2._error("InvalidAttachmentID.NotFound", "The attachment does not exist", 400)
        attachment["DeleteOnTermination"] = ec2._p(params, "Attachment.DeleteOnTermination") == "true"
    return done("ModifyNetworkInterfaceAttribute")


def assign(params):
    one = interface(params)
    if one is None:
        return unknown(params)
    added = [address for address in ec2._parse_member_list(params, "PrivateIpAddress") if address not in one["Assigned"]]
    block = ipaddress.ip_network(ec2._subnets[one["SubnetId"]]["CidrBlock"])
    for address in added:
        if ipaddress.ip_address(address) not in block:
            return ec2._error("InvalidParameterValue", f"Address {address} is not in the subnet", 400)
        holders = [other for other in ec2._network_interfaces.values() if address in other["Assigned"]]
        if holders and ec2._p(params, "AllowReassignment") != "true":
            return ec2._error("InvalidParameterValue", f"[{address}] assigned, but move is not allowed.", 400)
    if 1 + len(one["Assigned"]) + len(added) > ROOM:
        message = "Number of private addresses will exceed limit."
        return ec2._error("PrivateIpAddressLimitExceeded", message, 400)
    for address in added:
        for other in ec2._network_interfaces.values():
            other["Assigned"] = [held for held in other["Assigned"] if held != address]
        one["Assigned"].append(address)
    return done("AssignPrivateIpAddresses")


def take_back(params, asked, held, action):
    one = interface(params)
    if one is None:
        return unknown(params)
    for address in ec2._parse_member_list(params, asked):
        if address not in one[held]:
            message = f"Some of [{address}] are not assigned to interface {one['NetworkInterfaceId']}"
            return ec2._error("InvalidParameterValue", message, 400)
        one[held].remove(address)
    return done(action)


def unassign(params):
    return take_back(params, "PrivateIpAddress", "Assigned", "UnassignPrivateIpAddresses")


def unassign6(params):
    return take_back(params, "Ipv6Addresses", "Ipv6", "UnassignIpv6Addresses")


def assign6(params):
    one = interface(params)
    if one is None:
        return unknown(params)
    added = ec2._parse_member_list(params, "Ipv6Addresses")
    block = ec2._subnets[one["SubnetId"]].get("Ipv6")
    for address in added:
        if not block or ipaddress.ip_address(address) not in ipaddress.ip_network(block):
            return ec2._error("InvalidParameterValue", f"Address {address} is not in the subnet", 400)
        if any(address in other["Ipv6"] for other in ec2._network_interfaces.values()):
            return ec2._error("InvalidParameterValue", f"Address {address} is already assigned", 400)
    if len(one["Ipv6"]) + len(added) > ROOM:
        return ec2._error("Ipv6AddressLimitExceeded", "Number of IPv6 addresses will exceed limit.", 400)
    one["Ipv6"] += added
    return done("AssignIpv6Addresses")


def attach(params):
    one = interface(params)
    if one is None:
        return unknown(params)
    if one.get("Attachment"):
        return ec2._error("InvalidParameterValue", f"{one['NetworkInterfaceId']} is currently in use", 400)
    name, device = ec2._p(params, "InstanceId"), int(ec2._p(params, "DeviceIndex"))
    instance = ec2._instances.get(name)
    if instance is None or instance["State"]["Name"] != "running":
        return ec2._error("IncorrectState", f"Instance '{name}' is not 'running' or 'stopped'", 400)
    zone = ec2._subnets[instance["SubnetId"]]["AvailabilityZone"]
    if one["AvailabilityZone"] != zone:
        return ec2._error("InvalidParameterCombination", "You may not attach across availability zones", 400)
    held = [other["Attachment"] for other in ec2._network_interfaces.values() if other.get("Attachment")]
    if device in [other["DeviceIndex"] for other in held if other["InstanceId"] == name]:
        return ec2._error("InvalidParameterValue", f"Instance '{name}' already has an interface at {device}", 400)
    return original["AttachNetworkInterface"](params)


def delete(params):
    one = interface(params)
    if one and one.get("Attachment"):
        return ec2._error("InvalidNetworkInterface.InUse", f"{one['NetworkInterfaceId']} is in use", 400)
    return original["DeleteNetworkInterface"](params)


def terminate(params):
    ended = ec2._parse_member_list(params, "InstanceId")
    for name, one in list(ec2._network_interfaces.items()):
        attachment = one.get("Attachment")
        if attachment and attachment["InstanceId"] in ended:
            one.update(Attachment=None, Status="available")
            if attachment.get("DeleteOnTermination"):
                del ec2._network_interfaces[name]
    return original["TerminateInstances"](params)


def matches(instance, wanted):
    return instance["InstanceId"] in wanted.get("instance-id", [instance["InstanceId"]]) and original_match(instance, wanted)


def complete(params):
    token = params["LifecycleActionToken"]
    if token in used_actions:
        return autoscaling._error("ValidationError", f"No active Lifecycle Action found with token {token}")
    used_actions.add(token)
    return original_complete(params)


def one_at_a_time(action):
    def handler(params):
        with lock:
            return action(params)

    return handler


original_match, ec2._matches_filters = ec2._matches_filters, matches
original_complete = autoscaling._ACTION_MAP["CompleteLifecycleAction"]
autoscaling._ACTION_MAP["CompleteLifecycleAction"] = one_at_a_time(complete)
added = {
    "CreateSubnet": create_subnet,
    "CreateNetworkInterface": create,
    "DescribeNetworkInterfaces": describe,
    "ModifyNetworkInterfaceAttribute": modify,
    "AttachNetworkInterface": attach,
    "AssignPrivateIpAddresses": assign,
    "UnassignPrivateIpAddresses": unassign,
    "AssignIpv6Addresses": assign6,
    "UnassignIpv6Addresses": unassign6,
    "DeleteNetworkInterface": delete,
    "TerminateInstances": terminate,
}
ec2._ACTION_MAP.update({name: one_at_a_time(action) for name, action in added.items()})

from ministack.app import main  # noqa: E402

sys.argv = ["ministack"]
main()
