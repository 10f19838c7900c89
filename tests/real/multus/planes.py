"""Traffic separation: pods in networks without a configuration, which nodes write for themselves."""

import json
import pathlib
import re
import subprocess
import sys

from cluster import STATUS
from node import make_network
from user_data import networks_of, setup_script, unit_command, user_data, write_stubs
from world import expect

METADATA = pathlib.Path(__file__).parents[1] / "nodes" / "metadata.py"


def addresses_of(device, number):
    """The first address of the prefix that a node has for pods at one of its interfaces."""
    return f"10.70.{device}.{32 * (number + 1)}"


def boot(node, number, networks, script):
    """Starts a node as its user data says, with interfaces that the kernel names in another order."""
    known = {}
    for device, network in enumerate(networks, 1):
        mac = f"02:00:00:00:{number:02}:{device:02}"
        node.plug(f"ens{20 - device}", network)
        node.run("ip", "link", "set", f"ens{20 - device}", "address", mac)
        block = {"device-number": str(device), "subnet-ipv4-cidr-block": f"10.70.{device}.0/24"}
        known[mac] = {**block, "ipv4-prefix": f"{addresses_of(device, number)}/28"}
    state = node.folder / "metadata.json"
    state.write_text(json.dumps(known))
    (node.folder / "setup.sh").write_text(script)
    (node.folder / "etc/systemd/system").mkdir(parents=True)
    (node.folder / "stubs").mkdir()
    write_stubs(node.folder / "stubs")
    node.run("ip", "address", "add", "169.254.169.254/32", "dev", "lo")
    metadata = subprocess.Popen(node.enter(sys.executable, METADATA, state))
    try:
        path = f"PATH={node.folder / 'stubs'}:/usr/sbin:/usr/bin:/sbin:/bin"
        node.run("env", "-i", path, "/bin/bash", node.folder / "setup.sh")
        node.run("env", "-i", path, *unit_command(node.folder).split())
    finally:
        metadata.kill()
        metadata.wait()


def planes(world, assembly):
    world.tell_outputs(assembly)
    data = user_data(assembly / "cluster.template.json")
    labels = re.search('--node-labels=([^"]+)"', data).group(1)
    world.kubelets.label(dict(label.split("=") for label in labels.split(",")))
    script = setup_script(data)
    networks = networks_of(script)
    for network in networks:
        make_network(network)
    for number, node in enumerate(world.nodes):
        boot(node, number, networks, script)
    world.connect()
    before = world.left()
    held = [node.network()["type"] for node in world.nodes]
    expect("what holds pods until Multus is there", held, ["multus-pending"] * 2)
    world.deploy(assembly, "networks", "apps")
    pods = world.cluster.get("/api/v1/namespaces/planes/pods")["items"]
    pods.sort(key=lambda pod: pod["spec"]["nodeName"])
    expect("nodes of pods", [pod["spec"]["nodeName"] for pod in pods], [node.name for node in world.nodes])
    for number, pod in enumerate(pods):
        found = world.interfaces(pod)
        expect("interfaces", sorted(found), ["eth0", "n3", "n4", "n6"])
        for interface, network in (("n4", "control"), ("n3", "user"), ("n6", "user")):
            first = addresses_of(networks.index(network) + 1, number)
            start, last = first.rsplit(".", 1)
            owned = [[f"{start}.{int(last) + offset}/24"] for offset in range(16)]
            expect(f"{found[interface]} is of the node's prefix in {network}", found[interface] in owned, True)
        told = json.loads(pod["metadata"]["annotations"][STATUS])
        names = {status["interface"]: status["name"] for status in told}
        wanted = {"eth0": "aws-cni", "n4": "planes/control", "n3": "planes/user", "n6": "planes/user"}
        expect("what Multus tells", names, wanted)
    code, lines = world.verify(assembly)
    expect("verify", (code, [line for line in lines if not line.startswith("ok ")]), (0, []))
    expect("pings", sum(" reaches " in line for line in lines), 4)
    print("traffic separation: pods have the addresses of their nodes, and reach each other in each plane")
    world.destroy(assembly, "apps", "networks")
    world.wait_until_multus_has_gone()
    expect("left of pods", world.left(), before)
