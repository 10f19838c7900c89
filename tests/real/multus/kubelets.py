"""What a scheduler and kubelets do: pods of the API become processes on nodes, and nodes tell what has come of them."""

import collections
import dataclasses
import json
import subprocess
import time
import urllib.error

from cluster import Nodes, free_port
from node import Node, Trouble, run

IDLE = ["sleep", "infinity"]
# How long a container that has failed waits for its next start.
BACK_OFF = 2


@dataclasses.dataclass
class Running:
    """A pod on its node."""

    node: Node
    # Of the pod's network; none: it is in the node's own.
    namespace: str | None
    addresses: list[str]
    processes: dict[str, subprocess.Popen] = dataclasses.field(default_factory=dict)
    restarts: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    restart_at: dict[str, float] = dataclasses.field(default_factory=dict)
    # When each container was asked whether it is ready, and what it said.
    answers: dict[str, tuple[float, bool]] = dataclasses.field(default_factory=dict)
    told: dict | None = None


class Kubelets(Nodes):
    """The nodes of a cluster; each has an address, at which `kubectl exec` finds it."""

    def __init__(self, cluster, nodes, addresses):
        super().__init__(cluster, [node.name for node in nodes])
        self.nodes = {node.name: node for node in nodes}
        self.labels, self.addresses = {}, addresses
        self.placed, self.running, self.troubles = {}, {}, {}
        self.containers = cluster.folder / "containers"
        self.containers.mkdir()
        certificate, key = cluster.folder / "kubelet.crt", cluster.folder / "kubelet.key"
        run(
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=kubelet"),
            *("-keyout", key, "-out", certificate),
        )
        self.servers = []
        for name, node in self.nodes.items():
            port = free_port()
            words = (node.parts / "kubelet", f"{addresses[name]}:{port}", certificate, key, self.containers)
            with (node.folder / "kubelet.log").open("w") as log:
                self.servers.append(subprocess.Popen(node.enter(*words), stdout=log, stderr=log))
            where = {
                "addresses": [{"type": "InternalIP", "address": addresses[name]}],
                "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
            }
            cluster.patch(f"/api/v1/nodes/{name}/status", {"status": where})

    def label(self, labels):
        """Gives all nodes further labels."""
        self.labels |= labels
        for name in self.names:
            self.cluster.patch(f"/api/v1/nodes/{name}", {"metadata": {"labels": labels}})

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        for server in self.servers:
            server.kill()
            server.wait()
        for running in self.running.values():
            stop(running.processes.values())

    def run(self):
        while not self.stopped.wait(0.1):
            # Those in the network of the node first, for the others wait for them.
            for pod in sorted(self.cluster.get("/api/v1/pods")["items"], key=lambda pod: not is_in_node_network(pod)):
                name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
                try:
                    self.tend(pod)
                    self.troubles.pop(name, None)
                except Trouble as trouble:
                    self.troubles[name] = str(trouble)
                except urllib.error.HTTPError as error:
                    # Somebody else was faster: what is left to do shows the next time.
                    if error.code not in (404, 409):
                        raise

    def tend(self, pod):
        metadata, spec = pod["metadata"], pod["spec"]
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
        if "deletionTimestamp" in metadata:
            if metadata["uid"] in self.running:
                self.end(pod, self.running[metadata["uid"]])
                del self.running[metadata["uid"]]
            self.placed.pop(metadata["uid"], None)
            self.cluster.request("DELETE", path, {"gracePeriodSeconds": 0})
        elif self.holds_back.is_set():
            return
        elif "nodeName" not in spec:
            name = self.placed[metadata["uid"]] = self.wanted_node(pod)
            target = {"apiVersion": "v1", "kind": "Node", "name": name}
            self.cluster.request("POST", f"{path}/binding", {"metadata": {"name": metadata["name"]}, "target": target})
        elif metadata["uid"] in self.running or self.begin(pod):
            self.keep(pod, path)

    def wanted_node(self, pod):
        """That which the pod is for, or the one with the fewest pods."""
        fixed = super().wanted_node(pod)
        if "affinity" in pod["spec"]:
            return fixed
        wanted = pod["spec"].get("nodeSelector", {}).items()
        if not wanted <= self.labels.items():
            raise Trouble(f"no node has the labels {dict(wanted)}")
        taken = collections.Counter(self.placed.values())
        return min(self.names, key=lambda name: taken[name])

    def begin(self, pod):
        """Makes the network of a pod, and runs what goes before its containers; whether it came to that."""
        node, is_in_network = self.nodes[pod["spec"]["nodeName"]], is_in_node_network(pod)
        if not is_in_network and node.network() is None:
            return False
        running = Running(node, None if is_in_network else f"cni-{pod['metadata']['uid']}", [self.addresses[node.name]])
        try:
            if running.namespace:
                node.run("ip", "netns", "add", running.namespace)
                node.run("ip", "-n", running.namespace, "link", "set", "lo", "up")
                result = node.cni("ADD", running.namespace, pod)
                running.addresses = [one["address"].split("/")[0] for one in result["ips"]]
            for container in pod["spec"].get("initContainers", []):
                code = does_run(pod, container) and self.launch(pod, container, running).wait(30)
                if code:
                    raise Trouble(f"{container['name']}: exit code {code}")
        except Trouble:
            self.end(pod, running)
            raise
        self.running[pod["metadata"]["uid"]] = running
        return True

    def keep(self, pod, path):
        """Starts containers that do not run, and tells how they are."""
        running, metadata, states = self.running[pod["metadata"]["uid"]], pod["metadata"], []
        for container in pod["spec"]["containers"]:
            name = container["name"]
            process = running.processes.get(name)
            if process and process.poll() is not None:
                del running.processes[name]
                running.restarts[name] += 1
                running.restart_at[name] = time.monotonic() + BACK_OFF
            elif not process and time.monotonic() > running.restart_at.get(name, 0):
                process = running.processes[name] = self.launch(pod, container, running)
                number = self.containers / f"{metadata['namespace']}_{metadata['name']}_{name}"
                number.write_text(str(process.pid))
            is_up = name in running.processes
            states.append({
                **{"name": name, "image": container["image"], "imageID": "", "restartCount": running.restarts[name]},
                "ready": is_up and is_ready(pod, container, running),
                "state": {"running": {}} if is_up else {"waiting": {"reason": "CrashLoopBackOff"}},
            })
        ready = str(all(state["ready"] for state in states))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        told = {
            "phase": "Running",
            "podIP": running.addresses[0],
            "podIPs": [{"ip": address} for address in running.addresses],
            "conditions": [{"type": kind, "status": ready} for kind in ("Ready", "ContainersReady")],
            "containerStatuses": states,
        }
        if told != running.told:
            dated = [{**condition, "lastTransitionTime": now} for condition in told["conditions"]]
            self.cluster.patch(f"{path}/status", {"status": {**told, "conditions": dated}})
            running.told = told

    def end(self, pod, running):
        """Stops a pod, and takes its network away."""
        stop(running.processes.values())
        if running.namespace:
            running.node.cni("DEL", running.namespace, pod)
            running.node.run("ip", "netns", "del", running.namespace)

    def launch(self, pod, container, running):
        command = [*container["command"], *container.get("args", [])] if does_run(pod, container) else IDLE
        host, port = self.cluster.address.removeprefix("https://").split(":")
        variables = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
        for variable in container.get("env", []):
            field = variable.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
            variables[variable["name"]] = pod["spec"]["nodeName"] if field == "spec.nodeName" else variable["value"]
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes", [])}
        mounts = []
        for mount in container.get("volumeMounts", []):
            source = self.source(pod, volumes[mount["name"]], running.node)
            propagation, is_read_only = mount.get("mountPropagation", "None"), mount.get("readOnly", False)
            mounts.append((source, mount["mountPath"], propagation, is_read_only))
        with log_of(running.node, pod, container).open("a") as log:
            return running.node.start(command, mounts, variables, running.namespace, log)

    def source(self, pod, volume, node):
        """The folder of the node that a volume is."""
        if "hostPath" in volume:
            return volume["hostPath"]["path"]
        namespace = pod["metadata"]["namespace"]
        folder = node.folder / "volumes" / pod["metadata"]["uid"] / volume["name"]
        folder.mkdir(parents=True, exist_ok=True)
        if "configMap" in volume:
            path = f"/api/v1/namespaces/{namespace}/configmaps/{volume['configMap']['name']}"
            content = self.cluster.get(path)["data"]
            items = volume["configMap"].get("items", [{"key": key, "path": key} for key in content])
            files = {item["path"]: content[item["key"]] for item in items}
        elif "projected" in volume:
            account = f"/api/v1/namespaces/{namespace}/serviceaccounts/{pod['spec']['serviceAccountName']}"
            token = self.cluster.request("POST", f"{account}/token", {"spec": {}})["status"]["token"]
            authority = (self.cluster.folder / "certificates" / "apiserver.crt").read_text()
            files = {"token": token, "ca.crt": authority, "namespace": namespace}
        elif "emptyDir" in volume:
            files = {}
        else:
            raise Trouble(f"volume {volume['name']} is of no kind that is known here")
        for name, text in files.items():
            (folder / name).write_text(text)
        return folder

    def explain(self):
        """What goes wrong, for whoever waits in vain."""
        logs = [path for node in self.nodes.values() for path in node.folder.glob("*.log")]
        told = [f"{path}:\n{path.read_text()[-2000:]}" for path in logs]
        return "\n".join([json.dumps(self.troubles, indent=2), *told])


def is_in_node_network(pod):
    return pod["spec"].get("hostNetwork", False)


def does_run(pod, container):
    """Whether a container does what it says: Multus does, and busybox where it cannot change anything on the node."""
    sees_node = any("hostPath" in volume for volume in pod["spec"].get("volumes", []))
    return "/eks/multus-cni:" in container["image"] or "/busybox:" in container["image"] and not sees_node


def is_ready(pod, container, running):
    """Whether a container that runs is ready, by what it has for that; it is asked once a second."""
    name, probe = container["name"], container.get("readinessProbe")
    if not probe or not does_run(pod, container):
        return True
    asked, answer = running.answers.get(name, (0, False))
    if time.monotonic() > asked + 1:
        enter = ["nsenter", f"--target={running.processes[name].pid}", "--mount", "--net", "--root", "--wd", "--"]
        done = subprocess.run([*enter, "env", "-i", "PATH=/bin", *probe["exec"]["command"]], capture_output=True)
        answer = done.returncode == 0
        running.answers[name] = (time.monotonic(), answer)
    return answer


def log_of(node, pod, container):
    return node.folder / f"{pod['metadata']['name']}-{container['name']}.log"


def stop(processes):
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
