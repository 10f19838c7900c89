"""Runs the function that gives nodes their interfaces, as templates have it, against an emulator of AWS.

    check.py TEMPLATE...

Whatever happens to a run, and however often its event comes: a node that counts as started has all its interfaces, and
when the instances are gone no interface is left.
"""

import contextlib
import io
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import boto3
from botocore.awsrequest import AWSResponse
from pyflakes import api as pyflakes

# Nothing here is a credential of anything, and nothing leaves this machine.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="eu-west-1", AWS_EC2_METADATA_DISABLED="true"
)
ZONES = ["eu-west-1a", "eu-west-1b"]
NO_MANAGE = "node.k8s.amazonaws.com/no_manage"


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"error: {what}: {actual!r}, expected {expected!r}")


@contextlib.contextmanager
def emulator():
    """Starts it on a free port, and ends it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = pathlib.Path(__file__).with_name("emulator.py")
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen([sys.executable, script, str(port)], stdout=log, stderr=log)
        try:
            for _ in range(300):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                if process.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                log.seek(0)
                sys.exit(f"error: the emulator does not answer:\n{log.read()}")
            os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{port}"
            yield
        finally:
            process.terminate()
            process.wait()


class Cut(BaseException):
    """The end of a run in the middle of it, as by its time limit."""


class Function:
    """The function as Lambda has it: loaded anew for each run, so that no run helps another."""

    def __init__(self, code, variables):
        self.code = code
        self.variables = variables
        self.results = []

    def load(self):
        os.environ.update(self.variables)
        module = {"__name__": "index"}
        exec(compile(self.code, "interfaces.py", "exec"), module)
        # What is not ready is ready at once or never here.
        module["time"] = type("Time", (), {"sleep": staticmethod(lambda seconds: None)})
        events = module["SCALING"].meta.events

        def heard(parsed, **_):
            if "Error" not in parsed:
                self.results.append(self.asked)

        def ask(params, **_):
            self.asked = params["LifecycleActionResult"]

        events.register("provide-client-params.auto-scaling.CompleteLifecycleAction", ask)
        events.register("after-call.auto-scaling.CompleteLifecycleAction", heard)
        return module

    def run(self, event, disturb=lambda module: None):
        """What the hook is told, if it still waits for anything."""
        module = self.load()
        disturb(module)
        self.results = []
        with contextlib.redirect_stderr(io.StringIO()):
            module["handler"](event, None)
        return self.results


def calls(module, heard):
    """Has `heard` hear of each call to AWS by its number and name before it is sent; what it returns is the answer."""
    count = iter(range(1_000))
    for client in (module["EC2"], module["SCALING"]):
        client.meta.events.register(
            "before-send.*", lambda event_name, **_: heard(next(count), event_name.rpartition(".")[2])
        )


def refuse(number):
    """Has AWS refuse what the call of this number asks for, whenever it is asked for from then on."""

    def disturb(module):
        refused = []

        def heard(current, name):
            if current == number:
                refused.append(name)
            if name in refused:
                body = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>"
                raw = type("Raw", (), {"stream": lambda self: [body.encode()]})()
                return AWSResponse("http://127.0.0.1", 403, {}, raw)

        calls(module, heard)

    return disturb


def cut(number):
    """Ends the run just before the call of this number is sent."""

    def disturb(module):
        def heard(current, name):
            if current == number:
                raise Cut

        calls(module, heard)

    return disturb


def text_of(value):
    """A text with placeholders in it."""
    text = value["Fn::Sub"]
    return text if isinstance(text, str) else text[0]


class Site:
    """A VPC of the emulator with the subnets and groups that the function is told of."""

    def __init__(self, variables):
        self.ec2 = boto3.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.numbers = iter(range(256))
        self.homes = [self.subnet(zone) for zone in ZONES]
        # Placeholders stand within the texts of the JSON.
        self.networks = json.loads(text_of(variables["NETWORKS"]))
        for network in self.networks:
            expect("subnets of a network", len(network["subnets"]), len(ZONES))
            has_ipv6 = "Ipv6PrefixCount" in network["addresses"]
            network["subnets"] = [self.subnet(zone, has_ipv6) for zone in ZONES]
            names = [f"{network['name']}-{number}" for number in range(len(network["groups"]))]
            network["groups"] = [self.group(name) for name in names]
        self.owner = text_of(variables["OWNER"]).replace("${AWS::StackName}", "stack")
        self.number = 0

    def subnet(self, zone, has_ipv6=False):
        number = next(self.numbers)
        more = {"Ipv6CidrBlock": f"2001:db8:0:{number:x}::/64"} if has_ipv6 else {}
        block = f"10.0.{number}.0/24"
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=block, AvailabilityZone=zone, **more)
        return made["Subnet"]["SubnetId"]

    def group(self, name):
        return self.ec2.create_security_group(VpcId=self.vpc, GroupName=name, Description=name)["GroupId"]

    def instance(self, zone):
        made = self.ec2.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, SubnetId=self.homes[zone])
        return made["Instances"][0]["InstanceId"]

    def event(self, instance, zone, transition):
        self.number += 1
        return {
            "detail-type": f"EC2 Instance-{transition} Lifecycle Action",
            "detail": {
                "LifecycleActionToken": f"token-{self.number:030}",
                "AutoScalingGroupName": f"nodes-{zone}",
                "LifecycleHookName": "hook",
                "EC2InstanceId": instance,
                "LifecycleTransition": f"autoscaling:EC2_INSTANCE_{'LAUNCHING' if transition == 'launch' else 'TERMINATING'}",
                "NotificationMetadata": f"{self.owner}/{zone}",
            },
        }

    def interfaces(self):
        return self.ec2.describe_network_interfaces()["NetworkInterfaces"]

    def terminate(self, instance):
        self.ec2.terminate_instances(InstanceIds=[instance])

    def check_node(self, what, instance, zone):
        """The instance has an interface in each network, as asked, and there is none besides."""
        found = sorted(self.interfaces(), key=lambda one: one.get("Attachment", {}).get("DeviceIndex", 0))
        expect(f"{what}: interfaces", len(found), len(self.networks))
        for device, (one, network) in enumerate(zip(found, self.networks), 1):
            tags = {tag["Key"]: tag["Value"] for tag in one["TagSet"]}
            attachment = one["Attachment"]
            expect(f"{what}: instance", attachment["InstanceId"], instance)
            expect(f"{what}: device", attachment["DeviceIndex"], device)
            expect(f"{what}: deleted with the instance", attachment["DeleteOnTermination"], True)
            expect(f"{what}: subnet", one["SubnetId"], network["subnets"][zone])
            expect(f"{what}: groups", [group["GroupId"] for group in one["Groups"]], network["groups"])
            expect(f"{what}: source and destination check", one["SourceDestCheck"], network["check"])
            expect(f"{what}: left alone by the VPC CNI", tags[NO_MANAGE], "true")
            addresses = network["addresses"]
            expect(f"{what}: prefixes", len(one.get("Ipv4Prefixes", [])), addresses.get("Ipv4PrefixCount", 0))
            expect(f"{what}: prefixes of IPv6", len(one.get("Ipv6Prefixes", [])), addresses.get("Ipv6PrefixCount", 0))
            more = len(one["PrivateIpAddresses"]) - 1
            expect(f"{what}: addresses", more, addresses.get("SecondaryPrivateIpAddressCount", 0))

    def check_empty(self, what):
        expect(f"{what}: interfaces left", self.interfaces(), [])


def check_life(site, function):
    """A node comes, its events come twice, and it goes."""
    for zone in range(len(ZONES)):
        instance = site.instance(zone)
        launch = site.event(instance, zone, "launch")
        expect("launch", function.run(launch), ["CONTINUE"])
        site.check_node("launch", instance, zone)
        expect("launch, delivered again", function.run(launch), [])
        site.check_node("launch, delivered again", instance, zone)
        end = site.event(instance, zone, "terminate")
        expect("terminate", function.run(end), ["CONTINUE"])
        site.terminate(instance)
        expect("terminate, delivered again", function.run(end), [])
        expect("launch, delivered after the end", function.run(launch), [])
        site.check_empty("the end")


def check_at_once(site, function):
    """Two runs for one event, side by side."""
    instance = site.instance(0)
    launch = site.event(instance, 0, "launch")
    modules = [function.load(), function.load()]
    function.results = []
    threads = [threading.Thread(target=module["handler"], args=(launch, None)) for module in modules]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect("two at once", function.results, ["CONTINUE"])
    site.check_node("two at once", instance, 0)
    site.terminate(instance)
    site.check_empty("two at once")


def check_neighbours(site, function):
    """A node that goes takes nothing of another that is on its way, nor of anybody else."""
    instance, other = site.instance(0), site.instance(0)
    launch = site.event(instance, 0, "launch")
    with contextlib.suppress(Cut):
        function.run(launch, cut(2))
    tags = [{"Key": f"networks.stackwright/{key}", "Value": value} for key, value in (("owner", "another"), ("instance", "i-0"))]
    strange = site.ec2.create_network_interface(
        SubnetId=site.homes[0], TagSpecifications=[{"ResourceType": "network-interface", "Tags": tags}]
    )["NetworkInterface"]["NetworkInterfaceId"]
    before = [one["NetworkInterfaceId"] for one in site.interfaces()]
    expect("interfaces of two owners", len(before), 2)
    function.run(site.event(other, 0, "terminate"))
    site.terminate(other)
    expect("interfaces of others", [one["NetworkInterfaceId"] for one in site.interfaces()], before)
    expect("launch, tried again", function.run(launch), ["CONTINUE"])
    site.ec2.delete_network_interface(NetworkInterfaceId=strange)
    site.check_node("launch beside others", instance, 0)
    site.terminate(instance)
    site.check_empty("others")


def check_update(site, function):
    """A run is cut, and the next one is told of other networks: what there is already is not made again."""
    instance = site.instance(0)
    launch = site.event(instance, 0, "launch")
    networks = json.loads(function.variables["NETWORKS"])
    changed = [{**network, "addresses": {"SecondaryPrivateIpAddressCount": 1}} for network in networks]
    before = Function(function.code, {**function.variables, "NETWORKS": json.dumps(changed)})
    with contextlib.suppress(Cut):
        before.run(launch, cut(2))
    expect("launch, told of other networks", function.run(launch), ["CONTINUE"])
    site.terminate(instance)
    site.check_empty("an update")


def count_calls(site, function):
    names = []
    instance = site.instance(0)
    disturb = lambda module: calls(module, lambda number, name: names.append(name))  # noqa: E731
    function.run(site.event(instance, 0, "launch"), disturb)
    site.terminate(instance)
    site.check_empty("a run that is listened to")
    return names


def check_refusals(site, function, names):
    """Whatever AWS refuses, the instance is given up, and nothing is left when it is gone."""
    for number, name in enumerate(names[:-1]):
        what = f"{name} refused at call {number}"
        instance = site.instance(0)
        launch = site.event(instance, 0, "launch")
        try:
            expect(what, function.run(launch, refuse(number)), ["ABANDON"])
        except Exception:
            # What could not be cleaned up either is tried again by Lambda, when the instance is on its way out.
            expect(what, function.results, ["ABANDON"])
            site.terminate(instance)
            expect(f"{what}, tried again", function.run(launch), [])
        site.terminate(instance)
        site.check_empty(what)


def check_unheard(site, function, names):
    """Where the hook does not hear the answer, the event comes again, and the node has lost nothing."""
    expect("the last call", names[-1], "CompleteLifecycleAction")
    instance = site.instance(0)
    launch = site.event(instance, 0, "launch")
    with contextlib.suppress(Exception):
        function.run(launch, refuse(len(names) - 1))
    expect("what the hook hears", function.results, [])
    expect("unheard, tried again", function.run(launch), ["CONTINUE"])
    site.check_node("unheard, tried again", instance, 0)
    site.terminate(instance)
    site.check_empty("unheard")


def check_cuts(site, function, names):
    """Wherever a run ends, the next one finishes; and if there is none, the next for another instance cleans up."""
    for number, name in enumerate(names):
        what = f"cut before {name} at call {number}"
        instance = site.instance(1)
        launch = site.event(instance, 1, "launch")
        try:
            function.run(launch, cut(number))
            sys.exit(f"error: {what}: the run goes on")
        except Cut:
            pass
        expect(f"{what}, tried again", function.run(launch), ["CONTINUE"])
        site.check_node(f"{what}, tried again", instance, 1)
        function.run(site.event(instance, 1, "terminate"))
        site.terminate(instance)
        site.check_empty(what)

        given_up = site.instance(1)
        with contextlib.suppress(Cut):
            function.run(site.event(given_up, 1, "launch"), cut(number))
        site.terminate(given_up)
        other = site.instance(1)
        function.run(site.event(other, 1, "terminate"))
        site.terminate(other)
        left = [one for one in site.interfaces() if not one.get("Attachment")]
        expect(f"{what}, given up", left, [])


def check_template(path):
    resources = json.loads(pathlib.Path(path).read_text())["Resources"]
    functions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Lambda::Function"]
    expect("functions", len(functions), 1)
    code = functions[0]["Code"]["ZipFile"]
    expect("what pyflakes finds", pyflakes.check(code, "interfaces.py"), 0)
    variables = functions[0]["Environment"]["Variables"]
    asked = {key for network in json.loads(text_of(variables["NETWORKS"])) for key in network["addresses"]}
    print(f"interfaces with {' and '.join(sorted(asked))}")
    with emulator():
        site = Site(variables)
        function = Function(code, {"NETWORKS": json.dumps(site.networks), "OWNER": site.owner, "AWS_MAX_ATTEMPTS": "2"})
        site.check_empty("the start")
        check_life(site, function)
        print("a node comes and goes, each event twice: its interfaces come and go with it")
        check_at_once(site, function)
        print("one event at work twice at once: one set of interfaces")
        check_neighbours(site, function)
        check_update(site, function)
        print("a node that goes leaves others theirs, and an update in between does no harm")
        names = count_calls(site, function)
        check_refusals(site, function, names)
        print(f"each of {len(names) - 1} calls refused: given up, and nothing left")
        check_unheard(site, function, names)
        print("the answer refused: the event comes again")
        check_cuts(site, function, names)
        print(f"cut short before each of {len(names)} calls: finished by the next run, or cleaned up by another's")


def main():
    for path in sys.argv[1:]:
        check_template(path)


if __name__ == "__main__":
    main()
