"""Stacks are taken down: what goes, what stays, what is in the way."""

import json
import re
import shlex

from scenarios.kills import run_killed
from world import check, network_and_web, subnet, vpc

REFERENCE = ("eks-cluster-vpc-stack-001", "eks-cluster-stack-001")


def networks(aws):
    return [it["VpcId"] for it in aws("ec2", "describe-vpcs")["Vpcs"] if not it.get("IsDefault")]


def made(aws, name):
    """Makes a stack with a VPC, past the app."""
    template = json.dumps({"Resources": {"Vpc": vpc()}})
    aws("cloudformation", "create-stack", "--stack-name", name, "--template-body", template)


def obey(world, run):
    """Does what a run said is to be done, in its order."""
    commands = re.findall(r"^ *(?:= help: )?\$ aws (.*)$", run.err, re.MULTILINE)
    check(commands, f"no command was told:\n{run.err}")
    for command in dict.fromkeys(commands):
        words = shlex.split(command)
        at = words.index("--endpoint-url")
        check(world.aws(*words[:at], *words[at + 2 :]) is not None, f"this command does not work: aws {command}")


def the_reference_app_goes_without_a_trace(world):
    """Nothing of the stacks is left; then there is nothing to do."""
    world.app("deploy", "--yes", *REFERENCE, assembly=False).expect(0)
    run = world.app("destroy", "--yes", "--exclusively", *REFERENCE, assembly=False)
    run.expect(0, "stack  eks-cluster-stack-001      CREATE_COMPLETE, 15 resources", "2 deleted")
    ends = [run.err.index(f"{name}  deleted in") for name in ("eks-cluster-stack-001    ", REFERENCE[0])]
    check(ends == sorted(ends), "the network went before the cluster")
    check(world.stacks() == {}, world.stacks())
    left = {
        "VPCs": networks(world.aws),
        "addresses": world.aws("ec2", "describe-addresses")["Addresses"],
        "clusters": world.aws("eks", "list-clusters")["clusters"],
        "roles": [it for it in world.aws("iam", "list-roles")["Roles"] if it["RoleName"].startswith("eks-cluster")],
        "groups": [
            it for it in world.aws("ec2", "describe-security-groups")["SecurityGroups"] if it["GroupName"] != "default"
        ],
        "gateways": [
            it for it in world.aws("ec2", "describe-nat-gateways")["NatGateways"] if it["State"] != "deleted"
        ],
    }
    check(not any(left.values()), left)
    world.app("destroy", "--exclusively", *REFERENCE, assembly=False).expect(0, "nothing is there to destroy")


def what_stays_is_named(world):
    """A bucket that is retained, and the logs of a function, whether anybody asked for them or not."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}
    function = {
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "FunctionName": "loud",
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Code": {"ZipFile": "handler = print"},
    }
    data = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": "data-1"}}
    resources = {"Data": data, "Role": role, "Function": {"Type": "AWS::Lambda::Function", "Properties": function}}
    world.out.stack("web", resources)
    world.app("deploy", "--yes").expect(0)
    world.aws("logs", "create-log-group", "--log-group-name", "/aws/lambda/loud")
    world.aws("logs", "create-log-group", "--log-group-name", "/aws/lambda/louder")
    run = world.app("destroy", "--yes")
    run.expect(0, "data-1, AWS::S3::Bucket (its DeletionPolicy is Retain)", "web/data at src/nowhere.rs:10", "1 deleted")
    run.expect(0, "log group /aws/lambda/loud (").rejects("/aws/lambda/louder")
    check([it["Name"] for it in world.aws("s3api", "list-buckets")["Buckets"]] == ["data-1"], "the bucket is gone")
    obey(world, run)
    groups = [it["logGroupName"] for it in world.aws("logs", "describe-log-groups")["logGroups"]]
    check(groups == ["/aws/lambda/louder"], groups)


def a_network_that_others_are_in_is_freed(world):
    """What is in the way is told before, and when it failed; once the commands are followed the rest goes."""
    world.out.stack("network", {"Vpc": vpc(), "Subnet": subnet({"Ref": "Vpc"}, "10.0.1.0/24")})
    world.app("deploy", "--yes").expect(0)
    network = networks(world.aws)[0]
    subnets = world.aws("ec2", "describe-subnets", "--filters", f"Name=vpc-id,Values={network}")["Subnets"]
    where = ["--subnet-id", subnets[0]["SubnetId"], "--description", "aws-K8S-i-0123"]
    world.aws("ec2", "create-network-interface", *where)
    group = ["--group-name", "k8s-elb-a0123", "--description", "of a service", "--vpc-id", network]
    world.aws("ec2", "create-security-group", *group)
    run = world.app("destroy", "--yes")
    run.expect(1, "left by the VPC CNI, attached to nothing: aws-K8S-i-0123", "made outside of the stacks: k8s-elb-a0123")
    run.expect(1, "would keep a network from being deleted", "remove what is in the way, then run it again", "1 failed")
    run.expect(1, "src/nowhere.rs:10", "at: network/vpc")
    check(world.stacks() == {"network": "DELETE_FAILED"}, world.stacks())
    obey(world, run)
    world.app("destroy", "--yes").expect(0, "DELETE_FAILED, ", "1 deleted").rejects("in the way")
    check(world.stacks() == {} and networks(world.aws) == [], world.stacks())


def protection_and_imports_are_told_before_anything_goes(world):
    """All that CloudFormation would refuse is told in one run, and nothing is deleted."""
    network_and_web(world.out)
    world.app("deploy", "--yes").expect(0)
    # Of this one the assembly knows nothing.
    template = json.dumps({"Resources": {"Subnet": subnet({"Fn::ImportValue": "network:Id"}, "10.0.2.0/24")}})
    world.aws("cloudformation", "create-stack", "--stack-name", "stranger", "--template-body", template)
    protect = ["update-termination-protection", "--enable-termination-protection", "--stack-name", "web"]
    world.aws("cloudformation", *protect)
    before = world.stacks()
    run = world.app("destroy", "--yes").expect(1, '"network:Id" by stranger', "the stack is protected", "2 failed")
    check(world.stacks() == before and len(before) == 3, world.stacks())
    command = re.search(r"aws (cloudformation update-termination-protection .*) --endpoint-url", run.err)
    world.aws(*command.group(1).split())
    world.app("destroy", "--yes").expect(1, '"network:Id" by stranger', "1 failed, 1 not begun")
    world.app("destroy", "--yes", "--exclusively", "network").expect(1, '"network:Id" by ', "stranger", "web")
    world.aws("cloudformation", "delete-stack", "--stack-name", "stranger")
    world.app("destroy", "--yes", "network").expect(0, "it depends on network", "2 deleted")
    check(world.stacks() == {}, world.stacks())


def nobody_says_yes(world):
    """Without a person and without --yes nothing is deleted."""
    world.out.stack("web", {"Vpc": vpc()})
    world.app("deploy", "--yes").expect(0)
    world.app("destroy").expect(1, "nobody is there to be asked", "--yes")
    check(world.stacks() == {"web": "CREATE_COMPLETE"}, world.stacks())


def a_deletion_in_progress_is_joined(world):
    """A second run ends as the first one does."""
    network_and_web(world.out)
    world.app("deploy", "--yes").expect(0)
    world.pause(100)
    first = world.begun("destroy", "--yes")
    world.until(lambda: world.stacks().get("web") == "DELETE_IN_PROGRESS", first)
    second = world.begun("destroy", "--yes")
    world.read_until(second, "joining that")
    world.pause(0)
    world.ended(first).expect(0, "2 deleted")
    world.ended(second).expect(0)
    check(world.stacks() == {}, world.stacks())


def a_deployment_in_progress_is_waited_for(world):
    """What is being made is deleted once it is made."""
    world.pause(100)
    made(world.aws, "web")
    world.out.stack("web", {"Vpc": vpc()})
    check(world.stacks() == {"web": "CREATE_IN_PROGRESS"}, world.stacks())
    run = world.begun("destroy", "--yes")
    world.read_until(run, "waiting for the end of it")
    world.pause(0)
    world.ended(run).expect(0, "1 deleted")
    check(world.stacks() == {} and networks(world.aws) == [], world.stacks())


def a_destruction_that_was_killed_is_taken_up(world):
    """Before and after the call that deletes, and before and after what is around it; strangers stay."""
    world.out.stack("web", {"Vpc": vpc()})
    made(world.aws, "stranger")
    for at, when in [(5, "after"), (10, "after"), (11, "before"), (11, "after"), (12, "after")]:
        made(world.aws, "web")
        check(run_killed(world, at, when, "destroy"), f"was not killed {when} call {at}")
        world.app("destroy", "--yes").expect(0)
        check(world.stacks() == {"stranger": "CREATE_COMPLETE"}, f"killed {when} call {at}: {world.stacks()}")
        check(len(networks(world.aws)) == 1, f"killed {when} call {at}: {networks(world.aws)}")


def faults_are_waited_out(world):
    """Throttles, an error of the service, and a deletion whose answer is lost."""
    network_and_web(world.out)
    world.app("deploy", "--yes").expect(0)
    faults = [
        {"operation": "DeleteStack", "response": {"abort_bytes": 1}},
        {"operation": "ListStackResources", "error": {"code": "Throttling", "message": "Rate exceeded"}},
        {"operation": "DescribeStackEvents", "error": {"code": "ServiceUnavailable", "status": 503}},
    ]
    world.faults([{"service": "cloudformation", "times": 1, **fault} for fault in faults])
    world.app("destroy", "--yes", endpoint=world.proxy, AWS_MAX_ATTEMPTS="1").expect(0, "tried again", "2 deleted")
    fired = sorted(it["operation"] for it in world.fired())
    check(fired == ["DeleteStack", "DescribeStackEvents", "ListStackResources"], fired)
    check(world.stacks() == {} and networks(world.aws) == [], world.stacks())
