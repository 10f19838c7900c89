"""Starts two nodes in network namespaces with the user data of a template, and attaches pods to what they bring up.

    check.py PLUGINS TEMPLATE...

PLUGINS is the directory of the CNI plugins. A node is a namespace with file systems of its own where scripts write, with
the metadata of an instance, and with interfaces whose names follow no order. Its system is that which reads the user data:
Amazon Linux, or Bottlerocket. The networks are bridges in a namespace of their own. It takes root, and nothing stays.
"""

import base64
import contextlib
import ipaddress
import itertools
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cni"))
from check import PREFIX, Runtime, expect, kept, links, namespaces, run  # noqa: E402
from user_data import families_of, networks_of, setup_script, unit_command, user_data, write_stub, write_stubs  # noqa: E402

HERE = pathlib.Path(__file__).parent
VPC = f"{PREFIX}-vpc"


# What Bottlerocket's source gives bootstrap containers beside what containers have.
CAPABILITIES = """chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service kill audit_write
    sys_admin net_admin sys_chroot sys_module audit_control"""


class Block:
    """The subnet of a network of one family, and which prefixes of it nodes have: those of IPv6 with what AWS keeps."""

    def __init__(self, family, device):
        self.family = family
        self.subnet = {4: f"10.70.{device}.0/24", 6: f"2001:db8:0:{device}::/64"}[family]
        self.router = {4: f"10.70.{device}.1", 6: "fe80:ec2::1"}[family]
        # The number of IPv4 prefixes.
        self.count = device % 2 + 1

    def prefixes(self, node):
        if self.family == 4:
            start = self.subnet.removesuffix("0/24")
            return [f"{start}{32 * node + 16 * number}/28" for number in range(self.count)]
        start = self.subnet.removesuffix("::/64")
        return [{1: f"{start}::/80", 2: f"{start}:ffff::/80"}[node]]

    def is_of_node(self, address, node):
        """Whether the address is of the node's prefixes, and none that AWS keeps."""
        address, subnet = ipaddress.ip_address(address), ipaddress.ip_network(self.subnet)
        kept = [*(subnet[number] for number in range(4)), subnet[-1]]
        prefixes = [ipaddress.ip_network(prefix) for prefix in self.prefixes(node)]
        return address not in kept and any(address in prefix for prefix in prefixes)


class Node:
    def __init__(self, number, networks, families, folder):
        self.number, self.name, self.folder = number, f"{PREFIX}-node{number}", pathlib.Path(folder)
        self.networks = networks
        self.blocks = {name: [Block(one, device) for one in own] for device, (name, own) in enumerate(zip(networks, families), 1)}
        self.macs = [f"02:00:00:00:{number:02}:{device:02}" for device, _ in enumerate(networks, 1)]
        for name in ("etc", "run", "var"):
            (self.folder / name).mkdir()

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
        for name in self.in_memory:
            shutil.rmtree(self.folder / name)
            (self.folder / name).mkdir()

    def tell(self, devices, with_prefixes=True):
        """What the metadata says: the node's first interface, and those at these devices."""
        known = {"02:00:00:00:ff:00": {"device-number": "0", "subnet-ipv4-cidr-block": "10.70.0.0/24"}}
        for device in devices:
            its = known[self.macs[device - 1]] = {"device-number": str(device)}
            for block in self.blocks[self.networks[device - 1]]:
                its[{4: "subnet-ipv4-cidr-block", 6: "subnet-ipv6-cidr-blocks"}[block.family]] = block.subnet
                if with_prefixes:
                    its[f"ipv{block.family}-prefix"] = "\n".join(block.prefixes(self.number))
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

    def start_in(self, mounts, command):
        """Starts a command on the node, within what the lines of the mounts make of the file system."""
        words = ["ip", "netns", "exec", self.name, "unshare", "--mount", "/bin/sh", "-ec", f"{mounts}\nexec {command}"]
        log = open(self.folder / "log", "w+")
        return subprocess.Popen(words, env={"PATH": self.path()}, stdout=log, stderr=log)

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
        """Every interface is up under the name of its network, without an address of it, found by its MAC address."""
        for device, (network, mac) in enumerate(zip(self.networks, self.macs), 1):
            link = json.loads(run("ip", "-n", self.name, "-json", "address", "show", network))[0]
            expect(f"{what}: {network}: MAC address", link["address"], mac)
            expect(f"{what}: {network}: up", "UP" in link["flags"], True)
            expect(f"{what}: {network}: mtu", link["mtu"], 9001)
            families = [block.family for block in self.blocks[network]]
            expect(f"{what}: {network}: addresses", [one["scope"] for one in link["addr_info"]], ["link"] * (6 in families))
            for family in (4, 6):
                self.check_routes(f"{what}: {network}: IPv{family}", family, network, device)
            if 6 in families:
                heard = run("ip", "netns", "exec", self.name, "cat", f"/proc/sys/net/ipv6/conf/{network}/accept_ra").strip()
                expect(f"{what}: {network}: routes of the router's", heard, "0")
            loose = run("ip", "netns", "exec", self.name, "cat", f"/proc/sys/net/ipv4/conf/{network}/rp_filter").strip()
            expect(f"{what}: {network}: rp_filter", loose, "2")
            self.check_system(f"{what}: {network}", network, mac)
        # What container runtimes take for the network of pods is the first of these.
        (held,) = (self.folder / "etc/cni/net.d").iterdir()
        names = ["00-multus.conf", held.name, "10-aws.conflist"]
        expect(f"{what}: what pods start by until Multus is there", sorted(names), names)
        expect(f"{what}: pods held by", json.loads(held.read_text())["type"], "multus-pending")
        expect(f"{what}: ready", (self.folder / "run/multus-interfaces/ready").exists(), True)

    def check_routes(self, what, family, network, device):
        ip = ["ip", "-n", self.name, f"-{family}", "-json"]
        rules = [rule for rule in json.loads(run(*ip, "rule")) if rule.get("oif") == network]
        routes = json.loads(run(*ip, "route", "show", "table", str(20_000 + device))) if rules else []
        found = sorted((route["dst"], route.get("gateway"), route["dev"]) for route in routes)
        blocks = [block for block in self.blocks[network] if block.family == family]
        expect(f"{what}: rules", [rule["table"] for rule in rules], [str(20_000 + device)] * len(blocks))
        expected = [way for one in blocks for way in ((one.subnet, None, network), ("default", one.router, network))]
        expect(f"{what}: routes", found, sorted(expected))

    def check_failure(self):
        """What is not there in time is given up, for everybody to see, and the node with it."""
        code = self.boot(impatient=True).wait(60)
        expect("the end of a start without interfaces", code, 1)
        expect("what it says", "is not up after" in self.log(), True)
        expect("ready in spite of it", (self.folder / "run/multus-interfaces").exists(), False)

    def config(self, network):
        """The configuration that Multus takes for a network: that with its name, of those with an ending it reads."""
        folder = self.folder / "etc/cni/multus/net.d"
        files = [path for path in sorted(folder.iterdir()) if path.suffix in (".conf", ".json", ".conflist")]
        expect(f"{network}: files", len(files), len(self.networks))
        (found,) = [one for one in map(json.loads, (path.read_text() for path in files)) if one["name"] == network]
        return found


class AmazonLinux(Node):
    """Runs the script of the user data once, and from then on a unit at each start."""

    name_of, in_memory = "Amazon Linux", ["run"]

    script = staticmethod(setup_script)

    def path(self):
        return f"{self.folder / 'stubs'}:/usr/sbin:/usr/bin:/sbin:/bin"

    def start(self, command):
        mounts = [("etc", "/etc"), ("run", "/run"), ("sbin", "/usr/local/sbin"), ("var", "/var")]
        return self.start_in("".join(f"mount --bind {self.folder / name} {where}\n" for name, where in mounts), command)

    def install(self, script):
        for name in ("etc/systemd/system", "sbin", "stubs"):
            (self.folder / name).mkdir(parents=True)
        write_stubs(self.folder / "stubs")
        (self.folder / "setup.sh").write_text(script)
        self.finish(self.start(f"/bin/bash {self.folder / 'setup.sh'}"))
        expect("nothing is brought up yet", (self.folder / "etc/cni").exists(), False)
        self.program = (self.folder / "sbin/multus-interfaces").read_text()

    def boot(self, impatient=False):
        program = self.folder / "sbin/multus-interfaces"
        program.write_text(with_patience(self.program, impatient))
        return self.start(unit_command(self.folder))

    def check_failure(self):
        super().check_failure()
        unit = (self.folder / "etc/systemd/system/multus-interfaces.service").read_text()
        expect("what systemd does then", "FailureAction=poweroff" in unit.partition("[Service]")[0].splitlines(), True)
        expect("what shows on the console", "StandardError=journal+console" in unit.splitlines(), True)

    def check_system(self, what, network, mac):
        unmanaged = (self.folder / f"etc/systemd/network/05-multus-{network}.network").read_text()
        expect(f"{what}: unmanaged", f"MACAddress={mac}\n" in unmanaged and "Unmanaged=yes" in unmanaged, True)


class Bottlerocket(Node):
    """Runs the script that the user data names in a container, at each start: with the network of the node, whose files are
    below /.bottlerocket/rootfs, with few capabilities, and by an image that has no program for interfaces."""

    name_of, in_memory = "Bottlerocket", ["etc", "run"]

    @staticmethod
    def script(data):
        settings = tomllib.loads(data)["settings"]
        kubernetes = settings["kubernetes"]
        expect("taints", kubernetes["node-taints"], {"networks.stackwright/pending": [":NoSchedule"]})
        expect("the node's label", kubernetes["node-labels"]["multus.stackwright/node"], "true")
        expect("the most pods", kubernetes["max-pods"], 30)
        ((_, container),) = settings["bootstrap-containers"].items()
        script = base64.b64decode(container.pop("user-data"), validate=True).decode()
        # No image is named: that which comes with the system runs the user data.
        expect("the container", container, {"mode": "always", "essential": True})
        return script

    def path(self):
        return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    def install(self, script):
        self.data = self.folder / "container/.bottlerocket/bootstrap-containers/current/user-data"
        for root in ("container", "container/.bottlerocket/rootfs"):
            for name in ("usr", "proc", "sys", "dev", "tmp", "etc", "run", "var"):
                (self.folder / root / name).mkdir(parents=True)
            for name in ("bin", "sbin", "lib", "lib64"):
                (self.folder / root / name).symlink_to(f"usr/{name}")
        self.data.parent.mkdir(parents=True)
        self.program = script
        (self.folder / "dev").mkdir()
        write_stub(self.folder / "systemctl")

    def check_failure(self):
        super().check_failure()
        expect("what systemd is told then", (self.folder / "var/stub.log").read_text(), "systemctl poweroff\n")
        (self.folder / "var/stub.log").unlink()
        expect("what shows on the console", "is not up after" in (self.folder / "dev/console").read_text(), True)

    def boot(self, impatient=False):
        self.data.write_text(with_patience(self.program, impatient))
        container = self.folder / "container"
        rootfs = container / ".bottlerocket/rootfs"
        mounts = []
        for root in (container, rootfs):
            mounts.append(f"mount --bind {root} {root}")
            mounts += [f"mount --rbind /{name} {root / name}" for name in ("usr", "proc", "sys")]
        mounts.append(f"mount --rbind /dev {container}/dev")
        # The node itself is read-only but for these; nothing here may end more than the node.
        mounts.append(f"mount -o remount,bind,ro {rootfs}")
        mounts += [f"mount --bind {self.folder / name} {rootfs / name}" for name in ("etc", "run", "var", "dev")]
        mounts.append(f"mount --bind {self.folder}/systemctl {rootfs}/usr/bin/systemctl")
        # As runtimes have it, and as the image does.
        mounts += [f"mount --bind {container}/proc/sys {container}/proc/sys", f"mount -o remount,bind,ro {container}/proc/sys"]
        mounts += [f"mount --bind /dev/null {container}/usr/bin/{name}" for name in ("ip", "networkctl", "systemctl")]
        only = ",".join(f"+{name}" for name in CAPABILITIES.split())
        # The first thing that the image does with it.
        command = "chmod +x \"$0\" && exec \"$0\""
        data = f"/{self.data.relative_to(container)}"
        return self.start_in(
            "\n".join(mounts),
            f"chroot {container} setpriv --no-new-privs --bounding-set -all,{only} /bin/bash -c '{command}' {data}",
        )

    def check_system(self, what, network, mac):
        """Nothing is left to systemd, and the script minds its own container alone."""
        written = [path.relative_to(self.folder) for name in ("etc", "run", "var") for path in (self.folder / "container" / name).iterdir()]
        expect(f"{what}: written outside the node", written, [])
        expect(f"{what}: told to systemd", (self.folder / "etc/systemd").exists(), False)


def with_patience(script, impatient):
    expect("how often the script says its patience", script.count("patience=900\n"), 1)
    return script.replace("patience=900\n", "patience=1\n") if impatient else script


def source_for(address, own, interface):
    """What packets to an address start from: of two interfaces in one network, source routing of IPv6 knows addresses only."""
    return next((one for one in own if ":" in one and ":" in address), interface)


def reaches(pod, source, address, patience="5"):
    words = ["ip", "netns", "exec", pod, "ping", "-c", "1", "-W", patience, "-I", source, address]
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
                addresses = [one["address"].split("/")[0] for one in result["ips"]]
                attached.append((node, pod, network, f"net{place}", addresses, runtime, result))
        all_addresses = [address for *_, addresses, _, _ in attached for address in addresses]
        expect(f"{what}: addresses are distinct", len(set(all_addresses)), len(all_addresses))
        for node, pod, network, _, addresses, _, _ in attached:
            blocks = node.blocks[network]
            expect(f"{what}: {pod} in {network}: families", len(addresses), len(blocks))
            for block, address in zip(blocks, addresses):
                owned = block.is_of_node(address, node.number)
                expect(f"{what}: {pod} in {network} has an address of its node ({address})", owned, True)
        for (_, pod, network, interface, own, _, _), (_, other, far, _, addresses, _, _) in itertools.permutations(attached, 2):
            if pod == other:
                continue
            for address in addresses:
                source = source_for(address, own, interface)
                is_reached = reaches(pod, source, address, "5" if network == far else "0.3")
                expect(f"{what}: {pod} reaches {other} from {network} in {far} by {address}", is_reached, network == far)
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


def check_nodes(system, script, plugins):
    done = subprocess.run(["shellcheck", "-"], input=script, capture_output=True, text=True)
    expect("what shellcheck finds", done.stdout, "")
    networks, families = networks_of(script), families_of(script)
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        nodes = []
        for number in (1, 2):
            (folder / f"node{number}").mkdir()
            nodes.append(system(number, networks, families, folder / f"node{number}"))
        stack.enter_context(namespaces(VPC, *(node.name for node in nodes)))
        for network in networks:
            run("ip", "-n", VPC, "link", "add", network, "mtu", "9001", "type", "bridge")
            run("ip", "-n", VPC, "link", "set", network, "up")
        # The kernel's names are in another order than the devices, and another one on each node and start.
        names = [f"ens{9 - device}" for device, _ in enumerate(networks)]
        for node in nodes:
            node.plug(names[node.number:] + names[: node.number])
            node.tell([1], with_prefixes=False)
            node.install(script)
            node.check_failure()
            stack.enter_context(node.metadata())

            # Interfaces come one after the other, and what is known of them as well.
            boot = node.boot()
            node.await_log(f"waiting for {networks[0]}")
            node.tell([1])
            node.await_log(f"waiting for {networks[1]}")
            expect("not ready yet", (node.folder / "run/multus-interfaces").exists(), False)
            node.tell(range(1, len(networks) + 1))
            node.finish(boot)
            node.check("boot")
            node.finish(node.boot())
            node.check("once more")
        print(f"two nodes with {system.name_of} give up what never comes, and are powered off")
        print("they bring up their interfaces by MAC address, as they come")
        (folder / "data").mkdir()
        check_pods(nodes, plugins, folder / "data", "boot")
        print("their pods reach each other on the same network and on no other, and leave nothing")
        for node in nodes:
            first = {network: node.config(network) for network in networks}
            node.unplug()
            node.plug(names)
            node.finish(node.boot())
            node.check("reboot")
            expect("configurations after a reboot", {network: node.config(network) for network in networks}, first)
        check_pods(nodes, plugins, folder / "data", "reboot")
        print("the same after a reboot, with other names of the kernel's")


def main():
    plugins, *templates = sys.argv[1:]
    for template in templates:
        data = user_data(template)
        system = Bottlerocket if "[settings." in data else AmazonLinux
        check_nodes(system, system.script(data), plugins)


main()
