"""Starts two nodes in network namespaces with the user data of a template, and attaches pods to what they bring up.

    check.py TEMPLATE PLUGINS

PLUGINS is the directory of the CNI plugins. A node is a namespace with file systems of its own where scripts write, with
the metadata of an instance, and with interfaces whose names follow no order. The networks are bridges in a namespace of
their own. It takes root, and nothing stays.
"""

import contextlib
import itertools
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cni"))
from check import PREFIX, Runtime, expect, kept, links, namespaces, run  # noqa: E402
from user_data import networks_of, setup_script, unit_command, write_stubs  # noqa: E402

HERE = pathlib.Path(__file__).parent
VPC = f"{PREFIX}-vpc"


class Node:
    def __init__(self, number, networks, folder):
        self.number, self.name, self.folder = number, f"{PREFIX}-node{number}", pathlib.Path(folder)
        self.networks = networks
        self.macs = [f"02:00:00:00:{number:02}:{device:02}" for device, _ in enumerate(networks, 1)]
        for name in ("etc/systemd/system", "run", "sbin", "stubs", "var"):
            (self.folder / name).mkdir(parents=True)
        write_stubs(self.folder / "stubs")

    def plug(self, kernel_names):
        """Attaches the interfaces, in the order of the names, which says nothing of the networks."""
        for name, mac, network in sorted(zip(kernel_names, self.macs, self.networks)):
            far = f"{network[:8]}{self.number}"
            run("ip", "-n", VPC, "link", "add", far, "mtu", "9001", "type", "veth", "peer", "name", name, "netns", self.name)
            run("ip", "-n", self.name, "link", "set", name, "address", mac)
            run("ip", "-n", VPC, "link", "set", far, "master", network, "up")

    def unplug(self):
        for network in self.networks:
            run("ip", "-n", self.name, "link", "del", network)
        run("ip", "-n", self.name, "rule", "flush")
        for table in ("main", "default"):
            run("ip", "-n", self.name, "rule", "add", "lookup", table)
        shutil.rmtree(self.folder / "run")
        (self.folder / "run").mkdir()

    def tell(self, devices, with_prefixes=True):
        """What the metadata says: the node's first interface, and those at these devices."""
        known = {"02:00:00:00:ff:00": {"device-number": "0", "subnet-ipv4-cidr-block": "10.70.0.0/24"}}
        for device in devices:
            block = f"10.70.{device}"
            known[self.macs[device - 1]] = {"device-number": str(device), "subnet-ipv4-cidr-block": f"{block}.0/24"}
            if with_prefixes:
                prefixes = [f"{block}.{32 * self.number}/28", f"{block}.{32 * self.number + 16}/28"]
                known[self.macs[device - 1]]["ipv4-prefix"] = "\n".join(prefixes[: device % 2 + 1])
        fresh = self.folder / "state.new"
        fresh.write_text(json.dumps(known))
        fresh.rename(self.folder / "state.json")

    @contextlib.contextmanager
    def metadata(self):
        run("ip", "-n", self.name, "address", "add", "169.254.169.254/32", "dev", "lo")
        words = ["ip", "netns", "exec", self.name, sys.executable, HERE / "metadata.py", self.folder / "state.json"]
        process = subprocess.Popen(words)
        try:
            yield
        finally:
            process.terminate()
            process.wait()

    def start(self, command):
        """Starts a command on the node."""
        mounts = [("etc", "/etc"), ("run", "/run"), ("sbin", "/usr/local/sbin"), ("var", "/var")]
        mounts = "".join(f"mount --bind {self.folder / name} {where}\n" for name, where in mounts)
        path = f"{self.folder / 'stubs'}:/usr/sbin:/usr/bin:/sbin:/bin"
        words = ["ip", "netns", "exec", self.name, "unshare", "--mount", "/bin/sh", "-ec", f"{mounts}exec {command}"]
        log = open(self.folder / "log", "w+")
        return subprocess.Popen(words, env={"PATH": path}, stdout=log, stderr=log)

    def finish(self, process):
        try:
            code = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            code = "no end"
        if code:
            sys.exit(f"error: node {self.number}: {code}: {self.log()}")

    def log(self):
        return (self.folder / "log").read_text()

    def await_log(self, text):
        for _ in range(300):
            if text in self.log():
                return
            time.sleep(0.1)
        sys.exit(f"error: node {self.number} does not say {text!r}: {self.log()}")

    def check(self, what):
        """Every interface is up under the name of its network, without an address, found by its MAC address."""
        for device, (network, mac) in enumerate(zip(self.networks, self.macs), 1):
            link = json.loads(run("ip", "-n", self.name, "-json", "address", "show", network))[0]
            expect(f"{what}: {network}: MAC address", link["address"], mac)
            expect(f"{what}: {network}: up", "UP" in link["flags"], True)
            expect(f"{what}: {network}: mtu", link["mtu"], 9001)
            expect(f"{what}: {network}: addresses", link["addr_info"], [])
            rules = [rule for rule in json.loads(run("ip", "-n", self.name, "-json", "rule")) if rule.get("oif") == network]
            expect(f"{what}: {network}: rules", [rule["table"] for rule in rules], [str(20_000 + device)])
            routes = json.loads(run("ip", "-n", self.name, "-json", "route", "show", "table", str(20_000 + device)))
            found = [(route["dst"], route.get("gateway"), route["dev"]) for route in routes]
            expected = [("default", f"10.70.{device}.1", network), (f"10.70.{device}.0/24", None, network)]
            expect(f"{what}: {network}: routes", found, expected)
            loose = run("ip", "netns", "exec", self.name, "cat", f"/proc/sys/net/ipv4/conf/{network}/rp_filter").strip()
            expect(f"{what}: {network}: rp_filter", loose, "2")
            unmanaged = (self.folder / f"etc/systemd/network/05-multus-{network}.network").read_text()
            expect(f"{what}: {network}: unmanaged", f"MACAddress={mac}\n" in unmanaged and "Unmanaged=yes" in unmanaged, True)
        expect(f"{what}: ready", (self.folder / "run/multus-interfaces/ready").exists(), True)

    def config(self, network):
        """The configuration that Multus takes for a network: that with its name, of those with an ending it reads."""
        folder = self.folder / "etc/cni/multus/net.d"
        files = [path for path in sorted(folder.iterdir()) if path.suffix in (".conf", ".json", ".conflist")]
        expect(f"{network}: files", len(files), len(self.networks))
        (found,) = [one for one in map(json.loads, (path.read_text() for path in files)) if one["name"] == network]
        return found


def reaches(pod, interface, address, patience="5"):
    words = ["ip", "netns", "exec", pod, "ping", "-c", "1", "-W", patience, "-I", interface, address]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def check_pods(nodes, plugins, data, what):
    """Two pods on each node, with an interface in each network; the last has one more in the last network."""
    networks = nodes[0].networks[:2]
    pods = {node: [f"{PREFIX}-pod{node.number}{letter}" for letter in "ab"] for node in nodes}
    names = [pod for found in pods.values() for pod in found]
    with namespaces(*names):
        before = {name: links(name) for name in (*names, *(node.name for node in nodes))}
        has_ipvlan = makes_ipvlan(nodes[0], networks[0])
        if not has_ipvlan:
            print("this kernel has no ipvlan: macvlan in its place, everything else unchanged")
        attached = []
        for node, number in itertools.product(nodes, range(2)):
            pod = pods[node][number]
            wanted = [*networks, *networks[-1:]] if (node, number) == (nodes[-1], 1) else networks
            for place, network in enumerate(wanted, 1):
                config = node.config(network)
                runtime = Runtime(plugins, config, f"{data}/{node.number}", node.name, f"net{place}")
                first = runtime.chain[0]
                if first["type"] == "ipvlan" and not has_ipvlan:
                    first["type"], first["mode"] = "macvlan", "bridge"
                result = runtime.add(pod, {})
                (address,) = [one["address"].split("/")[0] for one in result["ips"]]
                attached.append((node, pod, network, f"net{place}", address, runtime, result))
        addresses = [address for *_, address, _, _ in attached]
        expect(f"{what}: addresses are distinct", len(set(addresses)), len(attached))
        for node, pod, network, _, address, _, _ in attached:
            device = nodes[0].networks.index(network) + 1
            owned = [f"10.70.{device}.{32 * node.number + last}" for last in range(16 * (device % 2 + 1))]
            expect(f"{what}: {pod} in {network} has an address of its node ({address})", address in owned, True)
        for (_, pod, network, interface, _, _, _), (_, other, far, _, address, _, _) in itertools.permutations(attached, 2):
            if pod == other:
                continue
            is_reached = reaches(pod, interface, address, "5" if network == far else "0.3")
            expect(f"{what}: {pod} reaches {other} from {network} in {far}", is_reached, network == far)
        for _, pod, _, _, _, runtime, result in attached:
            runtime.delete(pod, {}, result)
        expect(f"{what}: addresses left", kept(data), [])
        expect(f"{what}: interfaces left", {name: links(name) for name in before}, before)


def makes_ipvlan(node, master):
    words = ["ip", "-n", node.name, "link", "add", "probe", "link", master, "type", "ipvlan"]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        return False
    run("ip", "-n", node.name, "link", "del", "probe")
    return True


def main():
    template, plugins = sys.argv[1:]
    script = setup_script(template)
    done = subprocess.run(["shellcheck", "-"], input=script, capture_output=True, text=True)
    expect("what shellcheck finds", done.stdout, "")
    networks = networks_of(script)
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        nodes = []
        for number in (1, 2):
            (folder / f"node{number}").mkdir()
            nodes.append(Node(number, networks, folder / f"node{number}"))
        stack.enter_context(namespaces(VPC, *(node.name for node in nodes)))
        for network in networks:
            run("ip", "-n", VPC, "link", "add", network, "mtu", "9001", "type", "bridge")
            run("ip", "-n", VPC, "link", "set", network, "up")
        # The kernel's names are in another order than the devices, and another one on each node and start.
        names = [f"ens{9 - device}" for device, _ in enumerate(networks)]
        for node in nodes:
            node.plug(names[node.number:] + names[: node.number])
            node.tell([1], with_prefixes=False)
            stack.enter_context(node.metadata())
            (node.folder / "setup.sh").write_text(script)
            node.finish(node.start(f"/bin/bash {node.folder / 'setup.sh'}"))
            expect("nothing is brought up yet", (node.folder / "etc/cni").exists(), False)

            # Interfaces come one after the other, and what is known of them as well.
            boot = node.start(unit_command(node.folder))
            node.await_log(f"waiting for {networks[0]}")
            node.tell([1])
            node.await_log(f"waiting for {networks[1]}")
            expect("not ready yet", (node.folder / "run/multus-interfaces").exists(), False)
            node.tell(range(1, len(networks) + 1))
            node.finish(boot)
            node.check("boot")
            node.finish(node.start(unit_command(node.folder)))
            node.check("once more")
        print("two nodes bring up their interfaces by MAC address, as they come")
        (folder / "data").mkdir()
        check_pods(nodes, plugins, folder / "data", "boot")
        print("their pods reach each other on the same network and on no other, and leave nothing")
        for node in nodes:
            first = {network: node.config(network) for network in networks}
            node.unplug()
            node.plug(names)
            node.finish(node.start(unit_command(node.folder)))
            node.check("reboot")
            expect("configurations after a reboot", {network: node.config(network) for network in networks}, first)
        check_pods(nodes, plugins, folder / "data", "reboot")
        print("the same after a reboot, with other names of the kernel's")


main()
