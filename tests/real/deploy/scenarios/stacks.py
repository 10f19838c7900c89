"""Stacks are brought up, changed, refused, rolled back and brought up again."""

import json
from pathlib import Path

from world import REGION, ROOT, check, never, network_and_web, subnet, vpc

REFERENCE = ("eks-cluster-vpc-stack-001", "eks-cluster-stack-001")


def the_reference_app_comes_up(world):
    """The stacks of the reference app, deployed by the program itself; the second time nothing changes."""
    world.app("deploy", "--yes", *REFERENCE, assembly=False).expect(0, "2 created")
    check(world.stacks() == dict.fromkeys(REFERENCE, "CREATE_COMPLETE"), world.stacks())
    facts = json.loads((ROOT / "out" / "manifest.json").read_text())["deployables"]
    for deployable in facts:
        if deployable["name"] in REFERENCE:
            tags = {tag["Key"]: tag["Value"] for tag in world.stack(deployable["name"])["Tags"]}
            check(tags == deployable["stack"]["tags"], tags)
    blocks = [it["CidrBlock"] for it in world.aws("ec2", "describe-vpcs")["Vpcs"] if not it.get("IsDefault")]
    check(blocks == ["10.10.0.0/16"], blocks)
    clusters = world.aws("eks", "list-clusters")["clusters"]
    check(len(clusters) == 1, clusters)
    addons = world.aws("eks", "list-addons", "--cluster-name", clusters[0])["addons"]
    check(sorted(addons) == ["coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"], addons)

    before = [world.starts(name) for name in REFERENCE]
    world.app("deploy", *REFERENCE, assembly=False).expect(0, "2 unchanged")
    check([world.starts(name) for name in REFERENCE] == before, "the second deployment began an operation")
    world.app("diff", "--exit-code", *REFERENCE, assembly=False).expect(0, "no differences")
    found = json.loads(world.app("outputs", "--json", REFERENCE[1], assembly=False).expect(0).out)
    command = found[REFERENCE[1]]["eksClusterConfigCommand"]
    check(command.startswith(f"aws eks update-kubeconfig --name {clusters[0]} "), command)


def a_change_is_made(world):
    """A resource and a tag are added; the address that is given with --endpoint-url counts."""
    network_and_web(world.out)
    world.app("deploy", "--yes").expect(0, "2 created")
    network_and_web(world.out, EnableDnsSupport=True, Tags=[{"Key": "a", "Value": "b"}])
    world.app("deploy", "--yes", "--endpoint-url", world.emulator, endpoint="http://127.0.0.1:9").expect(
        0, "1 updated, 1 unchanged"
    )
    check(world.stacks() == {"network": "UPDATE_COMPLETE", "web": "CREATE_COMPLETE"}, world.stacks())
    tagged = world.aws("ec2", "describe-vpcs", "--filters", "Name=tag:a,Values=b")["Vpcs"]
    check(len(tagged) == 1, tagged)
    check(world.change_sets("network") == [], world.change_sets("network"))


def an_update_fails_and_is_rolled_back(world):
    """The cause is told with the construct and its line; mended, it goes on."""
    world.out.stack("web", {"Vpc": vpc()})
    world.app("deploy", "--yes").expect(0)
    world.out.stack("web", {"Vpc": vpc(), **never()})
    told = world.app("deploy", "--yes").expect(1, "UPDATE_ROLLBACK_COMPLETE", "at: web/never", "src/nowhere.rs:12")
    told.expect(1, 'AWS::CloudFormation::WaitCondition "Never" could not be updated: WaitCondition timed out')
    check(world.stacks() == {"web": "UPDATE_ROLLBACK_COMPLETE"}, world.stacks())
    world.out.stack("web", {"Vpc": vpc(), "Subnet": subnet({"Ref": "Vpc"}, "10.0.1.0/24")})
    world.app("deploy", "--yes").expect(0, "1 updated")


def a_creation_fails_and_is_made_anew(world):
    """What is left can only be deleted, which is asked for; nothing that depends on it is begun."""
    world.out.stack("web", {"Vpc": vpc(), **never()})
    world.out.stack("later", {"Vpc": vpc("10.9.0.0/16")}, after=["web"])
    world.app("deploy", "--yes").expect(1, "at: web/never", "1 failed, 1 not begun")
    check(world.stacks() == {"web": "ROLLBACK_COMPLETE"}, world.stacks())
    world.out.stack("web", {"Vpc": vpc()})
    world.app("deploy", "web").expect(1, "ROLLBACK_COMPLETE", "--yes")
    world.app("deploy", "--yes").expect(0, "2 created")
    check(world.stacks() == {"web": "CREATE_COMPLETE", "later": "CREATE_COMPLETE"}, world.stacks())


def an_export_in_use_stays(world):
    """What another stack imports cannot go first; the hint says how it can."""
    other = {"Other": vpc("10.1.0.0/16")}
    world.out.stack("network", {"Vpc": vpc(), **other}, {"Id": {"Ref": "Other"}})
    resources = {"Subnet": subnet({"Fn::ImportValue": "network:Id"}, "10.1.1.0/24")}
    world.out.stack("web", resources, after=["network"])
    world.app("deploy", "--yes").expect(0)
    world.out.stack("network", {"Vpc": vpc()})
    world.out.stack("web", {"Own": vpc("10.2.0.0/16")}, after=["network"])
    world.app("deploy", "--yes").expect(1, "Export network:Id cannot be deleted as it is in use by web", "--exclusively")
    check(world.stacks() == {"network": "UPDATE_ROLLBACK_COMPLETE", "web": "CREATE_COMPLETE"}, world.stacks())
    world.app("deploy", "--yes", "--exclusively", "web").expect(0, "1 updated")
    world.app("deploy", "--yes").expect(0, "1 updated, 1 unchanged")


def a_large_template_goes_by_a_bucket(world):
    """Up to 51,200 bytes of compact JSON need none; above, a bucket is found or named, and never made."""

    def large(count):
        world.out.stack("large", {f"Vpc{index}": vpc(Tags=[{"Key": "k" * 100, "Value": "v" * 200}]) for index in range(count)})
        return len((Path(world.out.path) / "large.template.json").read_text())

    check(large(105) > 51_200, "the template is small")
    world.app("deploy", "--yes").expect(0, "1 created")
    large(150)
    world.app("deploy", "--yes").expect(1, "no bucket for templates is found in eu-west-1", "--bucket")
    check(world.aws("s3api", "list-buckets")["Buckets"] == [], "a bucket was made")
    check(world.stacks() == {"large": "CREATE_COMPLETE"}, world.stacks())
    bucket = "cdk-hnb659fds-assets-000000000000-eu-west-1"
    place = f"LocationConstraint={REGION}"
    made = world.aws("s3api", "create-bucket", "--bucket", bucket, "--create-bucket-configuration", place)
    check(made is not None, "no bucket can be made")
    world.app("deploy", "--yes").expect(0, "1 updated")
    objects = world.aws("s3api", "list-objects-v2", "--bucket", bucket)["Contents"]
    check([it["Key"].startswith("stackwright/large/") for it in objects] == [True], objects)
    world.app("deploy").expect(0, "1 unchanged")


def parameters_are_given_and_kept(world):
    """One without a value is told beforehand; one that was given stays."""
    parameters = {"Cidr": {"Type": "String"}, "Key": {"Type": "String", "Default": "none"}}
    resources = {"Vpc": vpc({"Ref": "Cidr"}, Tags=[{"Key": "key", "Value": {"Ref": "Key"}}])}
    world.out.stack("web", resources, parameters=parameters)
    world.app("deploy", "--yes").expect(1, "needs values for parameters: Cidr", "--parameters web.Cidr=VALUE")
    check(world.stacks() == {}, world.stacks())
    world.app("deploy", "--yes", "--parameters", "web.Cidr=10.3.0.0/16", "--parameters", "Key=a=b,c").expect(0)
    world.app("deploy").expect(0, "1 unchanged")
    world.app("deploy", "--parameters", "Key=a=b,c").expect(0, "1 unchanged")
    world.app("deploy", "--yes", "--parameters", "Key=d").expect(0, "1 updated")
    values = {it["ParameterKey"]: it["ParameterValue"] for it in world.stack("web")["Parameters"]}
    check(values == {"Cidr": "10.3.0.0/16", "Key": "d"}, values)


def what_is_not_approved_leaves_nothing(world):
    """Nobody is there to be asked: neither an empty stack nor a change set stays."""
    world.out.stack("web", {"Vpc": vpc()})
    world.app("deploy").expect(1, "nobody is there to be asked", "--yes")
    check(world.stacks() == {}, world.stacks())
    world.app("deploy", "--review", "never").expect(0, "1 created")
    world.out.stack("web", {"Vpc": vpc(EnableDnsSupport=True)})
    world.app("deploy").expect(1)
    check(world.stacks() == {"web": "CREATE_COMPLETE"}, world.stacks())
    check(world.change_sets("web") == [], world.change_sets("web"))
    world.app("deploy", "--review", "widening").expect(0, "1 updated")


def what_holds_data_is_not_lost(world):
    """A bucket is removed only if it is named, even with --yes."""
    world.out.stack("web", {"Vpc": vpc(), "Data": {"Type": "AWS::S3::Bucket"}})
    world.app("deploy", "--yes").expect(0)
    world.out.stack("web", {"Vpc": vpc()})
    world.app("deploy", "--yes").expect(1, 'AWS::S3::Bucket "Data"', "would be removed", "--allow-replace Data")
    check(len(world.aws("s3api", "list-buckets")["Buckets"]) == 1, "the bucket is gone")
    world.app("deploy", "--yes", "--allow-replace", "Data").expect(0, "1 updated")


def the_value_of_a_parameter_loses_nothing(world):
    """A table that another name would replace stays; what is changed in place is, where it is not clear beforehand too."""
    parameters = {name: {"Type": "String"} for name in ("Name", "Team", "About")}
    schema = {"AttributeName": "id", "KeyType": "HASH"}
    table = {
        "TableName": {"Fn::Sub": "${Name}-1"},
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [schema],
        "BillingMode": "PAY_PER_REQUEST",
        "Tags": [{"Key": "team", "Value": {"Ref": "Team"}}],
    }
    key = {"Description": {"Ref": "About"}, "KeyPolicy": {"Version": "2012-10-17", "Statement": []}}
    resources = {
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": table},
        "Key": {"Type": "AWS::KMS::Key", "Properties": key},
    }
    world.out.stack("web", resources, parameters=parameters)
    given = ["--parameters", "Name=a", "--parameters", "Team=x", "--parameters", "About=one"]
    world.app("deploy", "--yes", *given).expect(0, "1 created")
    told = world.app("deploy", "--yes", "--parameters", "Name=b")
    told.expect(1, 'AWS::DynamoDB::Table "Table"', "would be replaced for Properties.TableName", "--allow-replace Table")
    check(world.aws("dynamodb", "list-tables")["TableNames"] == ["a-1"], "the table is gone")
    told = world.app("deploy", "--yes", "--parameters", "Team=y", "--parameters", "About=two").expect(0, "1 updated")
    told.expect(0, "Team   x -> y", "Description  one -> two").rejects("replaced")
    world.app("deploy", "--yes", "--parameters", "Name=b", "--allow-replace", "Table").expect(0, "1 updated")
    check(world.aws("dynamodb", "list-tables")["TableNames"] == ["b-1"], "the table is not another one")


def protection_is_turned_on(world):
    """Termination protection follows the program, also where nothing else changes."""
    world.out.stack("web", {"Vpc": vpc()})
    world.app("deploy", "--yes").expect(0)
    world.out.stack("web", {"Vpc": vpc()}, termination_protection=True)
    world.app("deploy", "--yes").expect(0)
    check(world.stack("web")["EnableTerminationProtection"], "it is off")


def two_at_once_are_one(world):
    """A run that finds an operation in progress joins it, and does nothing twice."""
    network_and_web(world.out)
    world.pause(100)
    first = world.begun("deploy", "--yes")
    world.until(lambda: world.stacks().get("network") == "CREATE_IN_PROGRESS", first)
    second = world.begun("deploy", "--yes")
    world.read_until(second, "joining it")
    world.pause(0)
    world.ended(first).expect(0)
    world.ended(second).expect(0)
    check(world.stacks() == {"network": "CREATE_COMPLETE", "web": "CREATE_COMPLETE"}, world.stacks())
    check([world.starts("network"), world.starts("web")] == [1, 1], "something was begun twice")
