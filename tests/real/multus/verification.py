"""What `verify` tells of the reference application, when all works and when something does not."""

import contextlib

from node import run
from world import MULTUS, expect

LOST = "1 packets transmitted, 0 packets received, 100% packet loss"
UNREACHED = [
    f"failed Pod default/multus-1-nic net1 does not reach 10.10.4.17 of pod default/multus-2-nic: {LOST}",
    f"failed Pod default/multus-2-nic net1 does not reach 10.10.4.16 of pod default/multus-1-nic: {LOST}",
]


def verify(world, assembly):
    """`verify` finds that all works, and then each thing that is broken, until it is mended."""
    network = "NetworkAttachmentDefinition default/ipvlan-conf-1"
    interfaces = "in network default/ipvlan-conf-1"
    all_is_well = [
        "ok DaemonSet kube-system/ssm-agent-installer ready on 2 of 2 nodes",
        "ok DaemonSet kube-system/kube-multus-ds ready on 2 of 2 nodes",
        f"ok {network} it is there",
        f"ok Pod default/multus-1-nic net1 10.10.4.16 {interfaces}",
        f"ok Pod default/multus-2-nic net1 10.10.4.17 {interfaces}",
        f"ok Pod default/multus-2-nic net2 10.10.4.18 {interfaces}",
        "ok Pod default/multus-1-nic net1 reaches 10.10.4.17 of pod default/multus-2-nic",
        "ok Pod default/multus-2-nic net1 reaches 10.10.4.16 of pod default/multus-1-nic",
    ]
    expect("verify", world.verify(assembly), (0, all_is_well))
    for breakage in (an_address_is_gone, a_link_is_down, a_network_is_gone, a_daemon_is_gone, a_pod_came_before_multus):
        with breakage(world, assembly) as found:
            code, lines = world.verify(assembly)
            expect(breakage.__name__, (code, [line for line in lines if line not in all_is_well]), (1, found))
        expect(f"after {breakage.__name__}", world.verify(assembly), (0, all_is_well))
        print(f"verify: {breakage.__name__.replace('_', ' ')}: told")


def await_daemons(world):
    daemons = ["daemonset/kube-multus-ds", "--namespace", "kube-system"]
    world.cluster.kubectl("rollout", "status", *daemons, "--timeout=60s")


@contextlib.contextmanager
def an_address_is_gone(world, _):
    running = world.kubelets.running[world.pod("multus-1-nic")["metadata"]["uid"]]
    address = ["ip", "-n", running.namespace, "address"]
    running.node.run(*address, "del", "10.10.4.16/24", "dev", "net1")
    yield UNREACHED
    running.node.run(*address, "add", "10.10.4.16/24", "dev", "net1")


@contextlib.contextmanager
def a_link_is_down(world, _):
    run("ip", "link", "set", "data-node-2", "down")
    yield UNREACHED
    run("ip", "link", "set", "data-node-2", "up")


@contextlib.contextmanager
def a_network_is_gone(world, assembly):
    world.cluster.kubectl("delete", "net-attach-def", "ipvlan-conf-1")
    yield ["failed NetworkAttachmentDefinition default/ipvlan-conf-1 it is not there"]
    world.deploy(assembly, "multus-stack-001")


@contextlib.contextmanager
def a_daemon_is_gone(world, _):
    pods = world.cluster.get("/api/v1/namespaces/kube-system/pods?labelSelector=name=multus")["items"]
    (name,) = [pod["metadata"]["name"] for pod in pods if pod["spec"]["nodeName"] == "node-2"]
    world.kubelets.holds_back.set()
    world.cluster.kubectl("delete", "pod", name, "--namespace", "kube-system")
    yield ["failed DaemonSet kube-system/kube-multus-ds ready on 1 of 2 nodes, not on node-2"]
    world.kubelets.holds_back.clear()
    await_daemons(world)


@contextlib.contextmanager
def a_pod_came_before_multus(world, assembly):
    """For want of Multus' configuration the container runtime took the main network's, and the pod has nothing else."""
    config = world.nodes[0].folder / MULTUS
    world.cluster.kubectl("delete", "pod", "multus-1-nic")
    kept = config.rename(world.nodes[0].folder / "00-multus.conf")
    world.deploy(assembly, "multus-sample-apps-stack-001")
    expect("interfaces of a pod before Multus", list(world.interfaces(world.pod("multus-1-nic"))), ["eth0"])
    daemons = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-multus-ds"
    world.wait("the daemon to be unready", lambda: world.cluster.get(daemons)["status"]["numberAvailable"] == 1)
    kept.rename(config)
    await_daemons(world)
    yield [
        "failed Pod default/multus-1-nic Multus says nothing of its interfaces: it may have been made before Multus was "
        "ready; make it anew"
    ]
    world.cluster.kubectl("delete", "pod", "multus-1-nic")
    world.deploy(assembly, "multus-sample-apps-stack-001")
