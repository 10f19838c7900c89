"""Starts ministack, an emulator of AWS, with the resource types that it lacks and our stacks need.

    GATEWAY_PORT=PORT STACK_PAUSE=FILE python3 emulator.py

It listens on 127.0.0.1 only. STACK_PAUSE names a file with a number of seconds: so long every operation of a stack
stays in progress, which an operation of AWS's does and one of the emulator's does not. The types are made by the
emulator's own functions, so that its describe calls show them. These functions are private, so the version is pinned.
"""

import asyncio
import json
import os
import re
import time
import types
from pathlib import Path

PINNED = "1.5.33"

# The emulator reads these when it is imported. It would listen on all addresses without them.
os.environ.update(BIND_HOST="127.0.0.1", MINISTACK_HOST="127.0.0.1", IOT_MTLS_ENABLED="0", SFTP_ENABLED="0")

from importlib.metadata import version  # noqa: E402

if version("ministack") != PINNED:
    raise SystemExit(f"ministack {version('ministack')} is installed, this needs {PINNED}")

from ministack.core.responses import get_account_id, get_region, new_uuid  # noqa: E402
from ministack.services import ec2, eks, iam  # noqa: E402
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks  # noqa: E402
from ministack.services.cloudformation import _stacks  # noqa: E402


def answer(reply, what):
    """The text of a service function's reply; an error of the service is an error of the resource."""
    status, _, body = reply[0], reply[1], reply[2]
    text = body.decode() if isinstance(body, bytes) else str(body)
    if status >= 300:
        message = re.search(r"<Message>(.*?)</Message>", text, re.DOTALL)
        raise ValueError(f"{what}: {message.group(1) if message else text[:300]}")
    return text


def element(text, name):
    return re.search(f"<{name}>(.*?)</{name}>", text).group(1)


def flat(tags):
    """Tags as a map, in whichever of the two forms they are given."""
    return dict(tags) if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags or []}


class Address:
    """AWS::EC2::EIP. A reference to it is the address itself."""

    @staticmethod
    def create(_name, properties, _stack):
        text = answer(ec2._allocate_address({"Domain": properties.get("Domain", "vpc")}), "AWS::EC2::EIP")
        allocation, address = element(text, "allocationId"), element(text, "publicIp")
        provisioners._ec2_apply_tags(allocation, properties)
        return address, {"AllocationId": allocation, "PublicIp": address}

    @staticmethod
    def delete(address, _properties):
        held = [key for key, value in ec2._addresses.items() if value["PublicIp"] == address]
        for allocation in held:
            answer(ec2._release_address({"AllocationId": allocation}), "AWS::EC2::EIP")


class NatGateway:
    """AWS::EC2::NatGateway."""

    @staticmethod
    def create(_name, properties, _stack):
        if properties.get("SubnetId") not in ec2._subnets:
            raise ValueError(f"The subnet ID '{properties.get('SubnetId')}' does not exist")
        is_public = properties.get("ConnectivityType", "public") == "public"
        if is_public and properties.get("AllocationId") not in ec2._addresses:
            raise ValueError(f"The allocation ID '{properties.get('AllocationId')}' does not exist")
        wanted = {key: properties[key] for key in ("SubnetId", "AllocationId", "ConnectivityType") if key in properties}
        gateway = element(answer(ec2._create_nat_gateway(wanted), "AWS::EC2::NatGateway"), "natGatewayId")
        provisioners._ec2_apply_tags(gateway, properties)
        return gateway, {"NatGatewayId": gateway}

    @staticmethod
    def delete(gateway, _properties):
        answer(ec2._delete_nat_gateway({"NatGatewayId": gateway}), "AWS::EC2::NatGateway")


class Ingress:
    """AWS::EC2::SecurityGroupIngress."""

    @staticmethod
    def rule(properties):
        rule = provisioners._ec2_sg_permissions([properties])[0]
        source = properties.get("SourceSecurityGroupId")
        if source and not rule["UserIdGroupPairs"]:
            rule["UserIdGroupPairs"] = [{"GroupId": source, "UserId": get_account_id()}]
        return rule

    @staticmethod
    def create(_name, properties, _stack):
        for group in filter(None, (properties.get("GroupId"), properties.get("SourceSecurityGroupId"))):
            if group not in ec2._security_groups:
                raise ValueError(f"The security group '{group}' does not exist")
        rules = ec2._security_groups[properties["GroupId"]]["IpPermissions"]
        rule = Ingress.rule(properties)
        if rule in rules:
            raise ValueError("the specified rule already exists")
        rules.append(rule)
        identifier = "sgr-" + new_uuid().replace("-", "")[:17]
        return identifier, {"Id": identifier}

    @staticmethod
    def delete(_identifier, properties):
        group = ec2._security_groups.get(properties.get("GroupId"))
        rule = Ingress.rule(properties)
        if group and rule in group["IpPermissions"]:
            group["IpPermissions"].remove(rule)


class OidcProvider:
    """AWS::IAM::OIDCProvider."""

    @staticmethod
    def create(_name, properties, _stack):
        wanted = {"Url": properties.get("Url", "")}
        for key, member in (("ClientIdList", "ClientIDList"), ("ThumbprintList", "ThumbprintList")):
            for index, value in enumerate(properties.get(key) or [], start=1):
                wanted[f"{member}.member.{index}"] = value
        text = answer(iam._create_oidc_provider(wanted), "AWS::IAM::OIDCProvider")
        arn = element(text, "OpenIDConnectProviderArn")
        return arn, {"Arn": arn}

    @staticmethod
    def delete(arn, _properties):
        answer(iam._delete_oidc_provider({"OpenIDConnectProviderArn": arn}), "AWS::IAM::OIDCProvider")


class AccessEntry:
    """AWS::EKS::AccessEntry, with its policies."""

    @staticmethod
    def create(_name, properties, _stack):
        cluster, principal = properties.get("ClusterName", ""), properties.get("PrincipalArn", "")
        entry = answer(
            eks._create_access_entry(
                cluster,
                {
                    "principalArn": principal,
                    "type": properties.get("Type", "STANDARD"),
                    "username": properties.get("Username", ""),
                    "kubernetesGroups": properties.get("KubernetesGroups", []),
                    "tags": flat(properties.get("Tags")),
                },
            ),
            "AWS::EKS::AccessEntry",
        )
        for policy in properties.get("AccessPolicies") or []:
            scope = policy.get("AccessScope") or {}
            given = {"type": scope.get("Type")}
            if scope.get("Namespaces"):
                given["namespaces"] = scope["Namespaces"]
            policy = {"policyArn": policy["PolicyArn"], "accessScope": given}
            answer(eks._associate_access_policy(cluster, principal, policy), "AWS::EKS::AccessEntry")
        return f"{principal}|{cluster}", {"AccessEntryArn": json.loads(entry)["accessEntry"]["accessEntryArn"]}

    @staticmethod
    def delete(_identifier, properties):
        eks._delete_access_entry(properties.get("ClusterName", ""), properties.get("PrincipalArn", ""))


class Addon:
    """AWS::EKS::Addon."""

    @staticmethod
    def create(_name, properties, _stack):
        wanted = {
            "addonName": properties.get("AddonName", ""),
            "addonVersion": properties.get("AddonVersion", ""),
            "serviceAccountRoleArn": properties.get("ServiceAccountRoleArn", ""),
            "configurationValues": properties.get("ConfigurationValues", ""),
            "tags": flat(properties.get("Tags")),
        }
        addon = json.loads(answer(eks._create_addon(properties.get("ClusterName", ""), wanted), "AWS::EKS::Addon"))
        addon = addon["addon"]
        return f"{addon['clusterName']}|{addon['addonName']}", {"Arn": addon["addonArn"]}

    @staticmethod
    def delete(_identifier, properties):
        eks._delete_addon(properties.get("ClusterName", ""), properties.get("AddonName", ""))


TYPES = {
    "AWS::EC2::EIP": Address,
    "AWS::EC2::NatGateway": NatGateway,
    "AWS::EC2::SecurityGroupIngress": Ingress,
    "AWS::IAM::OIDCProvider": OidcProvider,
    "AWS::EKS::AccessEntry": AccessEntry,
    "AWS::EKS::Addon": Addon,
}


def add_types():
    for name, made in TYPES.items():
        if name in provisioners._RESOURCE_HANDLERS:
            raise SystemExit(f"ministack has {name} now: take ours out")
        provisioners._RESOURCE_HANDLERS[name] = {"create": made.create, "delete": made.delete}


def resolve_pseudo_parameters():
    """The emulator compares the very words "AWS::Region" in conditions."""
    evaluate = engine._evaluate_conditions

    def conditions(template, parameters):
        values = {
            "AWS::Region": get_region(),
            "AWS::AccountId": get_account_id(),
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        return evaluate(template, {**{key: {"Value": value} for key, value in values.items()}, **parameters})

    for module in (engine, changesets, handlers, stacks):
        module._evaluate_conditions = conditions


def keep_exports_in_use():
    """The emulator lets an update take away what another stack imports, which AWS refuses."""
    resolve = stacks._resolve_stack_outputs

    def outputs(definitions, conditions, resources, parameters, mappings, name, stack_id):
        found = resolve(definitions, conditions, resources, parameters, mappings, name, stack_id)
        before = {output.get("ExportName") for output in _stacks.get(name, {}).get("Outputs", [])}
        for export in sorted(filter(None, before - set(found[1]))):
            for other, stack in _stacks.items():
                if other != name and export in handlers._imported_export_names(stack, other):
                    raise ValueError(f"Export {export} cannot be deleted as it is in use by {other}")
        return found

    stacks._resolve_stack_outputs = outputs


def take_time():
    """Where the emulator yields once, so that an operation is seen in progress, it waits."""
    pause = Path(os.environ["STACK_PAUSE"])

    async def sleep(seconds, *arguments):
        await asyncio.sleep(seconds, *arguments)
        start = time.monotonic()
        while pause.exists() and time.monotonic() - start < float(pause.read_text()):
            await asyncio.sleep(0.1)

    waiting = types.SimpleNamespace(**{name: getattr(asyncio, name) for name in dir(asyncio) if name[0] != "_"})
    waiting.sleep = sleep
    stacks.asyncio = changesets.asyncio = waiting


if __name__ == "__main__":
    add_types()
    resolve_pseudo_parameters()
    keep_exports_in_use()
    take_time()
    import sys

    from ministack.app import main

    sys.argv = ["ministack"]
    main()
