"""A stand-in for the parts of AWS that lead to a cluster: stacks' outputs, EKS, roles, and EKS's check of tokens.

The AWS CLI that talks to it is the real one. A token counts if it was signed with the keys of the administrator's role,
which the stand-in hands out to whoever takes it on.
"""

import base64
import http.server
import json
import threading
import urllib.parse

ROLE = "arn:aws:iam::111122223333:role/admin"
KEY_OF_ROLE = "ASIAROLE000000000000"

STACKS = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>
<member><StackId>shop</StackId><StackName>shop</StackName><CreationTime>2026-11-22T00:00:00Z</CreationTime>
<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>
<member><OutputKey>Name</OutputKey><OutputValue>shop-1</OutputValue></member>
<member><OutputKey>Role</OutputKey><OutputValue>{role}</OutputValue></member>
</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"""

ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>dummy</SecretAccessKey><SessionToken>dummy</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>{role}</Arn>
<AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>"""


class Eks(http.server.ThreadingHTTPServer):
    """Serves on 127.0.0.1 for as long as the `with` block lasts; the cluster is told once it is up."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.cluster = None
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        cluster, name = self.server.cluster, self.path.rsplit("/", 1)[1]
        authority = base64.b64encode((cluster.folder / "certificates" / "apiserver.crt").read_bytes()).decode()
        self.answer({"cluster": {
            "name": name,
            "arn": f"arn:aws:eks:eu-west-1:111122223333:cluster/{name}",
            "status": "ACTIVE",
            "endpoint": cluster.address,
            "certificateAuthority": {"data": authority},
        }})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path.startswith("/tokens"):
            return self.answer(review(json.loads(body)["spec"]["token"]))
        asked = urllib.parse.parse_qs(body)
        if asked["Action"] == ["DescribeStacks"]:
            return self.answer(STACKS.format(role=ROLE))
        is_admin = asked["Action"] == ["AssumeRole"] and asked["RoleArn"] == [ROLE]
        return self.answer(ASSUMED.format(key=KEY_OF_ROLE, role=ROLE)) if is_admin else self.send_error(403)

    def answer(self, content):
        text = content if isinstance(content, str) else json.dumps(content)
        self.send_response(200)
        self.send_header("Content-Type", "text/xml" if isinstance(content, str) else "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def review(token):
    """What EKS says of a token: a URL that was signed with somebody's keys."""
    padded = token.removeprefix("k8s-aws-v1.") + "=" * (-len(token.removeprefix("k8s-aws-v1.")) % 4)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(base64.urlsafe_b64decode(padded).decode()).query)
    is_admin = query["X-Amz-Credential"][0].startswith(KEY_OF_ROLE) and "x-k8s-aws-id" in query["X-Amz-SignedHeaders"][0]
    user = {"username": "admin-of-eks", "groups": ["system:masters"]} if is_admin else None
    status = {"authenticated": is_admin} | ({"user": user} if user else {})
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status}
