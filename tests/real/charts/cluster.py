"""A cluster of Kubernetes on this machine alone: etcd, the API server and the controllers, all real, and a stand-in for nodes.

No container ever runs. Nodes, a thread of ours, does what a scheduler and a kubelet would do as far as the API shows it:
it binds pods, says that they run, and lets go of those that are deleted.
"""

import contextlib
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

TOKEN = "stackwright-test-token"
NETWORKS = "k8s.v1.cni.cncf.io/networks"
STATUS = "k8s.v1.cni.cncf.io/network-status"
CONTROLLERS = ["daemonset", "deployment", "garbage-collector", "job", "namespace", "replicaset", "serviceaccount", "statefulset"]


def free_port():
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_for(what, holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            sys.exit(f"error: waited {seconds} seconds for {what}")
        time.sleep(0.1)


class Cluster:
    """A control plane whose programs are in `parts` and whose files are in `folder`; it goes with the `with` block.

    Of tokens that it does not know it asks `tokens`, the URL of a webhook, where there is one. The API server listens at
    `host`, an address that only this machine has.
    """

    def __init__(self, parts, folder, tokens=None, host="127.0.0.1"):
        self.parts, self.folder = pathlib.Path(parts), pathlib.Path(folder)
        self.kubeconfig = self.folder / "kubeconfig"
        self.kubectl_path = self.parts / "kubectl"
        self.address = f"https://{host}:{free_port()}"
        self.tokens, self.host, self.processes = tokens, host, []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def start(self):
        key, tokens, certificates = self.folder / "accounts.key", self.folder / "tokens", self.folder / "certificates"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        tokens.write_text(f"{TOKEN},admin,admin,system:masters\n")
        asking = []
        if self.tokens:
            webhook = self.folder / "webhook"
            asking = ["--authentication-token-webhook-config-file", webhook, "--authentication-token-webhook-version", "v1"]
            webhook.write_text(json.dumps({
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "tokens", "cluster": {"server": self.tokens}}],
                "contexts": [{"name": "tokens", "context": {"cluster": "tokens", "user": ""}}],
                "current-context": "tokens",
            }))
        store, peers = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self.spawn(
            "etcd", "--data-dir", self.folder / "etcd", "--unsafe-no-fsync", "--log-level", "error",
            "--listen-client-urls", store, "--advertise-client-urls", store, "--listen-peer-urls", peers,
            "--initial-advertise-peer-urls", peers, "--initial-cluster", f"default={peers}",
        )
        self.spawn(
            "kube-apiserver", "--etcd-servers", store, "--bind-address", self.host,
            "--secure-port", self.address.rsplit(":", 1)[1], "--cert-dir", certificates, "--token-auth-file", tokens,
            *asking, "--authorization-mode", "RBAC", "--allow-privileged", "--service-account-issuer", "https://kubernetes.default",
            "--service-account-signing-key-file", key, "--service-account-key-file", key,
            "--service-cluster-ip-range", "10.96.0.0/24",
        )
        authority = certificates / "apiserver.crt"
        self.kubeconfig.write_text(json.dumps({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": {"server": self.address, "certificate-authority": str(authority)}}],
            "users": [{"name": "test", "user": {"token": TOKEN}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "current-context": "test",
        }))
        wait_for("the API server", self.is_ready)
        self.spawn(
            "kube-controller-manager", "--kubeconfig", self.kubeconfig, "--leader-elect=false",
            "--bind-address", "127.0.0.1", "--secure-port", str(free_port()),
            "--controllers", ",".join(f"{name}-controller" for name in CONTROLLERS),
        )
        wait_for("the service account of pods", lambda: self.get("/api/v1/namespaces/default/serviceaccounts/default"))

    def spawn(self, program, *arguments):
        with (self.folder / f"{program}.log").open("w") as log:
            command = [self.parts / program, *arguments]
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def is_ready(self):
        for process in self.processes:
            if process.poll() is not None:
                sys.exit(f"error: {process.args[0]} has ended: see its log in {self.folder}")
        try:
            self.context = ssl.create_default_context(cafile=self.folder / "certificates" / "apiserver.crt")
            return self.request("GET", "/readyz") is not None
        except (OSError, ssl.SSLError):
            return False

    def request(self, method, path, body=None, kind="application/json"):
        """The reply to a request: an object, text, or None where there is nothing at the path."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=20) as reply:
                text = reply.read().decode()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise
        return json.loads(text) if text.startswith("{") else text

    def get(self, path):
        return self.request("GET", path)

    def patch(self, path, change):
        return self.request("PATCH", path, change, "application/merge-patch+json")

    def kubectl(self, *words, stdin=None):
        command = [self.kubectl_path, "--kubeconfig", self.kubeconfig, *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"error: kubectl {' '.join(words)}: {done.stderr}")
        return done.stdout


class Nodes(threading.Thread):
    """Nodes that run every pod they are given, until they are told to hold back."""

    def __init__(self, cluster, names):
        super().__init__(daemon=True)
        self.cluster, self.names = cluster, names
        self.holds_back, self.stopped = threading.Event(), threading.Event()
        self.last_address = 0
        for name in names:
            cluster.request("POST", "/api/v1/nodes", {"metadata": {"name": name, "labels": {"kubernetes.io/os": "linux"}}})
            condition = {"type": "Ready", "status": "True", "reason": "Stand-in"}
            cluster.patch(f"/api/v1/nodes/{name}/status", {"status": {"conditions": [condition]}})
            # Every node starts with a taint that says it is not ready, which no controller here takes away.
            cluster.patch(f"/api/v1/nodes/{name}", {"spec": {"taints": None}})

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.join()

    def run(self):
        while not self.stopped.wait(0.1):
            for pod in self.cluster.get("/api/v1/pods")["items"]:
                try:
                    self.tend(pod)
                except urllib.error.HTTPError as error:
                    # Somebody else was faster: what is left to do shows the next time.
                    if error.code != 409:
                        raise

    def tend(self, pod):
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        path = f"/api/v1/namespaces/{namespace}/pods/{name}"
        if "deletionTimestamp" in pod["metadata"]:
            self.cluster.request("DELETE", path, {"gracePeriodSeconds": 0})
        elif self.holds_back.is_set() or pod.get("status", {}).get("phase") == "Running":
            return
        elif not pod["spec"].get("nodeName"):
            target = {"apiVersion": "v1", "kind": "Node", "name": self.wanted_node(pod)}
            self.cluster.request("POST", f"{path}/binding", {"metadata": {"name": name}, "target": target})
        else:
            self.attach(pod, path)
            now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            conditions = [{"type": kind, "status": "True", "lastTransitionTime": now} for kind in ("Ready", "ContainersReady")]
            self.cluster.patch(f"{path}/status", {"status": {"phase": "Running", "conditions": conditions}})

    def wanted_node(self, pod):
        affinity = pod["spec"].get("affinity", {}).get("nodeAffinity", {})
        required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution", {}).get("nodeSelectorTerms", [])
        fields = [field for term in required for field in term.get("matchFields", [])]
        return fields[0]["values"][0] if fields else self.names[0]

    def attach(self, pod, path):
        """Says of each network that the pod asks for what Multus says, with an address of our own."""
        asked = pod["metadata"].get("annotations", {}).get(NETWORKS)
        if not asked:
            return
        wanted = json.loads(asked) if asked.startswith("[") else [{"name": name.strip()} for name in asked.split(",")]
        status = [{"name": "aws-cni", "interface": "eth0", "ips": ["10.10.1.7"], "default": True}]
        for index, network in enumerate(wanted, 1):
            namespace, _, name = network["name"].rpartition("/")
            namespace = network.get("namespace", namespace) or pod["metadata"]["namespace"]
            name, _, interface = name.partition("@")
            self.last_address += 1
            ips = [ip.split("/")[0] for ip in network.get("ips", [])]
            status.append({
                "name": f"{namespace}/{name}",
                "interface": network.get("interface") or interface or f"net{index}",
                "ips": ips or [f"10.10.5.{3 + self.last_address}"],
            })
        self.cluster.patch(path, {"metadata": {"annotations": {STATUS: json.dumps(status)}}})
