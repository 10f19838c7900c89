"""Has the real whereabouts hand out the addresses of our networks, with the rights that our objects give it.

    unshare --mount --propagation private check.py CLUSTER PROGRAMS MANIFEST BUSYBOX < CONFIGURATIONS

CLUSTER is the folder of a control plane's programs, PROGRAMS that of whereabouts; MANIFEST is a chart with the plugin and
with networks, and CONFIGURATIONS are further ones. Nodes are directories, each with a container of the daemon set beside
it, whose shell is BUSYBOX. What is expected stands here, not in the manifest. It takes root, and nothing stays.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "charts"))
from cluster import STATUS, Cluster, wait_for  # noqa: E402

POOLS = "/apis/whereabouts.cni.cncf.io/v1alpha1/namespaces/kube-system/ippools"
RESERVATIONS = "/apis/whereabouts.cni.cncf.io/v1alpha1/namespaces/kube-system/overlappingrangeipreservations"
ROLE = "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/roles/whereabouts"
SECRET = "var/run/secrets/kubernetes.io/serviceaccount"
NODES = ("node-1", "node-2")
# What networks of the chart hand out, and what the further ones do, in order.
OF_ZONES = {
    "shared-1": [f"10.40.3.{last}/26" for last in range(8, 32)],
    "shared-2": [f"10.40.3.{last}/26" for last in range(72, 96)],
}
IN_ORDER = {
    "exclusions": [f"10.10.6.{last}/24" for last in (10, 11, 16)],
    "whole-bytes": ["10.10.8.254/23", "10.10.8.255/23", "10.10.9.0/23", "10.10.9.1/23"],
}
# prctl(2) has the numbers.
LIBC = ctypes.CDLL(None)
DROP_FROM_BOUNDING_SET, NO_NEW_PRIVILEGES = 24, 38


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"error: {what}: {actual!r}, expected {expected!r}")


def mount(source, target):
    target.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "--bind", source, target], check=True)


class Container:
    """A container of the chart, in a directory of its own: with its command, its rights, and its account's token."""

    def __init__(self, site, place, container, account, environment):
        self.place, self.container, self.environment = place, container, environment
        (place / "bin").mkdir(parents=True)
        shutil.copy(site.busybox, place / "bin/busybox")
        for applet in ("base64", "cat", "cmp", "cp", "mkdir", "mv", "sh", "sleep", "test", "tr"):
            (place / "bin" / applet).symlink_to("busybox")
        for name, program in (("whereabouts", "whereabouts"), ("ip-control-loop", "controlloop"), ("ip-reconciler", "reconciler")):
            shutil.copy(site.programs / program, place / name)
        (place / SECRET).mkdir(parents=True)
        (place / SECRET / "token").write_text(site.token(account))
        shutil.copy(site.cluster.folder / "certificates/apiserver.crt", place / SECRET / "ca.crt")
        (place / "tmp").mkdir()

    def start(self):
        context = self.container["securityContext"]
        if context["capabilities"]["drop"] != ["ALL"] or context["allowPrivilegeEscalation"] or "privileged" in context:
            sys.exit(f"error: {self.container['name']} has more rights than it is to have")

        def enter():
            os.chroot(self.place)
            os.chdir("/")
            for capability in range(64):
                LIBC.prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
            user = context.get("runAsUser", 65534)
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)

        self.log = open(self.place.with_suffix(".log"), "w+")
        self.process = subprocess.Popen(
            self.container["command"],
            env={"PATH": "/bin", **self.environment},
            preexec_fn=enter,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def await_that(self, what, holds, seconds=30):
        end = time.monotonic() + seconds
        while not holds():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"error: {self.container['name']}: {what} does not come: {self.said()}")
            time.sleep(0.1)


class Node:
    """A directory that the plugin runs in, as Multus runs it."""

    def __init__(self, place):
        self.place = place
        for name in ("opt/cni/bin", "etc/cni/net.d", "dev"):
            (place / name).mkdir(parents=True)

    def call(self, command, config, pod, interface="net1", seconds=60):
        """The exit code and the reply; no code where it takes too long."""
        namespace, name = pod
        environment = {
            "CNI_COMMAND": command,
            "CNI_CONTAINERID": f"{name}-sandbox",
            "CNI_NETNS": "/none",
            "CNI_IFNAME": interface,
            "CNI_PATH": "/opt/cni/bin",
            "CNI_ARGS": f"IgnoreUnknown=1;K8S_POD_NAMESPACE={namespace};K8S_POD_NAME={name}",
        }
        first = config.get("plugins", [config])[0]
        config = {**first, "cniVersion": config["cniVersion"], "name": config["name"]}
        words = ["chroot", self.place, "/opt/cni/bin/whereabouts"]
        try:
            done = subprocess.run(
                words, input=json.dumps(config), env={"PATH": os.environ["PATH"], **environment},
                capture_output=True, text=True, timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return None, None
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None

    def add(self, config, pod, interface="net1"):
        code, result = self.call("ADD", config, pod, interface)
        if code:
            sys.exit(f"error: {config['name']}: {result}")
        (address,) = [one["address"] for one in result["ips"]]
        return address

    def delete(self, config, pod, interface="net1"):
        expect(f"{config['name']}: DEL", self.call("DEL", config, pod, interface), (0, None))


class Site:
    def __init__(self, cluster, programs, manifest, busybox, folder):
        self.cluster, self.programs, self.busybox, self.folder = cluster, pathlib.Path(programs), busybox, folder
        documents = [one for one in yaml.safe_load_all(pathlib.Path(manifest).read_text()) if one]
        known = ("CustomResourceDefinition", "Namespace", "NetworkAttachmentDefinition")
        self.objects = [
            one for one in documents if one["kind"] in known or one["metadata"]["name"].startswith("whereabouts")
        ]
        # A definition holds some time after it is made.
        for kinds in (known[:2], None):
            objects = [one for one in self.objects if (one["kind"] in kinds if kinds else one["kind"] not in known[:2])]
            cluster.kubectl("apply", "--server-side", "--filename", "-", stdin=yaml.safe_dump_all(objects))
            if kinds:
                cluster.kubectl("wait", "--for", "condition=Established", "--timeout", "60s", "crd", "--all")
        self.networks = {
            one["metadata"]["name"]: json.loads(one["spec"]["config"])
            for one in documents
            if one["kind"] == "NetworkAttachmentDefinition"
        }
        self.address, self.port = cluster.address.removeprefix("https://").split(":")

    def workload(self, kind):
        (found,) = [one for one in self.objects if one["kind"] == kind]
        return found["spec"]["template"]["spec"]

    def token(self, account):
        return self.cluster.kubectl("create", "token", account, "--namespace", "kube-system").strip()

    def container(self, kind, name, node=None):
        """A container of the chart, with the directories of a node where it mounts them."""
        pod = self.workload(kind)
        (found,) = [one for one in pod["containers"] if one["name"] == name]
        environment = {"KUBERNETES_SERVICE_HOST": self.address, "KUBERNETES_SERVICE_PORT": self.port}
        for variable in found.get("env", []):
            environment[variable["name"]] = variable.get("value") or node.place.name
        place = self.folder / f"{name}-{node.place.name if node else 'alone'}"
        made = Container(self, place, found, pod["serviceAccountName"], environment)
        paths = {one["name"]: one["hostPath"]["path"] for one in pod["volumes"] if "hostPath" in one}
        for one in found["volumeMounts"] if node else []:
            mount(node.place / paths[one["name"]].lstrip("/"), place / one["mountPath"].lstrip("/"))
        return made

    def allocations(self):
        return {
            pool["metadata"]["name"]: sorted(one["podref"] for one in pool["spec"]["allocations"].values())
            for pool in self.cluster.get(POOLS)["items"]
            if pool["spec"]["allocations"]
        }

    def expect_nothing_left(self, what):
        expect(f"{what}: what is still allocated", self.allocations(), {})
        expect(f"{what}: what is still reserved", self.cluster.get(RESERVATIONS)["items"], [])


def check_zones(site, nodes):
    """Both nodes hand out all addresses of a zone at once, and none is given twice or left."""
    for name, expected in OF_ZONES.items():
        config, got = site.networks[name], []

        def run(node):
            for number in range(len(expected) // 2):
                pod = ("shared", f"{name}-{node.place.name}-{number}")
                got.append((node, pod, node.add(config, pod)))

        threads = [threading.Thread(target=run, args=(node,)) for node in nodes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect(f"{name}: addresses", sorted(address for *_, address in got), sorted(expected))
        code, error = nodes[0].call("ADD", config, ("shared", "one-too-many"))
        if not code or "Could not allocate IP" not in json.dumps(error):
            sys.exit(f"error: {name}: there is one address more than expected: {error}")
        node, pod, address = got[0]
        expect(f"{name}: the same pod again", node.add(config, pod), address)
        # One that ended on a node is free on the other.
        node.delete(config, pod)
        other = nodes[1] if node is nodes[0] else nodes[0]
        expect(f"{name}: what was given back", other.add(config, ("shared", "next")), address)
        other.delete(config, ("shared", "next"))
        for node, pod, _ in got[1:]:
            node.delete(config, pod)
        site.expect_nothing_left(name)


def check_order(site, nodes, configs):
    expect("further configurations", sorted(configs), sorted(IN_ORDER))
    for name, expected in IN_ORDER.items():
        config = configs[name]
        pods = [("default", f"{name}-{number}") for number in range(len(expected))]
        got = [nodes[number % 2].add(config, pod) for number, pod in enumerate(pods)]
        expect(f"{name}: addresses", got, expected)
        expect(f"{name}: one more", nodes[0].call("ADD", config, ("default", "one-too-many"))[0], 1)
        for node, pod in ((node, pod) for pod in pods for node in nodes[:1]):
            node.delete(config, pod)
        site.expect_nothing_left(name)


def check_rights(site, node, config):
    """Without any one of its rights the plugin does not do all it has to."""
    role = site.cluster.get(ROLE)
    for number, rule in enumerate(role["rules"]):
        for verb in rule["verbs"]:
            rules = [dict(one) for one in role["rules"]]
            rules[number]["verbs"] = [one for one in rule["verbs"] if one != verb]
            site.cluster.patch(ROLE, {"rules": [one for one in rules if one["verbs"]]})
            what = f"{verb} {rule['resources'][0]}"
            await_right(site, rule, verb, "no")
            pod = ("default", f"without-{verb}")
            is_done = node.call("ADD", config, pod, seconds=5)[0] == 0
            node.call("DEL", config, pod, seconds=5)
            is_clean = not site.allocations() and not site.cluster.get(RESERVATIONS)["items"]
            if is_done and is_clean:
                sys.exit(f"error: the plugin does not need to {what}")
            site.cluster.patch(ROLE, {"rules": role["rules"]})
            await_right(site, rule, verb, "yes")
            reset(site)
            print(f"without the right to {what}: {'addresses stay' if is_done else 'no address'}")


def await_right(site, rule, verb, expected):
    target = "/".join([f"{rule['resources'][0]}.{rule['apiGroups'][0]}", *rule.get("resourceNames", [])])
    command = [site.cluster.kubectl_path, "--kubeconfig", site.cluster.kubeconfig, "auth", "can-i", verb, target]
    command += ["--as", "system:serviceaccount:kube-system:whereabouts", "--namespace", "kube-system"]
    wait_for(
        f"the right to {verb} {target} to be {expected}",
        lambda: subprocess.run(command, capture_output=True, text=True).stdout.strip() == expected,
    )


def reset(site):
    """As it was before anything was handed out, and without a pool: the first plugin makes it."""
    leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases"
    for path in (POOLS, RESERVATIONS, leases):
        for one in site.cluster.get(path)["items"]:
            if path != leases or one["metadata"]["name"] == "whereabouts":
                site.cluster.request("DELETE", f"{path}/{one['metadata']['name']}")


def run_pod(site, node, name, network, address):
    """A pod on a node, with what Multus says of it."""
    site.cluster.kubectl("create", "--filename", "-", stdin=json.dumps({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shared", "annotations": {STATUS: json.dumps([
            {"name": "aws-cni", "interface": "eth0", "ips": ["10.40.0.9"], "default": True},
            {"name": f"shared/{network}", "interface": "net1", "ips": [address.split("/")[0]]},
        ])}},
        "spec": {"nodeName": node.place.name, "containers": [{"name": "main", "image": "none"}]},
    }))


def check_release(site, node):
    """What the plugin was not told of is taken back when the pod is gone, and the pods that are there keep theirs."""
    config = site.networks["shared-1"]
    pods = {name: node.add(config, ("shared", name)) for name in ("stays", "goes")}
    for name, address in pods.items():
        run_pod(site, node, name, "shared-1", address)
    with site.container("DaemonSet", "release", node) as daemon:
        # It hears of what ends from then on.
        daemon.await_that("its knowledge of pods", lambda: "starting network controller" in daemon.said())
        time.sleep(5)
        site.cluster.kubectl("delete", "pod", "goes", "--namespace", "shared", "--force", "--grace-period", "0")
        daemon.await_that("the address of the pod", lambda: site.allocations() == {"10.40.3.0-26": ["shared/stays"]})
        daemon.await_that(
            "the event", lambda: "IPAddressGarbageCollected" in site.cluster.kubectl("get", "events", "--namespace", "shared")
        )
        if "forbidden" in daemon.said():
            sys.exit(f"error: the daemon lacks a right: {daemon.said()}")


def check_reconciler(site, node):
    """An address without a pod is found, and that of a pod is left alone."""
    node.add(site.networks["shared-2"], ("shared", "never-there"))
    reconciler = site.container("Deployment", "reconcile")
    schedule = reconciler.place / "cron-schedule"
    schedule.mkdir()
    # By the schedule of the chart it would be tomorrow.
    (schedule / "config").write_text("* * * * *")
    with reconciler:
        reconciler.await_that("a run", lambda: site.allocations() == {"10.40.3.0-26": ["shared/stays"]}, 90)
        reconciler.await_that("the end of the run", lambda: "reconciler run succeeded" in reconciler.said())
        left = [one["metadata"]["name"] for one in site.cluster.get(RESERVATIONS)["items"]]
        expect("what is reserved", left, ["10.40.3.8"])


def main():
    cluster_parts, programs, manifest, busybox = sys.argv[1:]
    configs = {config["name"]: config for config in map(json.loads, sys.stdin)}
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        subprocess.run(["mount", "-t", "tmpfs", "nodes", folder], check=True)
        stack.callback(subprocess.run, ["umount", "--recursive", "--lazy", folder], check=True)
        (folder / "cluster").mkdir()
        # No token here is one that a webhook knows.
        cluster = stack.enter_context(Cluster(cluster_parts, folder / "cluster", "http://127.0.0.1:9"))
        site = Site(cluster, programs, manifest, busybox, folder)
        nodes = [Node(folder / name) for name in NODES]
        for node in nodes:
            cluster.request("POST", "/api/v1/nodes", {"metadata": {"name": node.place.name}})
            daemon = stack.enter_context(site.container("DaemonSet", "install", node))
            daemon.await_that("the plugin", (node.place / "opt/cni/bin/whereabouts").exists)
            kubeconfig = node.place / "etc/cni/net.d/whereabouts.d/whereabouts.kubeconfig"
            expect("who reads the kubeconfig", oct(kubeconfig.stat().st_mode & 0o777), "0o600")
        print("two nodes have the plugin, by a container without any capability")
        check_zones(site, nodes)
        print("both hand out all addresses of each zone at once, each once, and take them back")
        check_order(site, nodes, configs)
        print("exclusions are left out; addresses that end in 0 or 255 are not")
        reset(site)
        check_rights(site, nodes[0], configs["exclusions"])
        check_release(site, nodes[0])
        print("the daemon takes back what a pod had that is gone")
        check_reconciler(site, nodes[0])
        print("the reconciler finds an address without a pod")


main()
