"""Runs the script that takes the startup taint from a node, as a manifest has it, against a stand-in of the API server.

    startup_taint.py MANIFEST

The stand-in speaks TLS on 127.0.0.1, wants the token of the account, and refuses a patch whose test fails, as the API
server does; another controller changes the taints of the node in between.
"""

import http.server
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import yaml

NODE = "ip-10-70-1-9"
OTHERS = [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}, {"key": "mine", "effect": "NoExecute"}]


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"error: {what}: {actual!r}, expected {expected!r}")


class Api(http.server.BaseHTTPRequestHandler):
    calls, taints, interfering = [], [], []

    def do_GET(self):
        self.answer(200)
        # Between reading and writing, somebody else is at work.
        self.taints.extend(self.interfering)
        self.interfering.clear()

    def do_PATCH(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        expect("content type", self.headers["Content-Type"], "application/json-patch+json")
        test, replace = body
        expect("operations", [(one["op"], one["path"]) for one in body], [("test", "/spec/taints"), ("replace", "/spec/taints")])
        if test["value"] != self.taints:
            return self.answer(422)
        self.taints[:] = replace["value"]
        self.answer(200)

    def answer(self, status):
        expect("token", self.headers["Authorization"], "Bearer a-token")
        expect("path", self.path, f"/api/v1/nodes/{NODE}")
        self.calls.append((self.command, status))
        body = json.dumps({"spec": {"taints": self.taints} if self.taints else {}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def wait_for(what, holds):
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)
    sys.exit(f"error: {what} does not happen")


def main():
    (manifest,) = sys.argv[1:]
    objects = yaml.safe_load_all(pathlib.Path(manifest).read_text())
    (daemon_set,) = [one for one in objects if one["metadata"]["name"] == "multus-startup-taint" and one["kind"] == "DaemonSet"]
    (container,) = daemon_set["spec"]["template"]["spec"]["containers"]
    taint = next(one["value"] for one in container["env"] if one["name"] == "TAINT")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        account = folder / "account"
        account.mkdir()
        (account / "token").write_text("a-token")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=api"]
            + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key", "-out", account / "ca.crt"],
            check=True,
            capture_output=True,
        )
        server = http.server.HTTPServer(("127.0.0.1", 0), Api)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(account / "ca.crt", folder / "key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()

        # Nothing but the places differs from what a container has.
        *command, script = container["command"]
        places = {
            "/tmp/": f"{folder}/",
            "/node/": f"{folder}/node/",
            "/var/run/secrets/kubernetes.io/serviceaccount": str(account),
        }
        for place, here in places.items():
            expect(f"{place} is in the script", place in script, True)
            script = script.replace(place, here)
        environment = {
            "KUBERNETES_SERVICE_HOST": "127.0.0.1",
            "KUBERNETES_SERVICE_PORT": str(server.server_port),
            "NODE_NAME": NODE,
            "TAINT": taint,
            "PATH": os.environ["PATH"],
        }

        def start():
            return subprocess.Popen([*command, script], env=environment, stdout=subprocess.PIPE, text=True)

        def stop(process):
            process.terminate()
            expect("the end", process.wait(10), 0)

        Api.taints[:] = [OTHERS[0], {"key": taint, "effect": "NoSchedule"}]
        Api.interfering[:] = [OTHERS[1]]
        process = start()
        expect("first words", process.stdout.readline().startswith("waiting for "), True)
        for file in ("run/multus-interfaces/ready", "etc/cni/net.d/00-multus.conf"):
            expect(f"calls before there is {file}", Api.calls, [])
            path = folder / "node" / file
            path.parent.mkdir(parents=True)
            path.touch()
        wait_for("readiness", (folder / "done").exists)
        stop(process)
        expect("calls", Api.calls, [("GET", 200), ("PATCH", 422), ("GET", 200), ("PATCH", 200)])
        expect("taints", Api.taints, OTHERS)

        # After a restart of the pod there is nothing to take.
        (folder / "done").unlink()
        Api.calls.clear()
        process = start()
        wait_for("readiness", (folder / "done").exists)
        stop(process)
        expect("calls of a restart", Api.calls, [("GET", 200)])
    print("the startup taint goes when all is up, and no other")


main()
