"""Deploys and destroys charts on a real API server, with the real kubectl.

    check.py PARTS APP ASSEMBLY...

PARTS is the folder of etcd, the API server, the controllers and kubectl; APP is any app, for its command line; each
ASSEMBLY is a directory that `synth` wrote. It is run by the Python that the AWS CLI is installed beside; AWS_2 may name
another one, of version 2. Nodes are a stand-in, and so is AWS: one that the AWS CLI talks to, and where it does not
matter what outputs say, one in place of the AWS CLI.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from aws import write_aws
from cluster import STATUS, Cluster, Nodes
from eks import Eks
from startup_taint import NAME as STARTUP_TAINT
from startup_taint import startup_taint

# Kinds of objects that come and go by themselves, or that belong to others.
NOISE = {"endpoints", "events", "leases", "endpointslices", "controllerrevisions", "pods", "replicasets", "apiservices", "componentstatuses"}

# No container runs, so a ping in one is taken to be answered; everything else is kubectl's.
KUBECTL = """#!/bin/sh
[ "$1" = exec ] && exit 0
exec {kubectl} "$@"
"""

# Namespaces take the controllers seconds to delete, so most charts here use one that is there.
HOME = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "jobs"}}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "crew"}}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "fleets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Fleet", "plural": "fleets", "singular": "fleet"},
        "versions": [{
            "name": "v1",
            "served": True,
            "storage": True,
            "schema": {"openAPIV3Schema": {
                "type": "object",
                "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
            }},
        }],
    },
}


def fleet(name, size=1, namespace="jobs"):
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "example.com/v1", "kind": "Fleet", "metadata": metadata, "spec": {"size": size}}


def settings(name="settings", namespace="jobs", **data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def workload(kind, name, image="agent:1"):
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": image}]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name, "namespace": "jobs"}, "spec": spec}


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"error: {what}: {actual!r}, expected {expected!r}")


def expect_in(what, text, part):
    if part not in text:
        sys.exit(f"error: {what}: {text!r} does not say {part!r}")


# The one object that stays when its chart is destroyed.
AUTH = "ConfigMap kube-system/aws-auth"


class Outcome:
    """What a run has told."""

    def __init__(self, done):
        self.code = done.returncode
        if self.code == 2:
            sys.exit(f"error: the command line is wrong: {done.stderr}")
        # An event is a line that is a document of its own.
        self.events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"')]
        self.printed, self.talk = done.stdout, done.stdout + done.stderr

    @property
    def changes(self):
        if self.code:
            sys.exit(f"error: the run has failed: {self.talk}")
        names = [event["name"] for event in self.events if event["event"] == "finished"]
        told = {event["name"]: event["note"] for event in self.events if event["event"] == "noted"}
        return {name: told.get(name, "no changes") for name in names}

    @property
    def ends(self):
        return {event["name"]: event["outcome"] for event in self.events if event["event"] == "finished"}

    @property
    def error(self):
        if not self.code:
            sys.exit(f"error: the run has not failed: {self.talk}")
        return next(event["diagnostic"] for event in self.events if event["event"] == "failed")["message"]

    @property
    def differences(self):
        """What differs, by chart: what became of each object, and the places in what stays."""
        if self.code:
            sys.exit(f"error: the run has failed: {self.talk}")
        def told(change):
            places = [edit["path"] for edit in change["edits"]] if change["kind"] == "changed" else []
            return " ".join([change["kind"], change["id"], *places])
        found = json.loads(self.printed)["differences"]
        return {chart["name"]: [told(change) for change in chart["changes"]] for chart in found}

    def objects(self, *states):
        told = [event for event in self.events if event["event"] == "object-status"]
        return [event["id"] for event in told if event["status"] in states]


class Stage:
    """A cluster, the program, and charts that a scenario makes up."""

    def __init__(self, cluster, eks, nodes, app, folder):
        self.cluster, self.eks, self.nodes = cluster, eks, nodes
        self.app, self.folder = app, folder
        tools = folder / "tools"
        tools.mkdir()
        kubectl = tools / "kubectl"
        kubectl.write_text(KUBECTL.format(kubectl=cluster.kubectl_path))
        kubectl.chmod(0o755)
        self.outputs = folder / "outputs.json"
        write_aws(tools / "aws", self.outputs)
        self.environment = {
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "KUBECACHEDIR": str(folder / "cache"),
            "TMPDIR": str(folder),
        }

    def command(self, verb, directory, names, seconds, force):
        if verb == "destroy":
            options = ["--exclusively", "--yes", "--json", "--assembly", directory, "--kubeconfig", self.cluster.kubeconfig]
            return [self.app, "destroy", *options, *names]
        if verb == "diff":
            return [self.app, "diff", "--json", "--assembly", directory, "--kubeconfig", self.cluster.kubeconfig, *names]
        options = ["--force-conflicts"] if force else []
        options += ["--kubeconfig", self.cluster.kubeconfig, "--rollout-timeout", str(seconds)]
        return [self.app, "deploy", "--exclusively", "--yes", "--json", "--assembly", directory, *options, *names]

    def run(self, verb, directory, names, seconds=60, force=False):
        command = self.command(verb, directory, names, seconds, force)
        return Outcome(subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300))

    def run_killed(self, verb, directory, names, after):
        """Starts a run and kills it after so many seconds; whether it was still running then."""
        command = self.command(verb, directory, names, 60, False)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, env=self.environment, **quiet)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return process.returncode < 0

    def verify(self, directory):
        options = ["--json", "--assembly", directory, "--kubeconfig", self.cluster.kubeconfig]
        done = subprocess.run([self.app, "verify", *options], env=self.environment, capture_output=True, text=True)
        if done.returncode not in (0, 1) or not done.stdout:
            sys.exit(f"error: verify has failed: {done.stderr}")
        findings = json.loads(done.stdout)["findings"]
        expect("exit code of verify", done.returncode, int(any(found["verdict"] == "fails" for found in findings)))
        return findings

    def run_by_aws(self, directory, aws=None, **facts):
        """Deploys the one chart of a directory, which these facts are added to, with the real AWS CLI: this one, or the
        one that is installed beside this Python."""
        path = directory / "manifest.json"
        manifest = json.loads(path.read_text())
        [chart] = manifest["deployables"]
        chart.pop("cluster", None)
        path.write_text(json.dumps({**manifest, "deployables": [chart | facts]}))
        dummy = {"AWS_ACCESS_KEY_ID": "AKIADEPLOYER00000000", "AWS_SECRET_ACCESS_KEY": "dummy", "AWS_DEFAULT_REGION": "eu-west-1"}
        # Before the stand-in that the other scenarios have.
        tools = self.folder / "aws"
        tools.mkdir(exist_ok=True)
        (tools / "aws").unlink(missing_ok=True)
        (tools / "aws").symlink_to(aws or pathlib.Path(sys.executable).parent / "aws")
        tools = f"{tools}:{self.environment['PATH']}"
        environment = {**self.environment, **dummy, "PATH": tools, "AWS_ENDPOINT_URL": self.eks.url}
        command = [self.app, "deploy", "--exclusively", "--yes", "--json", "--assembly", directory, chart["name"]]
        return Outcome(subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300))

    def assembly(self, name, *objects):
        """A directory with one chart of these objects."""
        directory = self.folder / f"assembly-{name}"
        directory.mkdir(exist_ok=True)
        chart = {"name": name, "kind": "chart", "file": f"{name}.k8s.yaml", "dependencies": [], "source_map": []}
        (directory / "manifest.json").write_text(json.dumps({"version": 1, "deployables": [chart]}))
        (directory / chart["file"]).write_text("\n---\n".join(json.dumps(item) for item in objects))
        return directory

    def deploy(self, name, *objects, **options):
        return self.run("deploy", self.assembly(name, *objects), [name], **options)

    def diff(self, name, *objects):
        return self.run("diff", self.assembly(name, *objects), [name]).differences[name]

    def destroy(self, name):
        return self.run("destroy", self.folder / f"assembly-{name}", [name])

    def snapshot(self):
        """The objects of the cluster, by name."""
        kinds = self.cluster.kubectl("api-resources", "--verbs=list", "--output=name").split()
        kinds = [kind for kind in kinds if kind.split(".")[0] not in NOISE]
        listed = json.loads(self.cluster.kubectl("get", ",".join(kinds), "--all-namespaces", "--output=json"))
        names = [(item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]) for item in listed["items"]]
        return {f"{kind} {namespace}/{name}" for kind, namespace, name in names}

    def images(self):
        """What the pods of the cluster run."""
        return [pod["spec"]["containers"][0]["image"] for pod in self.cluster.get("/api/v1/pods")["items"]]


def assemblies(stage, directories):
    """Every chart that is checked in or that an example makes: deployed, deployed again, destroyed."""
    for directory in directories:
        manifest = json.loads(pathlib.Path(directory, "manifest.json").read_text())
        charts = [item for item in manifest["deployables"] if item["kind"] == "chart"]
        outputs = {item["name"]: [output["name"] for output in item.get("outputs", [])] for item in manifest["deployables"]}
        stage.outputs.write_text(json.dumps(outputs))
        names = [chart["name"] for chart in charts]
        if not names:
            continue
        before = stage.snapshot()
        first = stage.run("deploy", directory, names)
        wanted = sum(len(chart["source_map"]) for chart in charts)
        expect(f"unchanged in {directory}", [name for name, told in first.changes.items() if told == "no changes"], [])
        expect(f"objects of {directory}", len(first.objects("created", "changed", "unchanged")), wanted)
        for chart in charts:
            text = pathlib.Path(directory, chart["file"]).read_text()
            for binding in chart.get("bindings", []):
                expect_in(f"placeholder of {chart['name']}", text + json.dumps(chart.get("cluster")), binding["placeholder"])
        live = stage.cluster.kubectl("get", "configmaps,daemonsets,deployments,pods", "--all-namespaces", "--output=yaml")
        expect(f"placeholders of {directory} left in the cluster", "${stackwright:" in live, False)
        verify(stage, directory)
        second = stage.run("deploy", directory, names)
        expect(f"the second run of {directory}", second.changes, dict.fromkeys(names, "no changes"))
        compared = stage.run("diff", directory, names).differences
        expect(f"what differs of {directory} once it is deployed", compared, {name: [] for name in names})
        stage.run("destroy", directory, names[::-1]).changes
        # Nodes rely on it.
        staying = {AUTH for chart in charts if "name: aws-auth" in pathlib.Path(directory, chart["file"]).read_text()}
        expect(f"left of {directory}", stage.snapshot() - before, staying)
        if staying:
            stage.cluster.kubectl("delete", "configmap", "aws-auth", "-n", "kube-system")
        print(f"   {directory}: {', '.join(names)}: {wanted} objects")


def verify(stage, directory):
    """What a chart describes is found to work, and what is amiss is found."""
    expected = {
        "DaemonSet kube-system/kube-multus-ds": "ready on 2 of 2 nodes",
        "NetworkAttachmentDefinition default/ipvlan-conf-1": "it is there",
    }
    if "multus" not in "".join(path.name for path in pathlib.Path(directory).iterdir()):
        return
    findings = stage.verify(directory)
    expect("what does not hold", [found for found in findings if found["verdict"] != "holds"], [])
    told = {found["subject"]: found["message"] for found in findings}
    expect("pods and networks", expected.items() - told.items(), set())
    interfaces = [subject for subject in told if subject.startswith("Pod ")]
    expect("interfaces", interfaces, ["Pod default/multus-1-nic net1", "Pod default/multus-2-nic net1", "Pod default/multus-2-nic net2"])
    expect("pings", sum("reaches" in found["message"] for found in findings), 2)
    status = stage.cluster.get("/api/v1/namespaces/default/pods/multus-1-nic")["metadata"]["annotations"][STATUS]
    stage.cluster.kubectl("annotate", "pod", "multus-1-nic", f"{STATUS}=[]", "--overwrite")
    failed = [found["subject"] for found in stage.verify(directory) if found["verdict"] == "fails"]
    expect("a missing interface", failed, ["Pod default/multus-1-nic net1"])
    stage.cluster.kubectl("annotate", "pod", "multus-1-nic", f"{STATUS}={status}", "--overwrite")


def differences(stage):
    """What a deployment would change is told by the API server, and not done."""
    agent = workload("DaemonSet", "agent")
    objects = [settings(a="1"), settings("old"), agent]
    added = ["added ConfigMap jobs/settings", "added ConfigMap jobs/old", "added DaemonSet jobs/agent"]
    before = stage.snapshot()
    expect("a new chart", stage.diff("plan", *objects), added)
    expect("what that has made", stage.snapshot() - before, set())
    stage.deploy("plan", *objects).changes
    expect("a deployed chart", stage.diff("plan", *objects), [])
    stage.cluster.kubectl("patch", "configmap", "settings", "-n", "jobs", "--patch", json.dumps({"data": {"a": "by hand"}}))
    stage.cluster.kubectl("label", "daemonset", "agent", "-n", "jobs", "of=others")
    expect("what was changed by hand", stage.diff("plan", *objects), ["changed ConfigMap jobs/settings data.a"])
    after = [NAMESPACE, DEFINITION, fleet("one", namespace="crew"), settings(a="1"), workload("DaemonSet", "agent", "agent:2")]
    expect("another chart", stage.diff("plan", *after), [
        "added Namespace crew", "added CustomResourceDefinition fleets.example.com", "added Fleet crew/one",
        "changed ConfigMap jobs/settings data.a",
        "changed DaemonSet jobs/agent spec.template.spec.containers[main].image", "removed ConfigMap jobs/old"])
    expect("what that has changed", stage.deploy("plan", *objects, force=True).changes, {"plan": "1 changed, 2 unchanged"})
    stage.destroy("plan").changes


def changes(stage):
    """An object is added, one is changed, one is removed."""
    agent = workload("DaemonSet", "agent")
    outcome = stage.deploy("life", settings(a="1"), agent)
    expect("first run", outcome.changes, {"life": "2 created"})
    outcome = stage.deploy("life", settings(a="2"), settings("added"), agent)
    expect("second run", outcome.changes, {"life": "1 created, 1 changed, 1 unchanged"})
    outcome = stage.deploy("life", settings("added"), workload("DaemonSet", "agent", "agent:2"))
    expect("third run", outcome.changes, {"life": "1 changed, 1 unchanged, 1 removed"})
    expect("deleted", outcome.objects("deleted"), ["ConfigMap jobs/settings"])
    expect("rolled out", stage.images(), ["agent:2", "agent:2"])
    expect("destroyed", stage.destroy("life").ends, {"life": "deleted"})
    expect("pods afterwards", stage.images(), [])
    again = stage.destroy("life")
    expect("destroyed again", (again.code, again.ends), (0, {}))


def ways(stage):
    """Without a kubeconfig the AWS CLI leads to the cluster, with the role that the chart names."""
    placeholders = {output: f"${{stackwright:shop.{output}}}" for output in ("Name", "Role")}
    bindings = [{"placeholder": text, "stack": "shop", "output": output} for output, text in placeholders.items()]
    cluster = {"name": placeholders["Name"], "environment": {"region": "eu-west-1"}, "role": placeholders["Role"]}
    directory = stage.assembly("way", settings(name="${stackwright:shop.Name}"))
    outcome = stage.run_by_aws(directory, cluster=cluster, bindings=bindings)
    outcome.changes
    expect("with the role", outcome.objects("created"), ["ConfigMap jobs/shop-1"])
    owner = stage.cluster.get("/api/v1/namespaces/jobs/configmaps/shop-1")["metadata"]["managedFields"][0]["manager"]
    expect("field manager", owner, "stackwright")
    del cluster["role"]
    outcome = stage.run_by_aws(directory, cluster=cluster, bindings=bindings)
    expect_in("without the role", outcome.error, "must be logged in")
    if aws := os.environ.get("AWS_2"):
        outcome = stage.run_by_aws(directory, aws, cluster=cluster, bindings=bindings)
        expect_in("without the role, with version 2", outcome.error, "must be logged in")
    stage.destroy("way").changes


def definitions(stage):
    """A kind is defined and used in one run, and goes after its objects."""
    objects = [NAMESPACE, DEFINITION, fleet("one", namespace="crew"), fleet("two", namespace="crew")]
    expect("defined and used", stage.deploy("kinds", *objects).changes, {"kinds": "4 created"})
    expect("again", stage.deploy("kinds", *objects).changes, {"kinds": "no changes"})
    objects[2] = fleet("one", 2, "crew")
    expect("changed", stage.deploy("kinds", *objects).objects("changed"), ["Fleet crew/one"])
    order = stage.destroy("kinds").objects("deleted")
    expect("order", order[2:], ["CustomResourceDefinition fleets.example.com", "Namespace crew"])


def conflicts(stage):
    """Fields that others have set are refused, with who set them, and taken over where that is asked for."""
    web = workload("Deployment", "web")
    stage.deploy("shared", settings(a="1", b="1"), web).changes
    patch = ["patch", "configmap", "settings", "-n", "jobs", "--type=merge", "--field-manager=someone"]
    stage.cluster.kubectl(*patch, "-p", json.dumps({"data": {"a": "theirs"}}))
    outcome = stage.deploy("shared", settings(a="1", b="1"), web)
    expect_in("the owner", outcome.error, 'ConfigMap jobs/settings: .data.a is owned by "someone"')
    expect("refused", outcome.objects("refused"), ["ConfigMap jobs/settings"])
    expect("left to them", stage.deploy("shared", settings(b="1"), web).changes, {"shared": "no changes"})
    forced = stage.deploy("shared", settings(a="1", b="1"), web, force=True)
    expect("forced", forced.objects("changed"), ["ConfigMap jobs/settings"])
    long = "x" * 300
    outcome = stage.deploy("shared", settings(long), workload("Deployment", "Web_1"), web)
    expect("all refusals", outcome.objects("refused"), [f"ConfigMap jobs/{long}", "Deployment jobs/Web_1"])
    stage.destroy("shared").changes


def foreign(stage):
    """What others made is never deleted, and neither is what holds it."""
    for item in (settings("theirs", a="1"), settings("shared", a="1", c="1")):
        stage.cluster.kubectl("create", "-f", "-", stdin=json.dumps(item))
    stage.deploy("guest", HOME, settings("shared", b="2"), settings("ours")).changes
    outcome = stage.deploy("guest", settings("ours"))
    expect("released", sorted(outcome.objects("released")), ["ConfigMap jobs/shared", "Namespace jobs"])
    shared = stage.cluster.get("/api/v1/namespaces/jobs/configmaps/shared")
    expect("what is left in it", (shared["data"], "annotations" in shared["metadata"]), ({"a": "1", "c": "1"}, False))
    stage.destroy("guest").changes
    left = [item for item in stage.snapshot() if item.startswith("ConfigMap jobs/")]
    expect("left", sorted(left), ["ConfigMap jobs/shared", "ConfigMap jobs/theirs"])
    stage.cluster.kubectl("delete", "configmap", "shared", "theirs", "-n", "jobs")

    stage.deploy("host", NAMESPACE, DEFINITION, fleet("ours", namespace="crew")).changes
    stage.cluster.kubectl("create", "-f", "-", stdin=json.dumps(fleet("theirs", namespace="crew")))
    error = stage.destroy("host").error
    held = "there are objects in it that are not the chart's: Fleet crew/theirs"
    expect_in("what holds the definition", error, f"CustomResourceDefinition fleets.example.com: {held}")
    expect_in("what holds the namespace", error, f"Namespace crew: {held}")
    stage.cluster.kubectl("delete", "fleet", "theirs", "-n", "crew")
    expect("then it goes", stage.destroy("host").ends, {"host": "deleted"})


def who_gets_in(stage):
    """EKS has written aws-auth first: it is taken over if nobody is locked out by that, and stays when it leaves."""

    def auth(*roles, **annotations):
        text = "".join(f"- rolearn: arn:aws:iam::111122223333:role/{role}\n  username: node\n" for role in roles)
        metadata = {"name": "aws-auth", "namespace": "kube-system", **({"annotations": annotations} if annotations else {})}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"mapRoles": text}}

    def there():
        return stage.cluster.get("/api/v1/namespaces/kube-system/configmaps/aws-auth")

    # As its construct makes it.
    ours = {"stackwright/removal-policy": "keep", "stackwright/conflict-policy": "take-over"}
    stage.cluster.kubectl("create", "-f", "-", "--field-manager=vpcLambda", stdin=json.dumps(auth("nodes", "people")))
    outcome = stage.deploy("access", auth("nodes", **ours), settings())
    expect_in("who would be locked out", outcome.error, '.data.mapRoles is owned by "vpcLambda", and '
              "arn:aws:iam::111122223333:role/people would no longer be in it")
    expect("as it was", there()["data"], auth("nodes", "people")["data"])
    without = auth("nodes")
    without["data"]["mapRoles"] += "# of our own\n"
    expect_in("nobody asks for it", stage.deploy("access", without, settings()).error, "owned by")
    outcome = stage.deploy("access", auth("people", "nodes", **ours), settings())
    outcome.changes
    told = [event["reason"] for event in outcome.events if event["event"] == "object-status" and event.get("reason")]
    expect_in("taken over", told[0], 'taken over: .data.mapRoles is owned by "vpcLambda"')
    expect("as it is to be", there()["data"], auth("people", "nodes")["data"])
    expect("again", stage.deploy("access", auth("people", "nodes", **ours), settings()).changes, {"access": "no changes"})
    expect("what differs without it", stage.diff("access", settings()), [])
    outcome = stage.deploy("access", settings())
    expect("it leaves", outcome.changes, {"access": "1 unchanged, 1 left as they are"})
    expect("and stays", there()["data"], auth("people", "nodes")["data"])
    stage.cluster.kubectl("delete", "configmap", "aws-auth", "-n", "kube-system")

    stage.deploy("access", auth("nodes", **ours), settings()).changes
    expect("destroyed", stage.destroy("access").ends, {"access": "deleted"})
    expect("what we made stays too", there()["data"], auth("nodes")["data"])
    expect("another chart may have it", stage.deploy("other", auth("others", **ours)).changes, {"other": "1 changed"})
    expect("as the other says", there()["data"], auth("others")["data"])
    stage.destroy("other").changes
    stage.cluster.kubectl("delete", "configmap", "aws-auth", "-n", "kube-system")


def rollouts(stage):
    """A workload that does not run is told, and what was applied stays."""
    stage.nodes.holds_back.set()
    store = workload("StatefulSet", "store")
    store["spec"]["serviceName"] = "store"
    objects = [workload("DaemonSet", "agent"), workload("Deployment", "web"), store]
    error = stage.deploy("slow", *objects, seconds=2).error
    for late in ("DaemonSet jobs/agent: pods ready: 0 of 2", "Deployment jobs/web: pods ready: 0 of 1",
                 "StatefulSet jobs/store: pods ready: 0 of 1"):
        expect_in("who is late", error, late)
    stage.nodes.holds_back.clear()
    expect("applied already", stage.deploy("slow", *objects).changes, {"slow": "no changes"})
    stage.nodes.holds_back.set()
    stage.cluster.kubectl("delete", "pod", "store-0", "-n", "jobs")
    expect("without waiting", stage.deploy("slow", *objects, seconds=0).changes, {"slow": "no changes"})
    stage.nodes.holds_back.clear()
    stage.destroy("slow").changes


def kills(stage):
    """A run that is killed at any time is finished by the next one, and nothing is lost."""
    before = stage.snapshot()
    first = [settings("old"), settings("both", a="1"), workload("DaemonSet", "agent")]
    second = [settings("new"), settings("both", a="2"), workload("DaemonSet", "agent", "agent:2")]
    stage.deploy("mortal", *first).changes
    start = time.monotonic()
    stage.deploy("mortal", *second).changes
    seconds, wanted = time.monotonic() - start, stage.snapshot()
    stage.destroy("mortal").changes
    killed, points = 0, 8
    for point in range(points):
        after = seconds * (point + 0.5) / points
        # The last thing that a killed run has started may still be at work when the next one starts.
        killed += stage.run_killed("deploy", stage.assembly("mortal", *first), ["mortal"], after)
        if point % 2:
            killed += stage.run_killed("deploy", stage.assembly("mortal", *second), ["mortal"], after)
        stage.deploy("mortal", *second).changes
        expect(f"objects after a kill at {after:.2f} s", stage.snapshot() ^ wanted, set())
        expect("once more", stage.deploy("mortal", *second).changes, {"mortal": "no changes"})
        killed += stage.run_killed("destroy", stage.assembly("mortal"), ["mortal"], after)
        stage.destroy("mortal").changes
        expect("left", stage.snapshot() - before, set())
    if killed < points:
        sys.exit(f"error: only {killed} runs were killed before they ended")
    print(f"   {killed} runs killed")


def main():
    # So that the cluster goes too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("error: ended from outside"))
    parts, app, *directories = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="stackwright-charts-") as folder:
        folder = pathlib.Path(folder)
        with (
            Eks() as eks,
            Cluster(parts, folder, f"{eks.url}/tokens") as cluster,
            Nodes(cluster, ["node-1", "node-2"]) as nodes,
        ):
            eks.cluster = cluster
            stage = Stage(cluster, eks, nodes, app, folder)
            cluster.kubectl("create", "-f", "-", stdin=json.dumps(HOME))
            for scenario in (ways, differences, changes, definitions, conflicts, foreign, who_gets_in, rollouts, kills):
                start, before = time.monotonic(), stage.snapshot()
                scenario(stage)
                expect(f"left by {scenario.__name__}", stage.snapshot() - before, set())
                print(f"{scenario.__name__}: {time.monotonic() - start:.1f} s", flush=True)
            assemblies(stage, directories)
            manifests = [path for directory in directories for path in pathlib.Path(directory).glob("*.k8s.yaml")]
            manifest = next(path for path in manifests if STARTUP_TAINT in path.read_text())
            startup_taint(cluster, manifest, expect)
            print("startup taint: taken from its own node, and nothing else done")
            left = [path.name for path in folder.iterdir() if path.name.startswith("stackwright-")]
            expect("private files left", left, [])


if __name__ == "__main__":
    main()
