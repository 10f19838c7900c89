"""What the account that takes the startup taint from nodes may do, as a real API server has it."""

import json
import ssl
import time
import urllib.error
import urllib.request

NAME = "multus-startup-taint"
TAINT = {"key": "networks.stackwright/pending", "effect": "NoSchedule"}
OTHER = {"key": "mine", "effect": "NoSchedule"}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "probe", "namespace": "kube-system"},
    "spec": {"serviceAccountName": NAME, "nodeName": "node-1", "containers": [{"name": "probe", "image": "probe"}]},
}


def taints(value):
    return [{"op": "replace", "path": "/spec/taints", "value": value}]


def patch(cluster, token, node, change):
    """The status of the reply."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json-patch+json"}
    path = f"{cluster.address}/api/v1/nodes/{node}"
    request = urllib.request.Request(path, json.dumps(change).encode(), headers, method="PATCH")
    context = ssl.create_default_context(cafile=cluster.folder / "certificates" / "apiserver.crt")
    try:
        with urllib.request.urlopen(request, context=context, timeout=20) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


def startup_taint(cluster, manifest, expect):
    """The account takes the one taint from the node of its pod, and does nothing else to any node."""
    objects = "---\n".join(text for text in manifest.read_text().split("---\n") if NAME in text)
    cluster.kubectl("apply", "--server-side", "--filename", "-", stdin=objects)
    cluster.kubectl("create", "--filename", "-", stdin=json.dumps(POD))
    for node in ("node-1", "node-2"):
        cluster.patch(f"/api/v1/nodes/{node}", {"spec": {"taints": [TAINT, OTHER]}})
    token = ["create", "token", NAME, "--namespace", "kube-system"]
    anywhere = cluster.kubectl(*token).strip()
    of_node = cluster.kubectl(*token, "--bound-object-kind", "Pod", "--bound-object-name", "probe").strip()
    label = [{"op": "add", "path": "/metadata/labels/mine", "value": "yes"}]
    cordon = [{"op": "add", "path": "/spec/unschedulable", "value": True}]
    refused = {
        "another node": (of_node, "node-2", taints([OTHER])),
        "a token without a node": (anywhere, "node-1", taints([OTHER])),
        "another taint": (of_node, "node-1", taints([])),
        "a label": (of_node, "node-1", taints([OTHER]) + label),
        "no more pods": (of_node, "node-1", taints([OTHER]) + cordon),
    }
    # A policy holds some time after it is made.
    for _ in range(100):
        if patch(cluster, of_node, "node-1", label) == 422:
            break
        time.sleep(0.2)
    # Before, the label was let through; were it there, to add it again would change nothing.
    cluster.patch("/api/v1/nodes/node-1", {"metadata": {"labels": {"mine": None}}})
    for what, (account, node, change) in refused.items():
        expect(f"the startup taint: {what}", patch(cluster, account, node, change), 422)
    expect("the startup taint: itself", patch(cluster, of_node, "node-1", taints([OTHER])), 200)
    left = cluster.get("/api/v1/nodes/node-1")
    expect("taints left", left["spec"]["taints"], [OTHER])
    for node in ("node-1", "node-2"):
        cluster.patch(f"/api/v1/nodes/{node}", {"metadata": {"labels": {"mine": None}}, "spec": {"taints": None}})
    cluster.kubectl("delete", "pod", "probe", "--namespace", "kube-system", "--force")
    cluster.kubectl("delete", "--filename", "-", stdin=objects)
