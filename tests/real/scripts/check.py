"""Runs the installer of the SSM agent, as a manifest has it, on nodes with a real dnf and rpm.

    unshare --mount --propagation private python3 check.py MANIFEST BUSYBOX

A node is this machine's own root directory, whose changes go to memory and are forgotten; systemd alone is played, by
a script in place of systemctl. The container is a directory with BUSYBOX, a static one; it gets the command, the
environment, the user and the capabilities that the manifest gives it. Takes root, and nothing leaves the mount
namespace. What is expected stands here, not in the manifest.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

# prctl(2) and capabilities(7) have the numbers.
LIBC = ctypes.CDLL(None)
DROP_FROM_BOUNDING_SET, NO_NEW_PRIVILEGES = 24, 38
CAPABILITIES = {"CHOWN": 0, "DAC_OVERRIDE": 1, "FOWNER": 3, "SYS_CHROOT": 18}

UNIT = "usr/lib/systemd/system/amazon-ssm-agent.service"
SYSTEMCTL = """#!/bin/sh
# systemd, as far as the installer knows it: what runs is a file in /run/units, which is there when systemd is.
if [ "$SYSTEMD_IGNORE_CHROOT" != 1 ]; then
    echo "Running in chroot, ignoring command '$1'" >&2
    exit 0
fi
printf '%s\\n' "$*" >>/run/systemctl.log
if [ ! -d /run/units ]; then
    echo "Failed to connect to bus: No such file or directory" >&2
    exit 1
fi
for unit; do :; done
case $1 in
    show) echo Version=252 ;;
    is-active) [ -e "/run/units/$unit" ] || exit 3 ;;
    cat | enable) cat "/usr/lib/systemd/system/$unit.service" ;;
    start) ! grep -q 'ExecStart=/usr/bin/amazon-ssm-agent' "/usr/lib/systemd/system/$unit.service" ||
        touch "/run/units/$unit" ;;
esac
"""
SPEC = """
Name: amazon-ssm-agent
Version: 3.3.4624
Release: 1
Summary: stands for the agent
License: none
BuildArch: noarch
AutoReqProv: no
# Of the scriptlet; nothing else is installed by rpm here.
Provides: /bin/sh
%description
Stands for the agent.
%install
install -D -m 755 /dev/null %{buildroot}/usr/bin/amazon-ssm-agent
install -D -m 644 /dev/null %{buildroot}/usr/lib/systemd/system/amazon-ssm-agent.service
printf '[Service]\\nExecStart=/usr/bin/amazon-ssm-agent\\n' >%{buildroot}/usr/lib/systemd/system/amazon-ssm-agent.service
install -D /dev/null %{buildroot}/var/lib/amazon/ssm/settings
%files
/usr/bin/amazon-ssm-agent
/usr/lib/systemd/system/amazon-ssm-agent.service
# The agent's own files are root's; rpm gives files away all the same.
%attr(0700, daemon, daemon) /var/lib/amazon/ssm
%attr(0640, daemon, daemon) /var/lib/amazon/ssm/settings
%post
systemctl daemon-reload
"""
REPOSITORY = """[node]
name=of the node
baseurl=file:///repository
gpgcheck=0
"""


def fail(message):
    sys.exit(f"error: {message}")


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        fail(f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


def repository(place):
    """A repository that has the agent."""
    (place / "agent.spec").write_text(SPEC)
    run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {place}", "--define", f"_rpmdir {place}/all", place / "agent.spec")
    run("createrepo_c", "--quiet", place / "all")
    return place / "all"


class Node:
    """A node, and a container that sees it."""

    def __init__(self, place, pod, busybox, packages):
        self.pod, self.container = pod, place / "container"
        for name in ("changes", "scratch", "image/bin", "image/dev", "image/node", "container"):
            (place / name).mkdir(parents=True)
        shutil.copy(busybox, place / "image/bin/busybox")
        for applet in ("sh", "chroot", "grep", "sleep"):
            (place / "image/bin" / applet).symlink_to("busybox")
        run("mount", "--bind", place / "image", self.container)
        run("mount", "-o", "remount,bind,ro", self.container)
        self.root = self.container / "node"
        layers = f"lowerdir=/,upperdir={place}/changes,workdir={place}/scratch"
        run("mount", "-t", "overlay", "node", "-o", layers, self.root)
        run("mount", "--rbind", "/dev", self.container / "dev")
        run("mount", "--rbind", "/proc", self.root / "proc")
        run("mount", "--rbind", "/dev", self.root / "dev")
        run("mount", "-t", "tmpfs", "run", self.root / "run")
        self.write("usr/bin/systemctl", SYSTEMCTL, 0o755)
        # As Amazon Linux has it: even root may write there by privilege only.
        (self.root / "usr/bin").chmod(0o555)
        self.write("etc/os-release", 'ID="amzn"\nVERSION_ID="2023"\n')
        (self.root / "usr/lib/os-release").unlink(missing_ok=True)
        (self.root / "run/units").mkdir()
        for file in (self.root / "etc/yum.repos.d").glob("*"):
            file.unlink()
        self.write("etc/yum.repos.d/node.repo", REPOSITORY)
        (self.root / "repository").mkdir()
        if packages:
            run("mount", "--bind", packages, self.root / "repository")
        else:
            run("createrepo_c", "--quiet", self.root / "repository")

    def write(self, path, text, mode=0o644):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def start(self, container):
        """Starts a container of the pod: what it says of its rights is what it has."""
        context = container["securityContext"]
        if context["capabilities"]["drop"] != ["ALL"] or context["allowPrivilegeEscalation"] or "privileged" in context:
            fail(f"{container['name']} has more than it adds")
        kept = [CAPABILITIES[name] for name in context["capabilities"].get("add", [])]

        def enter():
            os.chroot(self.container)
            os.chdir("/")
            for capability in range(64):
                if capability not in kept:
                    LIBC.prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
            os.setgroups([])
            os.setgid(context["runAsGroup"])
            os.setuid(context["runAsUser"])
            LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)

        environment = {variable["name"]: variable["value"] for variable in container.get("env", [])}
        return subprocess.Popen(
            container["command"],
            env={"PATH": "/bin", **environment},
            preexec_fn=enter,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def install(self):
        """Runs the installer: its exit code, its log, and what systemd was told to change."""
        calls = self.root / "run/systemctl.log"
        calls.write_text("")
        process = self.start(self.pod["initContainers"][0])
        log = process.communicate()[0]
        changes = [call for call in calls.read_text().splitlines() if call.split()[0] in ("enable", "start")]
        return process.returncode, log, changes

    def expect(self, what, code, end, changes=(), manager=False):
        """Runs the installer, and compares what it did; `end` is in the last line of its log."""
        got, log, told = self.install()
        last = log.splitlines()[-1] if log else ""
        problem = None
        if (got == 0) != (code == 0):
            problem = f"exit code {got}"
        elif end not in last or not last.startswith("ssm-agent-installer: "):
            problem = f"the log does not end with {end!r}"
        elif list(changes) != told:
            problem = f"systemd was told {told}"
        elif manager != ("Dependencies resolved" in log or "No match for argument" in log):
            problem = "the package manager was called" if not manager else "the package manager was not called"
        elif (code == 0) != ("error:" not in log):
            problem = "the log and the exit code do not agree"
        if problem:
            fail(f"{what}: {problem}:\n{log}")
        print(f"{what}: {last.removeprefix('ssm-agent-installer: ')}")

    def has_agent(self):
        return "amazon-ssm-agent" in run("chroot", self.root, "rpm", "--query", "--all")


STARTED = ["enable amazon-ssm-agent", "start amazon-ssm-agent"]
RUNS, MISSING = "nothing to do", "neither dnf nor yum"


def check_nodes(node):
    """`node` makes one, with the package in its repository or without."""
    fresh = node()
    fresh.expect("a node without the agent", 0, "done: the agent runs", STARTED, manager=True)
    if not fresh.has_agent():
        fail("rpm does not know of the agent")
    fresh.expect("the same node, again", 0, RUNS)
    (fresh.root / "run/units/amazon-ssm-agent").unlink()
    fresh.expect("the same node, with the agent stopped", 0, "done: the agent runs", STARTED)

    empty = node(packages=False)
    empty.expect("a repository without the package", 1, "error: dnf did not install amazon-ssm-agent", manager=True)
    if empty.has_agent():
        fail("the agent is there, which was in no repository")
    empty.expect("the same node, again", 1, "error: dnf did not install amazon-ssm-agent", manager=True)

    older = node()
    (older.root / "usr/bin/dnf").rename(older.root / "usr/bin/yum")
    older.expect("a node with yum only", 0, "done: the agent runs", STARTED, manager=True)

    bare = node()
    (bare.root / "usr/bin/dnf").unlink()
    (bare.root / "usr/bin/yum").unlink(missing_ok=True)
    bare.expect("a node without package manager", 1, MISSING)
    for unit in ("amazon-ssm-agent", "snap.amazon-ssm-agent.amazon-ssm-agent"):
        (bare.root / "run/units" / unit).touch()
        bare.expect(f"{unit} runs already", 0, RUNS)
        (bare.root / "run/units" / unit).unlink()
    bare.write(UNIT, "[Service]\nExecStart=/bin/false\n")
    bare.expect("an agent that does not stay", 1, "error: the agent stopped", STARTED)

    silent = node()
    (silent.root / "run/units").rmdir()
    silent.expect("a node whose systemd is silent", 1, "error: systemd of the node does not answer")
    for line in ("ID=bottlerocket", 'ID="bottlerocket"'):
        silent.write("etc/os-release", f"NAME=Bottlerocket\n{line}\n")
        silent.expect(f"a node with {line}", 0, "left alone: Bottlerocket")


def check_text(pod):
    """shellcheck finds nothing in any command."""
    for container in [*pod["initContainers"], *pod["containers"]]:
        shell, option, script = container["command"]
        if (shell, option) != ("/bin/sh", "-c"):
            fail(f"{container['name']} does not run a script")
        run("shellcheck", "--shell=sh", "-", input=script)


def check_waiting(node):
    """The container that only waits ends when it is told to."""
    process = node.start(node.pod["containers"][0])
    try:
        # Until the shell has set its trap.
        while not caught(process.pid, signal.SIGTERM):
            if process.poll() is not None:
                fail(f"the container does not wait: {process.stdout.read()}")
            time.sleep(0.01)
        process.terminate()
        if process.wait() != 0:
            fail(f"the waiting container ends with {process.returncode}")
    finally:
        # What the shell leaves behind ends with its container; there is none here.
        os.killpg(process.pid, signal.SIGKILL)
    print("the container that waits: ends when it is told to")


def caught(pid, number):
    """Whether a process has a handler for a signal."""
    mask = Path(f"/proc/{pid}/status").read_text().split("SigCgt:")[1].split()[0]
    return int(mask, 16) >> (number - 1) & 1


def check_capabilities(node, pod):
    """Each capability is there for something: without it, nothing is installed."""
    added = pod["initContainers"][0]["securityContext"]["capabilities"]["add"]
    for name in list(added):
        added.remove(name)
        if node().install()[0] == 0:
            fail(f"the installer does not need {name}")
        added.append(name)
        print(f"without {name}: nothing is installed")


def main(manifest, busybox):
    with open(manifest, encoding="utf-8") as text:
        (daemon_set,) = (each for each in yaml.safe_load_all(text) if each["kind"] == "DaemonSet")
    pod = daemon_set["spec"]["template"]["spec"]
    with tempfile.TemporaryDirectory() as directory, mounted(Path(directory)) as place:
        packages = repository(place)
        count = iter(range(1000))

        def node(packages=packages):
            return Node(place / f"node{next(count)}", pod, busybox, packages)

        check_text(pod)
        check_nodes(node)
        check_waiting(node())
        check_capabilities(node, pod)


@contextlib.contextmanager
def mounted(place):
    """Memory, as a place for all that is written; it and what is mounted in it goes away at the end."""
    run("mount", "-t", "tmpfs", "nodes", place)
    try:
        yield place
    finally:
        run("umount", "--lazy", place)


main(*sys.argv[1:])
