"""Lets the real Multus give pods their interfaces, from charts that the program deploys, and has `verify` look at them.

    check.py PARTS PLUGINS APP REFERENCE PLANES

PARTS is the folder of what was built: `charts`, the control plane, and `multus`. PLUGINS is that of the CNI plugins.
APP is any app, for its command line; REFERENCE and PLANES are what the reference application and traffic-separation
synthesize. Two nodes run what their pods say: the daemon of Multus as its DaemonSet has it, by the node's own paths, and
busybox. It has to be alone in its network, its mounts and its processes, all of which go with it, and to find the modules
of the checks `charts` and `nodes`; `tests/real/run` sees to both.
"""

import contextlib
import pathlib
import signal
import sys
import time

from cluster import Cluster
from kubelets import Kubelets
from node import Node, Trouble, make_network, run
from planes import planes
from reference import reference
from world import World

# The network of nodes, in which the API server has an address too.
HOST = "10.10.1.10"
ADDRESSES = {"node-1": "10.10.1.11", "node-2": "10.10.1.12"}
# In place of a plugin that the kernel has nothing for: nothing differs but these two words.
IPVLAN = """#!/bin/sh
sed 's/"type":"ipvlan"/"type":"macvlan"/; s/"mode":"l[0-9a-z]*"/"mode":"bridge"/' | /opt/cni/bin/macvlan
"""


@contextlib.contextmanager
def machines(folder, parts, plugins):
    """Two nodes, each with its first interface."""
    nodes = []
    try:
        for name, address in ADDRESSES.items():
            node = Node(name, folder / name, parts / "multus", plugins)
            nodes.append(node)
            node.plug("ens5", "nodes")
            node.run("ip", "address", "add", f"{address}/24", "dev", "ens5")
            if not node.has_ipvlan("ens5"):
                print(f"{name}: this kernel has no ipvlan: macvlan in its place, everything else unchanged")
                plugin = node.folder / "opt/cni/bin/ipvlan"
                plugin.unlink()
                plugin.write_text(IPVLAN)
                plugin.chmod(0o755)
        yield nodes
    finally:
        for node in nodes:
            node.stop()


def main():
    # So that whatever is under way is ended in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("error: ended from outside"))
    parts, plugins, app, *assemblies = map(pathlib.Path, sys.argv[1:])
    folder = parts / "multus" / "world"
    folder.mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "world", folder)
    run("ip", "link", "set", "lo", "up")
    make_network("nodes")
    run("ip", "address", "add", f"{HOST}/24", "dev", "nodes")
    (folder / "cluster").mkdir()
    with (
        Cluster(parts / "charts", folder / "cluster", host=HOST) as cluster,
        machines(folder, parts, plugins) as nodes,
        Kubelets(cluster, nodes, ADDRESSES) as kubelets,
    ):
        world = World(cluster, nodes, kubelets, app, folder)
        for scenario, assembly in zip((reference, planes), assemblies):
            start = time.monotonic()
            scenario(world, assembly)
            print(f"{scenario.__name__}: {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(f"error: {trouble}")
