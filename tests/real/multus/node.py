"""Nodes, as far as networks and containers go: namespaces, file systems, CNI plugins, and processes in containers.

A node has some folders of its own, and everything else from the machine. What a container runtime does is done here: it
makes the network namespace of a pod, calls the plugins of the first configuration in /etc/cni/net.d, and starts
processes with the mounts and the variables that the pod says. All of it goes when the processes end.
"""

import json
import os
import shlex
import shutil
import subprocess

# The folders that a node has for itself.
OWN = ("etc", "opt", "run", "usr/local/sbin", "var")

# A root of its own, made in memory: what is in the images is busybox, and in that of Multus what is built of it.
ROOT = """
mount -t tmpfs container {root}
cd {root}
mkdir -p bin dev etc proc run sys tmp usr/src/multus-cni/bin var
ln -s ../run var/run
echo root:x:0:0:root:/root:/bin/sh >etc/passwd
cp /bin/busybox bin/
mount --rbind /proc proc
chroot . /bin/busybox --install -s /bin
mount --rbind /dev dev
mount --bind {parts} usr/src/multus-cni/bin
"""
# Nobody mounts anything in a container here, so what should be seen outside need not be.
PROPAGATION = {"None": "rprivate", "HostToContainer": "rslave", "Bidirectional": "rslave"}


class Trouble(Exception):
    """What a container runtime says when it cannot do what it is asked."""


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    if done.returncode:
        raise Trouble(f"{shlex.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


def make_network(name):
    """A bridge outside of nodes, which they can be connected to."""
    run("ip", "link", "add", name, "mtu", "9001", "type", "bridge")
    run("ip", "link", "set", name, "up")


class Node:
    """`parts` is the folder of what is built, `plugins` that of the CNI plugins; `folder` is for the node's files."""

    def __init__(self, name, folder, parts, plugins):
        self.name, self.folder, self.parts = name, folder, parts
        for own in (*OWN, "root"):
            (folder / own).mkdir(parents=True)
        shutil.copytree(plugins, folder / "opt/cni/bin")
        (folder / "etc/cni/net.d").mkdir(parents=True)
        (folder / "var/run").symlink_to("../run")
        script = "".join(f"mount --bind {folder / own} /{own}\n" for own in OWN)
        script += "mount -t sysfs node /sys\nmkdir /run/netns\nmount --bind /run/netns /run/netns\n"
        # So that containers see namespaces that are made after them.
        script += "mount --make-rshared /\nip link set lo up\necho up\nexec sleep infinity\n"
        words = ["unshare", "--net", "--mount", "/bin/sh", "-ec", script]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "up\n":
            raise Trouble(f"{name} does not start")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def enter(self, *words):
        """The command that runs another one on the node."""
        return ["nsenter", f"--target={self.process.pid}", "--mount", "--net", "--", *map(str, words)]

    def run(self, *words):
        return run(*self.enter(*words))

    def plug(self, name, network):
        """Gives the node an interface in a network."""
        far = f"{network[:8]}-{self.name}"
        run("ip", "link", "add", far, "mtu", "9001", "type", "veth", "peer", "name", name, "netns", self.process.pid)
        run("ip", "link", "set", far, "master", network, "up")
        self.run("ip", "link", "set", name, "up")

    def has_ipvlan(self, beneath):
        """Whether the kernel makes interfaces of this kind."""
        words = ("ip", "link", "add", "probe", "link", beneath, "type", "ipvlan")
        if subprocess.run(self.enter(*words), capture_output=True, check=False).returncode:
            return False
        self.run("ip", "link", "del", "probe")
        return True

    def links(self, namespace=None):
        """The interfaces of the node, or of a namespace on it, by name."""
        within = ["-n", namespace] if namespace else []
        return {link["ifname"]: link for link in json.loads(self.run("ip", *within, "-json", "address"))}

    def namespaces(self):
        return [line.split()[0] for line in self.run("ip", "netns").splitlines()]

    def network(self):
        """The configuration that a container runtime takes: the first one."""
        folder = self.folder / "etc/cni/net.d"
        files = sorted(path for path in folder.iterdir() if path.suffix in (".conf", ".conflist", ".json"))
        return json.loads(files[0].read_text()) if files else None

    def cni(self, command, namespace, pod):
        """Calls the plugins of the node's network for a pod; what they say of it."""
        config, metadata = self.network(), pod["metadata"]
        arguments = {
            "IgnoreUnknown": "1",
            "K8S_POD_NAMESPACE": metadata["namespace"],
            "K8S_POD_NAME": metadata["name"],
            "K8S_POD_INFRA_CONTAINER_ID": metadata["uid"],
            "K8S_POD_UID": metadata["uid"],
        }
        environment = {
            "CNI_COMMAND": command,
            "CNI_CONTAINERID": metadata["uid"],
            "CNI_NETNS": f"/var/run/netns/{namespace}",
            "CNI_IFNAME": "eth0",
            "CNI_PATH": "/opt/cni/bin",
            "CNI_ARGS": ";".join(f"{key}={value}" for key, value in arguments.items()),
            "PATH": os.environ["PATH"],
        }
        steps, result = config.get("plugins", [config]), None
        for step in steps if command == "ADD" else reversed(steps):
            given = {**step, "cniVersion": config["cniVersion"], "name": config["name"]}
            if result:
                given["prevResult"] = result
            words = self.enter(f"/opt/cni/bin/{step['type']}")
            done = subprocess.run(words, input=json.dumps(given), env=environment, capture_output=True, text=True)
            if done.returncode:
                raise Trouble(f"{step['type']}: {command}: {done.stdout}{done.stderr}")
            result = json.loads(done.stdout) if done.stdout.strip() else None
        return result

    def start(self, command, mounts, variables, namespace, log):
        """Starts a process in a container, in a network namespace or in the node's own; its number is the process's.

        A mount is a folder of the node, one in the container, a propagation, and whether nothing may be written.
        """
        root = self.folder / "root"
        script = ROOT.format(root=root, parts=self.parts)
        for source, target, propagation, is_read_only in mounts:
            source, target = shlex.quote(str(source)), shlex.quote(f"{root}{target}")
            script += f"mkdir -p {source} {target}\nmount --rbind {source} {target}\n"
            script += f"mount --make-{PROPAGATION[propagation]} {target}\n"
            if is_read_only:
                script += f"mount -o remount,bind,ro {target}\n"
        enter = f"nsenter --net=/run/netns/{namespace} " if namespace else ""
        given = shlex.join(f"{key}={value}" for key, value in variables.items())
        script += f"exec {enter}chroot {root} /bin/env -i PATH=/bin {given} {shlex.join(command)}\n"
        words = self.enter("unshare", "--mount", "--propagation", "slave", "/bin/sh", "-ec", script)
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
