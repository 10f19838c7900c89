"""Random templates: few types, and every way to say a value that is allowed where it stands."""

import json
import random

import yaml

# What has to be written in a special way in Rust, in `json!`, in `sub!` or in a template.
PIECES = ["a", "Z", "0", "1e3", " ", "\n", '"', "#", '"#', "{", "}", "{{", "$", "\\", "'", "/*", "ü", "\t", "::", "true"]
SERVICES = ["ec2", "lambda", "sqs", "sns"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.texts = ["AWS::Region", "AWS::StackName"]
        self.numbers, self.lists, self.conditions, self.queues = [], [], [], []

    def chance(self, share):
        return self.random.random() < share

    def word(self):
        return "w" + "".join(self.random.choices("abcXYZ019", k=self.random.randint(0, 5)))

    def plain(self):
        return "t" + "".join(self.random.choices(PIECES, k=self.random.randint(0, 6)))

    def text(self, depth=3):
        """Text, or a function that yields text."""
        ways = [self.plain] * 2 + [lambda: {"Ref": self.random.choice(self.texts)}]
        if depth > 0:
            below = lambda: self.text(depth - 1)  # noqa: E731
            ways += [
                lambda: self.sub(depth),
                lambda: {"Fn::Join": [self.random.choice(["", ",", "-"]), [below() for _ in range(self.random.randint(1, 3))]]},
                lambda: {"Fn::Select": [self.random.choice([0, "0"]), self.list(depth - 1)]},
                lambda: {"Fn::Select": [0, {"Fn::Split": [",", below()]}]},
                lambda: {"Fn::Base64": below()},
                lambda: {"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}-" + self.word()}},
                lambda: {"Fn::FindInMap": ["Map", self.random.choice(["one", {"Ref": "Choice"}]), "text"]},
            ]
            if self.conditions:
                ways.append(lambda: {"Fn::If": [self.random.choice(self.conditions), below(), below()]})
            if self.queues:
                queue = self.random.choice(self.queues)
                ways += [lambda: {"Ref": queue}, lambda: {"Fn::GetAtt": [queue, self.random.choice(["Arn", "QueueName"])]}]
        return self.random.choice(ways)()

    def sub(self, depth):
        names = [*self.texts, *self.queues, *(f"{queue}.Arn" for queue in self.queues), "!Literal"]
        pieces = [self.plain().replace("$", "") for _ in range(self.random.randint(1, 3))]
        body = "".join(piece + "${" + self.random.choice(names) + "}" for piece in pieces)
        if self.chance(0.6):
            return {"Fn::Sub": body}
        return {"Fn::Sub": [body + "${own} ${own}", {"own": self.text(depth - 1)}]}

    def list(self, depth=1):
        if self.chance(0.3):
            return {"Ref": self.random.choice(self.lists)}
        items = [self.text(depth) for _ in range(self.random.randint(1, 3))]
        if self.conditions and self.chance(0.3):
            items.append({"Fn::If": [self.random.choice(self.conditions), self.word(), {"Ref": "AWS::NoValue"}]})
        return items

    def number(self, low, high):
        ways = [lambda: self.random.randint(low, high), lambda: str(self.random.randint(low, high))]
        ways.append(lambda: {"Ref": self.random.choice(self.numbers)})
        if self.conditions:
            ways.append(lambda: {"Fn::If": [self.random.choice(self.conditions), low, str(high)]})
            ways.append(lambda: {"Fn::If": [self.random.choice(self.conditions), high, {"Ref": "AWS::NoValue"}]})
        return self.random.choice(ways)()

    def flag(self):
        ways = [True, False, "true", "false"]
        if self.conditions:
            ways.append({"Fn::If": [self.random.choice(self.conditions), True, "false"]})
        return self.random.choice(ways)

    def json(self, depth=3):
        """Data of the user's own."""
        ways = [self.plain, lambda: self.random.randint(-5, 2**40), lambda: self.random.choice([True, False]), lambda: 0.25]
        if depth > 0:
            ways += [
                lambda: [self.json(depth - 1) for _ in range(self.random.randint(0, 3))],
                lambda: {f"k{self.plain()}": self.json(depth - 1) for _ in range(self.random.randint(0, 3))},
                lambda: self.text(1),
            ]
        return self.random.choice(ways)()

    def predicate(self, depth=2):
        left = self.random.choice([{"Ref": "Choice"}, {"Ref": "AWS::Region"}, {"Ref": self.numbers[0]}])
        right = "3" if left == {"Ref": self.numbers[0]} else self.word()
        ways = [lambda: {"Fn::Equals": [left, right]}]
        if depth > 0:
            below = lambda: self.predicate(depth - 1)  # noqa: E731
            ways += [lambda: {"Fn::Not": [below()]}, lambda: {self.random.choice(["Fn::And", "Fn::Or"]): [below(), below()]}]
        if self.conditions:
            ways.append(lambda: {"Condition": self.random.choice(self.conditions)})
        return self.random.choice(ways)()

    def some(self, properties):
        """Some of the properties, each made only if it is there."""
        return {key: make() for key, make in properties.items() if self.chance(0.5)}

    def resource(self):
        kind = self.random.choice(["queue", "parameter", "document", "group", "role", "alarm"])
        if kind == "queue":
            # Not every character may stand in a tag.
            values = [self.word(), {"Ref": "Choice"}, {"Fn::Sub": "${AWS::StackName}-" + self.word()}]
            tags = lambda: [{"Key": self.word(), "Value": value} for value in values]  # noqa: E731
            optional = {"DelaySeconds": lambda: self.number(0, 900), "SqsManagedSseEnabled": self.flag, "Tags": tags}
            return "AWS::SQS::Queue", self.some(optional)
        if kind == "parameter":
            optional = {"Description": self.text, "Tags": lambda: {self.word(): self.word()}}
            return "AWS::SSM::Parameter", {"Type": "String", "Value": self.text()} | self.some(optional)
        if kind == "document":
            content = {"schemaVersion": "2.2", "description": self.text(1), "parameters": {"p": self.json()}}
            return "AWS::SSM::Document", {"DocumentType": "Command", "Content": content | {"mainSteps": []}}
        if kind == "group":
            rule = lambda: {  # noqa: E731
                "IpProtocol": "tcp", "FromPort": self.number(1, 80), "ToPort": self.number(81, 99), "CidrIp": "10.0.0.0/8",
            }
            rules = [rule() for _ in range(self.random.randint(1, 3))]
            if self.conditions and self.chance(0.5):
                rules.append({"Fn::If": [self.random.choice(self.conditions), rule(), {"Ref": "AWS::NoValue"}]})
            return "AWS::EC2::SecurityGroup", {"GroupDescription": "random", "SecurityGroupIngress": rules}
        if kind == "role":
            principal = {"Service": [f"{service}.amazonaws.com" for service in self.random.sample(SERVICES, 2)]}
            statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
            document = {"Version": "2012-10-17", "Statement": [statement]}
            return "AWS::IAM::Role", {"AssumeRolePolicyDocument": document, "MaxSessionDuration": self.number(3600, 7200)}
        required = {"ComparisonOperator": "LessThanThreshold", "EvaluationPeriods": self.number(1, 5), "Namespace": "N"}
        optional = {"Threshold": lambda: self.random.choice([1, "1", 0.5, 1e9]), "AlarmDescription": self.text, "ActionsEnabled": self.flag}
        measured = {"MetricName": "m", "Period": 60, "Statistic": "Sum", "Threshold": 1}
        return "AWS::CloudWatch::Alarm", required | measured | self.some(optional)

    def template(self):
        parameters = {"Choice": {"Type": "String", "Default": "one", "AllowedValues": ["one", "two"]}}
        parameters["Number"] = {"Type": "Number", "Default": self.random.choice([3, "3"])}
        parameters["List"] = {"Type": "CommaDelimitedList", "Default": self.random.choice(["a,b", "a", "a, b"])}
        self.texts.append("Choice")
        self.numbers.append("Number")
        self.lists.append("List")
        conditions = {}
        for at in range(self.random.randint(0, 3)):
            conditions[f"C{at}"] = self.predicate()
            self.conditions.append(f"C{at}")
        resources = {}
        for at in range(self.random.randint(1, 5)):
            kind, properties = self.resource()
            resource = {"Type": kind, "Properties": properties}
            if resources and self.chance(0.2):
                resource["DependsOn"] = self.random.choice(list(resources))
            if self.chance(0.2):
                resource["Metadata"] = {"own": self.json()}
            if self.chance(0.2):
                resource["DeletionPolicy"] = self.random.choice(["Retain", "Delete"])
            resources[f"R{at}"] = resource
            if kind == "AWS::SQS::Queue":
                self.queues.append(f"R{at}")
        # What refers to each other need not stand in order.
        names = list(resources)
        self.random.shuffle(names)
        template = {"Parameters": parameters, "Mappings": {"Map": {key: {"text": self.plain(), "n": 1} for key in ("one", "two")}}}
        if conditions:
            template["Conditions"] = conditions
        template["Resources"] = {name: resources[name] for name in names}
        template["Outputs"] = {"Out": {"Value": self.text()}}
        return template


def template(seed):
    """The template of a number, in YAML for every other one."""
    made = Generator(seed).template()
    return json.dumps(made, indent=2) if seed % 2 else yaml.safe_dump(made, sort_keys=False)
