"""Stacks are taken down: what goes, what stays, what is in the way."""

import re
import shlex
import signal
import time

from world import check, network_and_web, subnet, vpc

REFERENCE = ("eks-cluster-vpc-stack-001", "eks-cluster-stack-001")


def own_vpcs(world):
    return [it["VpcId"] for it in world.aws("ec2", "describe-vpcs")["Vpcs"] if not it.get("IsDefault")]


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
        "VPCs": own_vpcs(world),
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
    network = own_vpcs(world)[0]
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
    check(world.stacks() == {} and own_vpcs(world) == [], world.stacks())


def protection_and_imports_are_told_before_anything_goes(world):
    """All that CloudFormation would refuse is told in one run, and nothing is deleted."""
    network_and_web(world.out)
    world.app("deploy", "--yes").expect(0)
    world.out.stack("web", {"Subnet": subnet({"Fn::ImportValue": "network:Id"}, "10.0.1.0/24")}, after=["network"])
    # Of this one the assembly knows nothing.
    template = '{"Resources": {"S": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Fn::ImportValue": "network:Id"}, "CidrBlock": "10.0.2.0/24"}}}}'
    world.aws("cloudformation", "create-stack", "--stack-name", "stranger", "--template-body", template)
    protect = ["update-termination-protection", "--enable-termination-protection", "--stack-name", "web"]
    world.aws("cloudformation", *protect)
    before = world.stacks()
    run = world.app("destroy", "--yes").expect(1, '"network:Id" by stranger', "the stack is protected", "2 failed")
    check(world.stacks() == before and len(before) == 3, world.stacks())
    command = re.search(r"aws (cloudformation update-termination-protection .*) --endpoint-url", run.err)
    world.aws(*command.group(1).split())
    world.app("destroy", "--yes").expect(1, '"network:Id" by stranger', "1 failed, 1 not begun")
    world.app("destroy", "--yes", "--exclusively", "network").expect(1, '"network:Id" by web, stranger')
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
    world.pause(4)
    first = world.begun("destroy", "--yes")
    while "DELETE_IN_PROGRESS" not in world.stacks().values():
        check(first.poll() is None, "the first run ended before anything was in progress")
    world.app("destroy", "--yes").expect(0, "joining that")
    world.ended(first).expect(0, "2 deleted")
    check(world.stacks() == {}, world.stacks())


def a_deployment_in_progress_is_waited_for(world):
    """What is being made is deleted once it is made."""
    world.out.stack("web", {"Vpc": vpc()})
    world.pause(4)
    first = world.begun("deploy", "--yes")
    while "CREATE_IN_PROGRESS" not in world.stacks().values():
        check(first.poll() is None, "the first run ended before anything was in progress")
    world.app("destroy", "--yes").expect(0, "waiting for the end of it", "1 deleted")
    world.ended(first)
    check(world.stacks() == {} and own_vpcs(world) == [], world.stacks())


def a_killed_destruction_is_taken_up(world):
    """Killed at six moments, it is always finished by the next run, and strangers stay."""
    world.aws("cloudformation", "create-stack", "--stack-name", "stranger", "--template-body", '{"Resources": {"V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.8.0.0/16"}}}}')
    network_and_web(world.out)
    world.app("deploy", "--yes").expect(0)
    start = time.monotonic()
    world.pause(0.3)
    world.app("destroy", "--yes").expect(0, "2 deleted")
    whole = time.monotonic() - start
    for step in range(6):
        world.pause(0)
        world.app("deploy", "--yes").expect(0)
        world.pause(0.3)
        process = world.begun("destroy", "--yes")
        time.sleep(whole * (step + 0.5) / 6)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        world.app("destroy", "--yes").expect(0)
        check(world.stacks() == {"stranger": "CREATE_COMPLETE"}, f"killed at {step + 1} of 6: {world.stacks()}")
        check(len(own_vpcs(world)) == 1, f"killed at {step + 1} of 6: {own_vpcs(world)}")
