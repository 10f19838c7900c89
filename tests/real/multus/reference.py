"""The reference application: pods with one and two further interfaces, of a network that its chart configures."""

import json

from cluster import STATUS
from node import make_network
from verification import verify
from world import DEPLOY, MAIN, MULTUS, expect

# The zone of the pods, as the stand-in for AWS has it.
LABELS = {"topology.kubernetes.io/zone": "value-of-exportselect5759d632a5f0a2f1"}


def main_network_is_late(world, assembly):
    """Daemons wait for the configuration of the main network, and a deployment waits until they have taken it."""
    deployment = world.start("deploy", assembly, *DEPLOY, "multus-stack-001")

    def wait():
        logs = [path.read_text() for node in world.nodes for path in node.folder.glob("*-kube-multus.log")]
        return len(logs) == 2 and all("Readiness Indicator file check" in log for log in logs)

    world.wait("the daemons to wait", wait)
    expect("the configuration of Multus", [(node.folder / MULTUS).exists() for node in world.nodes], [False, False])
    expect("the end of the deployment", deployment.poll(), None)
    world.connect()
    world.finish(deployment)
    for node in world.nodes:
        expect("the plugin of nodes", node.network()["type"], "multus-shim")
        expect("what it delegates to", node.network()["clusterNetwork"], f"/host/{MAIN}")
    pods = world.cluster.get("/api/v1/namespaces/kube-system/pods?labelSelector=name=multus")["items"]
    restarts = [state["restartCount"] for pod in pods for state in pod["status"]["containerStatuses"]]
    expect("restarts of the daemons", restarts, [0, 0])


def reference(world, assembly):
    world.tell_outputs(assembly)
    world.kubelets.label(LABELS)
    make_network("data")
    for node in world.nodes:
        node.plug("ens6", "data")
    before = world.left()
    main_network_is_late(world, assembly)
    world.deploy(assembly, "ssm-agent-installer-daemonset-stack-001", "multus-sample-apps-stack-001")
    one, two = world.pod("multus-1-nic"), world.pod("multus-2-nic")
    expect("nodes of pods", [pod["spec"]["nodeName"] for pod in (one, two)], ["node-1", "node-2"])
    found = [world.interfaces(pod) for pod in (one, two)]
    expect("interfaces of one", list(found[0]), ["eth0", "net1"])
    expect("interfaces of two", list(found[1]), ["eth0", "net1", "net2"])
    expect("addresses of one", found[0]["net1"], ["10.10.4.16/24"])
    expect("addresses of two", [found[1]["net1"], found[1]["net2"]], [["10.10.4.17/24"], ["10.10.4.18/24"]])
    for pod, interfaces in zip((one, two), found):
        told = json.loads(pod["metadata"]["annotations"][STATUS])
        wanted = [(name, [address.split("/")[0] for address in held]) for name, held in interfaces.items()]
        expect("what Multus tells", [(status["interface"], status["ips"]) for status in told], wanted)
        expect("the main address", pod["status"]["podIP"], wanted[0][1][0])
        names = ["aws-cni", *["default/ipvlan-conf-1"] * (len(wanted) - 1)]
        expect("networks that Multus tells", [status["name"] for status in told], names)
    print("the reference application: a pod with one further interface and one with two")
    verify(world, assembly)
    world.destroy(assembly, "multus-sample-apps-stack-001")
    main = {name: (links, [], []) for name, (links, _, _) in before.items()}
    expect("left of pods", world.left(), main)
    world.destroy(assembly, "multus-stack-001", "ssm-agent-installer-daemonset-stack-001")
    world.wait_until_multus_has_gone()
    print("nothing is left of pods on their nodes, and the main network is as before")
