"""The AWS CLI without its start: a process that has it loaded, and forks for every call.

    python3 warm.py SOCKET PROGRAM

PROGRAM is written: a command `aws` that hands its arguments, its environment, its directory and its streams over to
the process, and ends as the fork of it ends. What runs then is the CLI's own `main`, in a process of its own that
nothing was called in before. All it has beforehand are its modules and the descriptions of the services: to read these
takes nine tenths of the time that a call takes otherwise.
"""

import array
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import stat
import sys
import traceback
from pathlib import Path

CLIENT = """#!{python} -IS
import array, json, os, socket, sys

link = socket.socket(socket.AF_UNIX)
link.connect({path!r})
streams = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))]
request = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
link.sendmsg([len(request).to_bytes(4, "big")], streams)
link.sendall(request)
code = link.recv(1)
sys.exit(code[0] if code else "the AWS CLI broke off")
"""

# The services that deployments ask.
SERVICES = (
    "cloudformation", "dynamodb", "ec2", "eks", "elb", "elbv2", "iam", "kms", "lambda", "logs",
    "resourcegroupstaggingapi", "s3", "service-quotas", "sts",
)


def remember_descriptions():
    """Has every fork find the descriptions of services that were read before it."""
    from botocore import loaders

    read, known = loaders.JSONFileLoader.load_file, {}

    def load_file(self, path):
        if path not in known:
            known[path] = read(self, path)
        return known[path]

    loaders.JSONFileLoader.load_file = load_file


def load():
    """Loads what a call would, and asks nobody anything."""
    remember_descriptions()
    import awscli.customizations
    import botocore.session
    from awscli import clidriver

    for module in pkgutil.iter_modules(awscli.customizations.__path__, "awscli.customizations."):
        importlib.import_module(module.name)
    session = botocore.session.Session()
    for service in SERVICES:
        session.create_client(service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    return clidriver


def request(link):
    """What a call was given: its streams, its arguments, its environment, its directory."""
    size = array.array("i").itemsize
    head, passed, _, _ = link.recvmsg(4, socket.CMSG_SPACE(3 * size))
    streams = array.array("i")
    streams.frombytes(passed[0][2][: 3 * size])
    text, length = b"", int.from_bytes(head, "big")
    while len(text) < length:
        text += link.recv(length - len(text))
    return list(streams), *json.loads(text)


def answer(link, clidriver):
    """Is the AWS CLI, once."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    streams, arguments, environment, directory = request(link)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    # Where it finds its own descriptions, which it has put there itself.
    own = os.environ["AWS_DATA_PATH"]
    os.environ.clear()
    os.environ.update(environment, AWS_DATA_PATH=own)
    os.chdir(directory)
    sys.argv = ["aws", *arguments]
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
    try:
        code = clidriver.main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    link.send(bytes([code or 0]))


def bury(*_):
    """Takes note of forks that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def main():
    path, program = sys.argv[1], Path(sys.argv[2])
    clidriver = load()
    # So that what was loaded stays one copy in all forks.
    gc.freeze()
    signal.signal(signal.SIGCHLD, bury)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    program.write_text(CLIENT.format(python=sys.executable, path=path))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    while True:
        link, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            try:
                answer(link, clidriver)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(0)
        link.close()


if __name__ == "__main__":
    main()
