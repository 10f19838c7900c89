"""The metadata of an instance's network interfaces, as IMDSv2 tells it.

    metadata.py STATE

STATE is a JSON file, read for each answer: for each MAC address what is known of the interface. Runs in the namespace of
a node, where 169.254.169.254 is an address of its own.
"""

import http.server
import json
import pathlib
import sys

MACS = "/latest/meta-data/network/interfaces/macs/"
TOKEN = "a-token"


class Answers(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        is_asked = self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
        self.answer(*((200, TOKEN) if is_asked else (400, "")))

    def do_GET(self):
        if self.headers["X-aws-ec2-metadata-token"] != TOKEN:
            return self.answer(401, "")
        interfaces = json.loads(pathlib.Path(sys.argv[1]).read_text())
        mac, _, what = self.path.removeprefix(MACS).partition("/")
        if self.path == MACS:
            return self.answer(200, "\n".join(f"{mac}/" for mac in interfaces))
        known = interfaces.get(mac, {}).get(what)
        self.answer(*((404, "") if known is None else (200, known)))

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.HTTPServer(("169.254.169.254", 80), Answers).serve_forever()
