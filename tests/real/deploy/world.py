"""The world of a scenario: an emulator of AWS, a proxy that makes it fail, an app to run, a directory to work in."""

import contextlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from awscli.clidriver import create_clidriver

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
REGION = "eu-west-1"


class Failed(Exception):
    """A scenario did not come out as it should."""


def check(is_so, what):
    if not is_so:
        raise Failed(what)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def ask(url, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return reply.read().decode()


def wait_for(url, process):
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit(f"{process.args[1]} ended before it answered")
        try:
            return ask(url)
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nobody answers at {url}")


@dataclass
class Run:
    """What a process did."""

    code: int
    out: str
    err: str

    def expect(self, code, *texts):
        """It ended with this exit code, and told each of these texts."""
        told = f"exit code {self.code}\n{self.out}\n{self.err}"
        check(self.code == code, f"expected exit code {code}, got {told}")
        for text in texts:
            check(text in self.out + self.err, f"expected to be told {text!r}, got {told}")
        return self

    def rejects(self, *texts):
        for text in texts:
            check(text not in self.out + self.err, f"expected not to be told {text!r}, got\n{self.out}\n{self.err}")
        return self


class World:
    """One emulator and one proxy, for one scenario after the other."""

    def __init__(self, app, directory):
        self.app_path = Path(app).resolve()
        self.base = Path(directory).resolve()
        shutil.rmtree(self.base, ignore_errors=True)
        self.base.mkdir(parents=True)
        self.pause_file = self.base / "pause"
        self.sockets = tempfile.TemporaryDirectory(prefix="stackwright-deploy-")
        self.processes = []
        self.cli = None
        port, proxy_port = free_port(), free_port()
        self.emulator = f"http://127.0.0.1:{port}"
        self.proxy = f"http://127.0.0.1:{proxy_port}"
        environment = {**os.environ, "GATEWAY_PORT": str(port), "STACK_PAUSE": str(self.pause_file)}
        emulator = self.start("emulator", [str(HERE / "emulator.py")], environment)
        arguments = ["-m", "microburst", "--upstream", self.emulator, "--port", str(proxy_port), "--host", "127.0.0.1"]
        proxy = self.start("proxy", arguments, os.environ)
        # The AWS CLI is the one that is installed beside this Python.
        self.own_aws = self.base / "own" / "aws"
        self.own_aws.parent.mkdir()
        self.start("cli", [str(HERE / "warm.py"), f"{self.sockets.name}/cli", str(self.own_aws)], os.environ)
        wait_for(f"{self.emulator}/_ministack/health", emulator)
        wait_for(f"{self.proxy}/_microburst/health", proxy)
        while not self.own_aws.exists():
            time.sleep(0.1)

    def start(self, name, arguments, environment):
        with open(self.base / f"{name}.log", "wb") as log:
            process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.sockets.cleanup()

    def begin(self, name, aws=None):
        """A new account for the next scenario, and a directory of its own; the app calls this AWS CLI."""
        self.tools = self.own_aws.parent
        if aws:
            self.tools = self.base / "other"
            self.tools.mkdir(exist_ok=True)
            (self.tools / "aws").unlink(missing_ok=True)
            (self.tools / "aws").symlink_to(aws)
        self.pause(0)
        self.faults([])
        ask(f"{self.emulator}/_ministack/reset", "POST", {})
        self.directory = self.base / name
        self.directory.mkdir()
        self.out = Assembly(self.directory / "assembly")

    def pause(self, seconds):
        """From now on each operation of a stack stays in progress so long, those that are in progress included."""
        whole = self.pause_file.with_suffix(".new")
        whole.write_text(str(seconds))
        whole.replace(self.pause_file)

    def faults(self, rules):
        """From now on the proxy does this to what passes through it; see microburst's rules."""
        ask(f"{self.proxy}/_microburst/rules", "POST", rules)
        ask(f"{self.proxy}/_microburst/fired", "DELETE")

    def fired(self):
        """What the proxy has done."""
        return json.loads(ask(f"{self.proxy}/_microburst/fired"))

    def environment(self, endpoint=None, **others):
        keep = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        home = self.directory / "home"
        home.mkdir(exist_ok=True)
        every = {
            **keep,
            "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "AWS_ENDPOINT_URL": endpoint or self.emulator,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": REGION,
            **others,
        }
        return {key: value for key, value in every.items() if value is not None}

    def app(self, *arguments, endpoint=None, assembly=True, **others):
        """Runs the app to its end, on the scenario's own assembly unless it is to be the program's."""
        return self.ended(self.begun(*arguments, endpoint=endpoint, assembly=assembly, **others))

    def begun(self, *arguments, endpoint=None, assembly=True, **others):
        """Starts the app."""
        own = ["--assembly", str(self.out.path)] if assembly else []
        return subprocess.Popen(
            [str(self.app_path), *arguments, *own],
            cwd=ROOT,
            env=self.environment(endpoint, **others),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self, process):
        try:
            out, err = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise Failed(f"did not end in two minutes:\n{out}\n{err}") from None
        return Run(process.returncode, out, err)

    def until(self, is_so, process):
        """Waits for something to become so while a process runs."""
        while not is_so():
            check(process.poll() is None, "the process ended before that")
            time.sleep(0.2)

    def read_until(self, process, text):
        """Waits until a process has told something."""
        told = ""
        while text not in told:
            line = process.stderr.readline()
            check(line != "", f"expected to be told {text!r}, got {told}")
            told += line

    def aws(self, *arguments):
        """Asks the emulator itself, past the proxy; None where it refuses. The AWS CLI answers within this process, which
        takes a fiftieth of the time that it takes as a process of its own."""
        os.environ.update(self.environment(), AWS_PAGER="")
        if self.cli is None:
            self.cli = create_clidriver()
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            code = self.cli.main([*arguments, "--endpoint-url", self.emulator, "--output", "json"])
        if code != 0:
            return None
        return json.loads(out.getvalue()) if out.getvalue().strip() else {}

    def stacks(self):
        """The status of each stack there is, by name."""
        found = self.aws("cloudformation", "describe-stacks")["Stacks"]
        return {stack["StackName"]: stack["StackStatus"] for stack in found}

    def stack(self, name):
        found = self.aws("cloudformation", "describe-stacks", "--stack-name", name)
        return found and found["Stacks"][0]

    def starts(self, name):
        """How many operations of a stack have begun."""
        events = self.aws("cloudformation", "describe-stack-events", "--stack-name", name)["StackEvents"]
        of_stack = [event for event in events if event["PhysicalResourceId"] == event["StackId"]]
        return sum(event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS") for event in of_stack)

    def change_sets(self, name):
        """The change sets that could still be executed."""
        found = self.aws("cloudformation", "list-change-sets", "--stack-name", name)["Summaries"]
        return [it["ChangeSetName"] for it in found if it["ExecutionStatus"] in ("AVAILABLE", "UNAVAILABLE")]


class Assembly:
    """What a synth would have written: stacks of a few resources, made by hand."""

    def __init__(self, path):
        self.path = path
        self.path.mkdir()
        self.deployables = {}
        self.write()

    def stack(self, name, resources, outputs=None, *, after=(), parameters=None, indent=2, **facts):
        """Puts a stack in, or another one in its place. Outputs are exported as STACK:NAME."""
        template = {"Resources": resources}
        if parameters:
            template["Parameters"] = parameters
        if outputs:
            exported = {key: {"Value": value, "Export": {"Name": f"{name}:{key}"}} for key, value in outputs.items()}
            template["Outputs"] = exported
        file = f"{name}.template.json"
        (self.path / file).write_text(json.dumps(template, indent=indent))
        self.deployables[name] = {
            "name": name,
            "kind": "stack",
            "file": file,
            "dependencies": list(after),
            "stack": {"environment": {}, **facts},
            "source_map": [
                {
                    "id": key,
                    "path": f"{name}/{key.lower()}",
                    "type": resource["Type"],
                    "source": {"file": "src/nowhere.rs", "line": line, "column": 1},
                }
                for line, (key, resource) in enumerate(resources.items(), start=10)
            ],
        }
        self.write()

    def write(self):
        manifest = {"version": 1, "deployables": list(self.deployables.values())}
        (self.path / "manifest.json").write_text(json.dumps(manifest, indent=2))


def vpc(cidr="10.0.0.0/16", **more):
    return {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": cidr, **more}}


def subnet(network, cidr):
    return {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": network, "CidrBlock": cidr}}


def never():
    """Resources that nobody brings to an end: a condition that times out, as AWS itself would tell it."""
    return {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Never": {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "1"},
        },
    }


def network_and_web(assembly, **network):
    """Two stacks, the second of which imports from the first."""
    assembly.stack("network", {"Vpc": vpc(**network)}, {"Id": {"Ref": "Vpc"}})
    resources = {"Subnet": subnet({"Fn::ImportValue": "network:Id"}, "10.0.1.0/24")}
    assembly.stack("web", resources, after=["network"])
