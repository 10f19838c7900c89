"""Gives the configurations of crates/constructs/examples/cni_configs.rs to the real CNI plugins.

    check.py [--addresses-only] PLUGINS < CONFIGURATIONS

PLUGINS is the directory of the plugins. Addresses are handed out without any privilege; interfaces are made in network
namespaces of our own, which takes root, and nothing leaves them. What is expected stands here, not in the example.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

PREFIX = f"stackwright-{os.getpid()}"

# What host-local hands out of each configuration, in order, until it has nothing left.
ADDRESSES = {
    "all-of-a-subnet": [[f"10.10.5.{last}/28"] for last in range(4, 15)],
    "share-of-a-node": [[f"10.10.5.{last}/28"] for last in range(7, 11)],
    "exclusions": [[f"10.10.5.{last}/24"] for last in (10, 11, 16, 17)],
    "two-addresses": [["10.10.5.14/28", "10.10.6.14/28"]],
    "two-families": [
        ["10.10.5.4/29", "2001:db8:0:5::fffe/64"],
        ["10.10.5.5/29", "2001:db8:0:5::ffff/64"],
        ["10.10.5.6/29", "2001:db8:0:5::1:1/64"],
    ],
}
ROUTES = {
    "exclusions": [{"dst": "10.20.0.0/16", "gw": "10.10.5.1"}, {"dst": "10.30.0.0/16"}],
    "two-families": [{"dst": "10.20.0.0/16", "gw": "10.10.5.1"}, {"dst": "fd00::/8", "gw": "fe80:ec2::1"}],
}

# What each of two pods asks for and gets; the mtu of its interface.
PODS = {
    "ipvlan": ([{}, {}], ["10.10.5.4/24", "10.10.5.5/24"], 1400),
    "macvlan": (
        [{"ips": ["10.10.5.20/24"], "mac": "02:00:00:00:00:20"}, {"ips": ["10.10.5.30/24"]}],
        ["10.10.5.20/24", "10.10.5.30/24"],
        1500,
    ),
    "bridge": ([{}, {}], ["192.168.7.4/24", "192.168.7.5/24"], 1400),
    "host-device": ([{"ips": ["10.10.5.40/24"]}], ["10.10.5.40/24"], 1500),
    "vlan": ([{"ips": ["10.10.7.50/24"]}], ["10.10.7.50/24"], 1500),
}

# What the pods of each of two nodes get.
NODES = {
    "dual-stack-1": [["10.10.5.4/24", "2001:db8:0:5::4/64"], ["10.10.5.5/24", "2001:db8:0:5::5/64"]],
    "dual-stack-2": [["10.10.5.129/24", "2001:db8:0:5:8000::1/64"]],
}


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"error: {what}: {actual!r}, expected {expected!r}")


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"error: {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


class Runtime:
    """What a container runtime does for one network: runs its plugins in order, and backwards at the end."""

    def __init__(self, plugins, config, data, node=None, interface="net1"):
        self.plugins, self.node, self.interface = plugins, node, interface
        self.common = {key: config[key] for key in ("cniVersion", "name")}
        self.chain = config.get("plugins", [config])
        if self.chain[0].get("ipam", {}).get("type") == "host-local":
            self.chain[0]["ipam"]["dataDir"] = data

    def call(self, command, plugin, step, pod, asked, result):
        wanted = {key: value for key, value in asked.items() if step.get("capabilities", {}).get(key)}
        config = {**step, **self.common, "runtimeConfig": wanted}
        if result:
            config["prevResult"] = result
        environment = {
            "CNI_COMMAND": command,
            "CNI_CONTAINERID": pod,
            "CNI_NETNS": f"/var/run/netns/{pod}",
            "CNI_IFNAME": self.interface,
            "CNI_PATH": self.plugins,
            "PATH": os.environ["PATH"],
        }
        enter = ["ip", "netns", "exec", self.node] if self.node else []
        words = [*enter, f"{self.plugins}/{plugin}"]
        done = subprocess.run(words, input=json.dumps(config), env=environment, capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None

    def add(self, pod, asked):
        result = None
        for step in self.chain:
            code, result = self.call("ADD", step["type"], step, pod, asked, result)
            if code:
                sys.exit(f"error: {self.common['name']}: {step['type']}: {result}")
        return result

    def delete(self, pod, asked, result):
        for step in reversed(self.chain):
            code, error = self.call("DEL", step["type"], step, pod, asked, result)
            if code:
                sys.exit(f"error: {self.common['name']}: {step['type']}: {error}")


def kept(data):
    """The addresses that are written down as handed out."""
    names = [name for _, _, names in os.walk(data) for name in names]
    return sorted(name for name in names if re.match(r"\d+\.|[0-9a-f]*:", name))


def check_addresses(plugins, config):
    name = config["name"]
    with tempfile.TemporaryDirectory() as data:
        runtime = Runtime(plugins, config, data)
        ipam = runtime.chain[0]
        pods = [f"pod{number}" for number in range(len(ADDRESSES[name]))]
        results = [runtime.call("ADD", "host-local", ipam, pod, {}, None) for pod in pods]
        if any(code for code, _ in results):
            sys.exit(f"error: {name}: {results}")
        handed_out = [[one["address"] for one in result["ips"]] for _, result in results]
        expect(f"{name}: addresses", handed_out, ADDRESSES[name])
        expect(f"{name}: routes", results[0][1].get("routes", []), ROUTES.get(name, []))
        code, error = runtime.call("ADD", "host-local", ipam, "one-too-many", {}, None)
        if not code or "no IP addresses available" not in json.dumps(error):
            sys.exit(f"error: {name}: there is one address more than expected: {error}")
        for pod in pods:
            expect(f"{name}: DEL", runtime.call("DEL", "host-local", ipam, pod, {}, None), (0, None))
        expect(f"{name}: what is left", kept(data), [])


@contextlib.contextmanager
def namespaces(*names):
    made = []
    try:
        for name in names:
            run("ip", "netns", "add", name)
            made.append(name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        yield
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "del", name], check=False)


def links(namespace):
    return sorted(link["ifname"] for link in json.loads(run("ip", "-n", namespace, "-json", "link")))


def makes(node, beneath, *kind):
    """Whether the kernel makes interfaces of this kind."""
    words = ["ip", "-n", node, "link", "add", "probe", "link", beneath, "type", *kind]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        return False
    run("ip", "-n", node, "link", "del", "probe")
    return True


def instead_of_ipvlan(plugin):
    print("this kernel has no ipvlan: macvlan in its place, everything else unchanged")
    plugin["type"], plugin["mode"] = "macvlan", "bridge"


def check_pods(plugins, config):
    name = config["name"]
    asked, addresses, mtu = PODS[name]
    node = f"{PREFIX}-node"
    pods = [f"{PREFIX}-pod{number}" for number in range(len(asked))]
    with namespaces(node, *pods), tempfile.TemporaryDirectory() as data:
        for near, far in (("eth1", "far1"), ("eth2", "far2")):
            run("ip", "-n", node, "link", "add", near, "type", "veth", "peer", "name", far)
            run("ip", "-n", node, "link", "set", near, "up")
            run("ip", "-n", node, "link", "set", far, "up")
        runtime = Runtime(plugins, config, data, node)
        first = runtime.chain[0]
        if first["type"] == "ipvlan" and not makes(node, "eth1", "ipvlan"):
            instead_of_ipvlan(first)
        if first["type"] == "vlan" and not makes(node, "eth1", "vlan", "id", "9"):
            print(f"{name}: NOT CHECKED, this kernel has no vlan")
            return
        before = {namespace: links(namespace) for namespace in (node, *pods)}
        results = [runtime.add(pod, wish) for pod, wish in zip(pods, asked)]
        for pod, wish, address, result in zip(pods, asked, addresses, results):
            expect(f"{name}: address", [one["address"] for one in result["ips"]], [address])
            link = json.loads(run("ip", "-n", pod, "-json", "address", "show", "net1"))[0]
            expect(f"{name}: mtu", link["mtu"], mtu)
            expect(f"{name}: mac", link["address"], wish.get("mac", link["address"]))
            held = [f"{one['local']}/{one['prefixlen']}" for one in link["addr_info"] if one["family"] == "inet"]
            expect(f"{name}: address of the interface", held, [address])
        if any(step["type"] == "sbr" for step in runtime.chain):
            rules = run("ip", "-n", pods[0], "rule")
            expect(f"{name}: a rule for the source address", f"from {addresses[0].split('/')[0]} " in rules, True)
        if len(pods) == 2:
            for pod, address in zip(pods, reversed(addresses)):
                target = address.split("/")[0]
                run("ip", "netns", "exec", pod, "ping", "-c", "1", "-W", "5", "-I", "net1", target)
        for pod, wish, result in zip(pods, asked, results):
            runtime.delete(pod, wish, result)
        expect(f"{name}: what is left of addresses", kept(data), [])
        # A bridge stays, for it may have other members.
        after = {namespace: links(namespace) for namespace in (node, *pods)}
        after[node] = [link for link in after[node] if link != first.get("bridge")]
        expect(f"{name}: what is left of interfaces", after, before)
        print(f"{name}: attached, reached and detached")


def check_nodes(plugins, configs):
    """Pods of two nodes reach each other by either family."""
    nodes = {name: f"{PREFIX}-{name}" for name in NODES}
    pods = {name: [f"{nodes[name]}-{number}" for number in range(len(NODES[name]))] for name in NODES}
    first, second = nodes.values()
    everyone = [*nodes.values(), *(pod for of_node in pods.values() for pod in of_node)]
    with namespaces(*everyone), tempfile.TemporaryDirectory() as data:
        run("ip", "-n", first, "link", "add", "eth1", "type", "veth", "peer", "name", "eth1", "netns", second)
        for node in nodes.values():
            run("ip", "-n", node, "link", "set", "eth1", "up")
        attached = []
        for name, node in nodes.items():
            runtime = Runtime(plugins, configs[name], os.path.join(data, name), node)
            if not makes(node, "eth1", "ipvlan"):
                instead_of_ipvlan(runtime.chain[0])
            for pod, addresses in zip(pods[name], NODES[name]):
                result = runtime.add(pod, {})
                attached.append((runtime, pod, result))
                expect(f"{name}: addresses", [one["address"] for one in result["ips"]], addresses)
                link = json.loads(run("ip", "-n", pod, "-json", "address", "show", "net1"))[0]
                given = [one for one in link["addr_info"] if one["scope"] == "global"]
                held = [f"{one['local']}/{one['prefixlen']}" for one in given]
                expect(f"{name}: addresses of the interface", held, addresses)
                expect(f"{name}: a rule for the IPv6 address", addresses[1].split("/")[0] in rules6(pod), True)
        for _, pod, _ in attached:
            for target in (address for of_node in NODES.values() for of_pod in of_node for address in of_pod):
                family = "-6" if ":" in target else "-4"
                words = ["ping", family, "-I", "net1", "-c", "1", "-W", "5", target.split("/")[0]]
                run("ip", "netns", "exec", pod, *words)
        for runtime, pod, result in reversed(attached):
            runtime.delete(pod, {}, result)
        expect("dual-stack: what is left of addresses", kept(data), [])
        print("dual-stack: attached on two nodes, reached by either family and detached")


def rules6(namespace):
    return run("ip", "-6", "-n", namespace, "rule")


def main():
    arguments = sys.argv[1:]
    addresses_only = arguments[:1] == ["--addresses-only"]
    plugins = arguments[-1]
    configs = {config["name"]: config for config in map(json.loads, sys.stdin)}
    expect("configurations", sorted(configs), sorted([*ADDRESSES, *PODS, *NODES]))
    for name in ADDRESSES:
        check_addresses(plugins, configs[name])
        print(f"{name}: the addresses expected, and nothing left")
    if not addresses_only:
        for name in PODS:
            check_pods(plugins, configs[name])
        check_nodes(plugins, configs)


if __name__ == "__main__":
    main()
