"""A cluster whose nodes run their pods, and the program that brings charts up in it."""

import json
import os
import pathlib
import subprocess
import sys

from aws import write_aws
from cluster import wait_for

# Configurations of nodes: that of the main network, and the one that Multus puts in its place.
MAIN = "etc/cni/net.d/10-aws.conflist"
MULTUS = "etc/cni/net.d/00-multus.conf"
DEPLOY = ["--exclusively", "--yes", "--rollout-timeout", "60"]


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"error: {what}: {actual!r}, expected {expected!r}")


def main_network(number):
    """What the VPC CNI does for pods, done by plugins that need no VPC: an interface, and an address of the node's."""
    first = 32 * (number + 1)
    addresses = {"subnet": "10.10.1.0/24", "rangeStart": f"10.10.1.{first}", "rangeEnd": f"10.10.1.{first + 15}"}
    plugin = {"type": "ptp", "ipam": {"type": "host-local", "ranges": [[addresses]], "routes": [{"dst": "0.0.0.0/0"}]}}
    return json.dumps({"cniVersion": "0.4.0", "name": "aws-cni", "disableCheck": True, "plugins": [plugin]})


class World:
    """A cluster with nodes, and the program."""

    def __init__(self, cluster, nodes, kubelets, app, folder):
        self.cluster, self.nodes, self.kubelets, self.app = cluster, nodes, kubelets, app
        tools = folder / "tools"
        tools.mkdir()
        self.outputs = folder / "outputs.json"
        write_aws(tools / "aws", self.outputs)
        path = f"{tools}:{cluster.parts}:{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "KUBECACHEDIR": str(folder / "cache"), "TMPDIR": str(folder)}

    def connect(self):
        """Configures the main network on all nodes."""
        for number, node in enumerate(self.nodes):
            (node.folder / MAIN).write_text(main_network(number))

    def start(self, verb, assembly, *words):
        options = ["--assembly", assembly, "--kubeconfig", self.cluster.kubeconfig]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([self.app, verb, *options, *words], env=self.environment, text=True, **pipes)

    def run(self, verb, assembly, *words):
        return self.finish(self.start(verb, assembly, *words))

    def finish(self, process):
        told, talk = process.communicate(timeout=180)
        if process.returncode:
            sys.exit(f"error: exit code {process.returncode} of {process.args}: {told}{talk}{self.kubelets.explain()}")
        return told

    def deploy(self, assembly, *charts):
        self.run("deploy", assembly, *DEPLOY, *charts)

    def destroy(self, assembly, *charts):
        self.run("destroy", assembly, "--exclusively", "--yes", *charts)

    def verify(self, assembly):
        """Its exit code, and its lines without the blanks that line them up."""
        process = self.start("verify", assembly)
        told, talk = process.communicate(timeout=120)
        if process.returncode not in (0, 1) or not told:
            sys.exit(f"error: verify: exit code {process.returncode}: {told}{talk}")
        return process.returncode, [" ".join(line.split()) for line in told.splitlines()]

    def pod(self, name, namespace="default"):
        return self.cluster.get(f"/api/v1/namespaces/{namespace}/pods/{name}")

    def wait(self, what, holds):
        try:
            wait_for(what, holds)
        except SystemExit as end:
            sys.exit(f"{end}{self.kubelets.explain()}")

    def wait_until_multus_has_gone(self):
        """A daemon that ends takes its configuration along, and the main network is as before."""
        configs = [node.folder / MULTUS for node in self.nodes]
        self.wait("the configuration of Multus to go", lambda: not any(path.exists() for path in configs))

    def tell_outputs(self, assembly):
        """Has the stand-in for AWS tell the outputs of an assembly's stacks."""
        manifest = json.loads(pathlib.Path(assembly, "manifest.json").read_text())
        outputs = {item["name"]: item.get("outputs", []) for item in manifest["deployables"]}
        stacks = {name: [output["name"] for output in told] for name, told in outputs.items()}
        self.outputs.write_text(json.dumps(stacks))

    def interfaces(self, pod):
        """The interfaces of a pod, as its network namespace has them: addresses by name."""
        running = self.kubelets.running[pod["metadata"]["uid"]]
        return {
            name: [f"{one['local']}/{one['prefixlen']}" for one in link["addr_info"] if one["scope"] == "global"]
            for name, link in running.node.links(running.namespace).items()
            if name != "lo"
        }

    def left(self):
        """What nodes keep of pods: interfaces, namespaces, and addresses that are written down as handed out."""
        kept = {}
        for node in self.nodes:
            state = [path for path in (node.folder / "var/lib/cni").rglob("*") if path.is_file()]
            files = [path.relative_to(node.folder) for path in state if path.name not in ("lock", "last_reserved_ip.0")]
            kept[node.name] = (sorted(node.links()), node.namespaces(), sorted(map(str, files)))
        return kept
