"""Takes the startup taint from the node once pods can be attached to its further networks, and then waits.

/run/multus-interfaces and /etc/cni/net.d of the node are under /node; NODE_NAME is the name of the node, TAINT that of
the taint.
"""

import json
import os
import pathlib
import signal
import ssl
import time
import urllib.request

NEEDED = [
    "/node/run/multus-interfaces/ready",
    # The daemon of Multus writes it when it answers.
    "/node/etc/cni/net.d/00-multus.conf",
]
ACCOUNT = pathlib.Path("/var/run/secrets/kubernetes.io/serviceaccount")


def call(method, body=None):
    """What the API server says of the node; an error is one of Python's."""
    node = os.environ["NODE_NAME"]
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    request = urllib.request.Request(
        f"https://{f'[{host}]' if ':' in host else host}:{port}/api/v1/nodes/{node}",
        method=method,
        data=body and json.dumps(body).encode(),
        headers={
            # It is renewed now and then.
            "Authorization": f"Bearer {(ACCOUNT / 'token').read_text()}",
            "Content-Type": "application/json-patch+json",
        },
    )
    context = ssl.create_default_context(cafile=ACCOUNT / "ca.crt")
    with urllib.request.urlopen(request, timeout=10, context=context) as answer:
        return json.load(answer)


def take_taint():
    taints = call("GET")["spec"].get("taints", [])
    left = [taint for taint in taints if taint["key"] != os.environ["TAINT"]]
    if left == taints:
        return
    # Others change taints, too: the patch is refused if they did so in between.
    call("PATCH", [
        {"op": "test", "path": "/spec/taints", "value": taints},
        {"op": "replace", "path": "/spec/taints", "value": left},
    ])
    print("the taint is gone", flush=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while missing := [path for path in NEEDED if not os.path.exists(path)]:
        print(f"waiting for {', '.join(missing)}", flush=True)
        time.sleep(2)
    while True:
        try:
            take_taint()
            break
        except OSError as error:
            print(f"tried again: {error}", flush=True)
            time.sleep(2)
    pathlib.Path("/tmp/done").touch()
    signal.pause()


main()
