"""The templates of `tests/peers/run`, by troposphere.

with_troposphere.py pairs COUNT DIRECTORY    stacks of 500 resources, by their types
with_troposphere.py given FOLDER DIRECTORY   the templates of a folder, whose resources have their properties already
"""

import json
import sys
from pathlib import Path

from troposphere import GetAtt, Ref, Template

PAIRS_PER_STACK = 250


def pairs(count, directory):
    from troposphere.ec2 import SecurityGroup, SecurityGroupRule
    from troposphere.ssm import Parameter

    pairs = count // 2
    for number in range(-(-pairs // PAIRS_PER_STACK)):
        template = Template()
        before = None
        for pair in range(min(PAIRS_PER_STACK, pairs - number * PAIRS_PER_STACK)):
            rule = SecurityGroupRule(IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.0.0.0/16")
            group = SecurityGroup(f"Group{pair}", GroupDescription=f"group {pair}", SecurityGroupIngress=[rule])
            if before is not None:
                group.GroupName = Ref(before)
            template.add_resource(group)
            value = GetAtt(group, "GroupId")
            before = Parameter(f"Parameter{pair}", Type="String", Value=value, Name=f"/groups/{number}/{pair}")
            template.add_resource(before)
        write(template, directory / f"stack-{number}.template.json")


def given(folder, directory):
    from troposphere import AWSObject

    class Given(AWSObject):
        """A resource of any type; troposphere's own types take no finished properties of others."""

        def __init__(self, title, type_name, resource):
            self.resource_type = type_name
            self.props = {}
            super().__init__(title)
            self.resource.update(resource)
            self.properties = resource.get("Properties", {})

        def validate(self):
            """There is nothing to check."""

    for path in sorted(folder.glob("*.template.json")):
        template = Template()
        for name, resource in json.loads(path.read_text())["Resources"].items():
            template.add_resource(Given(name, resource["Type"], resource))
        write(template, directory / path.name)


def write(template, path):
    path.write_text(template.to_json(indent=2) + "\n")


def main():
    how, what, directory = sys.argv[1:]
    directory = Path(directory)
    if how == "pairs":
        pairs(int(what), directory)
    else:
        given(Path(what), directory)


if __name__ == "__main__":
    main()
