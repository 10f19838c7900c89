"""Gives instances further interfaces, and leaves none behind."""

import json
import logging
import os
import time

import boto3
from botocore.exceptions import ClientError

EC2 = boto3.client("ec2")
SCALING = boto3.client("autoscaling")
NETWORKS = json.loads(os.environ["NETWORKS"])
OWNER = os.environ["OWNER"]
TAG = "networks.stackwright/"


def handler(event, _context):
    detail = event["detail"]
    instance = detail["EC2InstanceId"]
    if detail["LifecycleTransition"].endswith("TERMINATING"):
        release(instance)
        return complete(detail, "CONTINUE")
    try:
        zone = int(detail["NotificationMetadata"].rpartition("/")[2])
        for device, network in enumerate(NETWORKS, 1):
            provide(instance, device, network, zone)
        complete(detail, "CONTINUE")
    except Exception:
        logging.exception(instance)
        complete(detail, "ABANDON")
        release(instance)


def provide(instance, device, network, zone):
    own = {"owner": OWNER, "instance": instance, "device": str(device)}
    found = interfaces(own)
    # Tagged from the start: the VPC CNI looks at once. By the token, two runs at once make one.
    tags = {TAG + key: value for key, value in own.items()}
    tags["node.k8s.amazonaws.com/no_manage"] = "true"
    tags["Name"] = f"{OWNER}/{network['name']}"
    one = found[0] if found else EC2.create_network_interface(
        ClientToken=f"{instance}-{device}",
        SubnetId=network["subnets"][zone],
        Groups=network["groups"],
        TagSpecifications=[{
            "ResourceType": "network-interface",
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }],
        **network["addresses"],
    )["NetworkInterface"]
    tie(one, attach(one, own))
    change(one, SourceDestCheck={"Value": network["check"]})


def attach(one, own):
    # Neither may be ready yet, and the same event may be at work twice.
    for left in reversed(range(15)):
        try:
            return EC2.attach_network_interface(
                NetworkInterfaceId=one["NetworkInterfaceId"],
                InstanceId=own["instance"],
                DeviceIndex=int(own["device"]),
            )["AttachmentId"]
        except ClientError:
            for same in interfaces(own):
                if same.get("Attachment"):
                    return same["Attachment"]["AttachmentId"]
            if not left:
                raise
            time.sleep(2)


def release(instance):
    # Harmless to a node that has all; finds what earlier runs left.
    for one in interfaces({"owner": OWNER}):
        whose = next(tag["Value"] for tag in one["TagSet"] if tag["Key"] == TAG + "instance")
        if one.get("Attachment"):
            if whose == instance:
                tie(one, one["Attachment"]["AttachmentId"])
        elif whose == instance or is_gone(whose):
            EC2.delete_network_interface(NetworkInterfaceId=one["NetworkInterfaceId"])


def is_gone(instance):
    live = {"instance-id": [instance], "instance-state-name": ["pending", "running", "stopping", "stopped"]}
    return not EC2.describe_instances(Filters=filters(live))["Reservations"]


def interfaces(tags):
    tags = {f"tag:{TAG}{key}": [value] for key, value in tags.items()}
    return EC2.describe_network_interfaces(Filters=filters(tags))["NetworkInterfaces"]


def filters(wanted):
    return [{"Name": name, "Values": values} for name, values in wanted.items()]


def change(one, **what):
    EC2.modify_network_interface_attribute(NetworkInterfaceId=one["NetworkInterfaceId"], **what)


def tie(one, attachment):
    change(one, Attachment={"AttachmentId": attachment, "DeleteOnTermination": True})


def complete(detail, result):
    action = {key: detail[key] for key in ("AutoScalingGroupName", "LifecycleHookName", "LifecycleActionToken")}
    try:
        SCALING.complete_lifecycle_action(LifecycleActionResult=result, **action)
    except ClientError as error:
        # The event came twice, or late.
        if error.response["Error"]["Code"] != "ValidationError":
            raise
