"""Has the container of a pod assign addresses to the interfaces of nodes, against an emulator of AWS.

    unshare --mount --net --propagation private assignment.py MANIFEST

MANIFEST is a chart with a workload whose addresses are assigned. A pod is a copy of this machine's root, whose changes are
forgotten, in a network of its own; it has the real bash, curl and AWS CLI, and the command and environment that the
manifest gives it. The metadata of the instance is a stand-in. It takes root, and nothing leaves the namespaces.
"""

import contextlib
import ipaddress
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import boto3
import yaml

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "lambda"))
from check import emulator, expect  # noqa: E402

METADATA = HERE.parent / "nodes" / "metadata.py"
BLOCK = "10.40.3"
IPV6 = "2001:db8:0:40"
ROOM = 14


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"error: {' '.join(map(str, words))}: {done.stdout}{done.stderr}")


def wait_for(what, holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            sys.exit(f"error: {what}: does not come")
        time.sleep(0.1)


class Site:
    """Two nodes' interfaces, and links with their MAC addresses, as pods have them."""

    def __init__(self, folder):
        self.folder, self.ec2 = folder, boto3.client("ec2")
        vpc = self.ec2.create_vpc(CidrBlock="10.40.0.0/20")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock=f"{BLOCK}.0/26", Ipv6CidrBlock=f"{IPV6}::/64")
        subnet = subnet["Subnet"]["SubnetId"]
        self.names, self.macs = [], []
        for number in (1, 2):
            made = self.ec2.create_network_interface(SubnetId=subnet, ClientToken=f"node-{number}")["NetworkInterface"]
            self.names.append(made["NetworkInterfaceId"])
            # What the emulator makes up is none.
            self.macs.append(f"02:00:00:00:00:{number:02}")
            run("ip", "link", "add", f"net{number}", "type", "veth", "peer", "name", f"far{number}")
            run("ip", "link", "set", f"net{number}", "address", self.macs[-1])
        self.state = folder / "state.json"
        self.tells = threading.Event()
        self.tells.set()
        self.update()
        threading.Thread(target=self.keep_up, daemon=True).start()

    def held(self, name):
        """The addresses of an interface beside its own, those of IPv4 first."""
        found = self.ec2.describe_network_interfaces()["NetworkInterfaces"]
        (one,) = [one for one in found if one["NetworkInterfaceId"] == name]
        ipv4 = [address["PrivateIpAddress"] for address in one["PrivateIpAddresses"] if not address["Primary"]]
        return [*ipv4, *(address["Ipv6Address"] for address in one.get("Ipv6Addresses", []))]

    def update(self):
        known = {}
        for name, mac in zip(self.names, self.macs):
            held = [[one for one in self.held(name) if (":" in one) == is_ipv6] for is_ipv6 in (False, True)]
            # Spelled in another way than Multus does.
            ipv6 = [ipaddress.ip_address(one).exploded for one in held[1]]
            known[mac] = {"interface-id": name, "local-ipv4s": "\n".join([f"{BLOCK}.4", *held[0]])}
            known[mac] |= {"ipv6s": "\n".join(ipv6)} if ipv6 else {}
        fresh = self.folder / "state.new"
        fresh.write_text(json.dumps(known))
        fresh.rename(self.state)

    def keep_up(self):
        """The metadata knows a little later, and as long as it is to."""
        while True:
            time.sleep(0.3)
            if self.tells.is_set():
                self.update()

    @contextlib.contextmanager
    def metadata(self):
        process = subprocess.Popen([sys.executable, METADATA, self.state])
        try:
            yield
        finally:
            process.terminate()
            process.wait()


class Pod:
    count = 0

    def __init__(self, site, container, links):
        Pod.count += 1
        place = site.folder / f"pod{Pod.count}"
        for name in ("changes", "scratch", "root"):
            (place / name).mkdir(parents=True)
        self.root, self.log_file = place / "root", place / "log"
        layers = f"lowerdir=/,upperdir={place}/changes,workdir={place}/scratch"
        run("mount", "-t", "overlay", "pod", "-o", layers, self.root)
        run("mount", "-t", "sysfs", "sysfs", self.root / "sys")
        run("mount", "--bind", "/proc", self.root / "proc")
        run("mount", "--bind", "/dev", self.root / "dev")
        # For programs of ours that are in the home of root: the pod's user is another.
        (self.root / "root").chmod(0o755)
        (self.root / "run/pod").mkdir(parents=True)
        self.container = container
        self.command = [*container["command"][:-1], *links]
        self.status = self.root / "run/pod/network-status"
        self.status.write_text("")

    def tell(self, addresses):
        """What Multus says, as it says it."""
        status = [{"name": "aws-cni", "interface": "eth0", "ips": ["10.40.0.9"], "default": True, "dns": {}}]
        for link, ips in addresses.items():
            status.append({"name": "shared/shared-1", "interface": link, "ips": ips, "mac": "02:00:00:00:00:01", "dns": {}})
        fresh = self.status.with_suffix(".new")
        fresh.write_text(json.dumps(status, indent=4))
        fresh.rename(self.status)

    def start(self, endpoint=None):
        (self.root / "tmp/assigned").unlink(missing_ok=True)
        context = self.container["securityContext"]
        environment = {
            "PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": endpoint or os.environ["AWS_ENDPOINT_URL"],
            "AWS_MAX_ATTEMPTS": "1",
            **{name: os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")},
            # What puts the role into pods also tells the region.
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            **{one["name"]: one["value"] for one in self.container["env"]},
        }

        def enter():
            os.chroot(self.root)
            os.chdir("/")
            os.setgroups([])
            os.setgid(context["runAsGroup"])
            os.setuid(context["runAsUser"])

        log = open(self.log_file, "w")
        self.process = subprocess.Popen(
            self.command, env=environment, preexec_fn=enter, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )
        return self

    def said(self):
        return self.log_file.read_text()

    def is_ready(self):
        (probe,) = [self.container["startupProbe"]["exec"]["command"]]
        return subprocess.run(["chroot", self.root, *probe], check=False).returncode == 0

    def await_ready(self):
        wait_for(f"readiness after {self.said()!r}", self.is_ready)

    def await_words(self, words):
        wait_for(f"{words!r}", lambda: words in self.said())

    def end(self, how=signal.SIGTERM):
        """Its exit code; the container ends with all that is in it."""
        self.process.send_signal(how)
        try:
            return self.process.wait(60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def check_life(site, pod):
    first, other = site.names
    early = pod("net1").start()
    early.await_words("waiting for the address of net1")
    site.tells.clear()
    early.tell({"net1": [f"{BLOCK}.8"]})
    wait_for("the address", lambda: site.held(first) == [f"{BLOCK}.8"])
    time.sleep(1)
    expect("ready before the VPC has moved it", early.is_ready(), False)
    site.tells.set()
    early.await_ready()
    print("an address is assigned once Multus tells it, and counts when the metadata has it")

    early.end(signal.SIGKILL)
    early.start("http://127.0.0.1:9")
    early.await_ready()
    print("a second run finds it assigned, and asks EC2 for nothing")

    expect("signal", early.end(signal.SIGKILL), -signal.SIGKILL)
    late = pod("net2").start()
    late.tell({"net2": [f"{BLOCK}.8"]})
    late.await_ready()
    expect("the one it was taken from", site.held(first), [])
    expect("the one that has it", site.held(other), [f"{BLOCK}.8"])
    print("what a node still had that ended without a word is taken from there")

    early.start()
    early.await_ready()
    expect("back again", (site.held(first), site.held(other)), ([f"{BLOCK}.8"], []))
    expect("the end of a pod whose address is another's", late.end(), 0)
    late.await_words("are not assigned to interface")
    expect("what it took along", site.held(first), [f"{BLOCK}.8"])
    expect("the end of a pod", early.end(), 0)
    early.await_words(f"{first} gave up {BLOCK}.8")
    expect("what is left", (site.held(first), site.held(other)), ([], []))
    print("a pod that ends gives up its own address, and no other's")


def check_families(site, pod):
    """Addresses of IPv6 come and go as those of IPv4, though EC2 moves none of them by itself."""
    first, other = site.names
    addresses = [f"{BLOCK}.8", f"{IPV6}::8"]
    lost = pod("net1").start()
    lost.tell({"net1": addresses})
    lost.await_ready()
    expect("addresses of both families", site.held(first), addresses)
    expect("signal", lost.end(signal.SIGKILL), -signal.SIGKILL)
    late = pod("net2").start()
    late.tell({"net2": addresses})
    late.await_ready()
    expect("what both families were taken from", (site.held(first), site.held(other)), ([], addresses))
    expect("the end", late.end(), 0)
    late.await_words(f"{other} gave up {IPV6}::8")
    expect("what is left", site.held(other), [])
    print("addresses of IPv6 as well, taken from the interface that still has them")


def check_both(site, pod):
    both = pod("net1", "net2").start()
    both.tell({"net1": [f"{BLOCK}.9", f"{IPV6}::9"], "net2": [f"{BLOCK}.10", f"{BLOCK}.11"]})
    both.await_ready()
    held = [site.held(name) for name in site.names]
    expect("addresses of both", held, [[f"{BLOCK}.9", f"{IPV6}::9"], [f"{BLOCK}.10", f"{BLOCK}.11"]])
    expect("the end of both", both.end(), 0)
    expect("what is left of both", [site.held(name) for name in site.names], [[], []])
    print("each interface of a pod has its own")


def check_failures(site, pod):
    name = site.names[0]
    taken = [f"{BLOCK}.{number}" for number in range(20, 20 + ROOM)]
    site.ec2.assign_private_ip_addresses(NetworkInterfaceId=name, PrivateIpAddresses=taken)
    crowded = pod("net1").start()
    crowded.tell({"net1": [f"{BLOCK}.12"]})
    crowded.await_words("PrivateIpAddressLimitExceeded")
    crowded.await_words(f"{name} does not take {BLOCK}.12 yet")
    expect("ready without room", crowded.is_ready(), False)
    site.ec2.unassign_private_ip_addresses(NetworkInterfaceId=name, PrivateIpAddresses=taken)
    crowded.await_ready()
    expect("the end", crowded.end(), 0)
    print("without room it says so, and goes on when there is some")

    outside = pod("net1").start()
    outside.tell({"net1": ["10.40.4.8"]})
    outside.await_words("is not in the subnet")
    expect("the end of what waits", outside.end(), 0)
    expect("what is left of what waited", site.held(name), [])
    silent = pod("net1")
    silent.tell({"net1": [f"{BLOCK}.13"]})
    return silent


def main():
    (manifest,) = sys.argv[1:]
    documents = [one for one in yaml.safe_load_all(pathlib.Path(manifest).read_text()) if one]
    pods = [one["spec"]["template"]["spec"] for one in documents if one["kind"] == "Deployment"]
    (container,) = [one for one in pods[0]["initContainers"] if one["name"] == "assign-addresses"]
    expect("what is to be assigned", container["command"][-2:], ["assign-addresses", "net1"])
    done = subprocess.run(["shellcheck", "-"], input=container["command"][2], capture_output=True, text=True)
    expect("what shellcheck finds", done.stdout, "")
    # Kubernetes would put values in their place.
    names = [one["name"] for one in container["env"]]
    expect("what Kubernetes changes", re.findall(rf"\$\$|\$\((?:{'|'.join(names)})\)", container["command"][2]), [])
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        run("mount", "-t", "tmpfs", "pods", folder)
        stack.callback(run, "umount", "--recursive", "--lazy", folder)
        run("ip", "link", "set", "lo", "up")
        run("ip", "address", "add", "169.254.169.254/32", "dev", "lo")
        stack.enter_context(emulator())
        site = Site(folder)

        def pod(*links):
            return Pod(site, container, links)

        with site.metadata():
            check_life(site, pod)
            check_families(site, pod)
            check_both(site, pod)
            silent = check_failures(site, pod)
        silent.start()
        silent.await_words("pods need a hop limit of 2")
        with site.metadata():
            silent.await_ready()
        expect("the end without metadata", silent.end(), 0)
        expect("what is left in the end", [site.held(name) for name in site.names], [[], []])
        print("without metadata it says so, and goes on when there is some")


main()
