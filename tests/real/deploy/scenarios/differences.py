"""What would change is told, and not done."""

import json
import time

from world import check, network_and_web, vpc


def by_hand(world, name, template):
    """Somebody updates a stack without us."""
    world.aws("cloudformation", "update-stack", "--stack-name", name, "--template-body", template)
    for _ in range(100):
        if world.stacks()[name] == "UPDATE_COMPLETE":
            return
        time.sleep(0.1)
    check(False, f"the update by hand does not end: {world.stacks()}")


def a_change_by_hand_is_told(world):
    """A stack is new, then as it is to be, then somebody changes it; deploying takes that back."""
    network_and_web(world.out)
    world.app("diff", "--exit-code").expect(4, "stack network is new", "stack web is new", "2 of 2 differ")
    check(world.stacks() == {}, world.stacks())
    world.app("deploy", "--yes").expect(0)
    world.app("diff", "--exit-code").expect(0, "no differences")

    template = json.loads((world.out.path / "network.template.json").read_text())
    template["Resources"]["Vpc"]["Properties"]["EnableDnsSupport"] = "true"
    template["Resources"]["Extra"] = vpc("10.5.0.0/16")
    template["Description"] = "changed by hand"
    by_hand(world, "network", json.dumps(template))
    starts = world.starts("network")
    told = world.app("diff", "--exit-code").expect(4, "stack network", "1 of 2 differ")
    told.expect(4, "- Description", "- EnableDnsSupport  true", "- Extra", "AWS::EC2::VPC", "src/nowhere.rs:10")
    told.rejects("stack web", "is replaced")
    found = json.loads(world.app("diff", "--json").expect(0).out)["differences"]
    changes = {change["id"]: change["kind"] for change in found[0]["changes"]}
    check(changes == {"Description": "removed", "Vpc": "changed", "Extra": "removed"}, changes)
    check(found[1]["changes"] == [], found[1])
    check(world.starts("network") == starts, "a comparison began an operation")
    check(world.change_sets("network") == [], world.change_sets("network"))

    world.app("deploy", "--yes").expect(0, "1 updated, 1 unchanged")
    template = world.aws("cloudformation", "get-template", "--stack-name", "network")["TemplateBody"]
    check(list(template["Resources"]) == ["Vpc"], template)


def the_form_of_a_template_does_not_differ(world):
    """What somebody deployed as YAML, in short forms and other order, is the same."""
    network_and_web(world.out)
    text = """
Outputs:
  Id: {Export: {Name: !Sub 'network:Id'}, Value: !Ref Vpc}
Resources:
  Vpc:
    Properties: {CidrBlock: !Join ['/', [10.0.0.0, '16']]}
    Type: AWS::EC2::VPC
"""
    world.aws("cloudformation", "create-stack", "--stack-name", "network", "--template-body", text)
    world.aws("cloudformation", "wait", "stack-create-complete", "--stack-name", "network")
    world.app("diff", "network", "--exit-code").expect(0, "no differences")


def what_cannot_be_asked_is_told(world):
    """AWS that does not answer, and a stack that is not there, are two things."""
    network_and_web(world.out)
    world.app("diff", "network", endpoint="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1").expect(1, 'cannot read stack "network"')
    world.app("diff", "nowhere").expect(2, 'there is no "nowhere"')
