#!/bin/sh
# Brings the SSM agent to the node whose root directory is at /node, unless it runs there already.
#
# The shell is that of a small image: POSIX, nothing more. Kubernetes looks into a command for its own variables, so
# there may be no dollar sign before a parenthesis or another dollar sign here; a test sees to it.
# PACKAGE, from the environment: what the node's package manager is to install.
set -eu

# Without it systemctl takes the chroot for an image that is being built, and ignores what it is told.
export SYSTEMD_IGNORE_CHROOT=1
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
unit=amazon-ssm-agent

say() {
    printf 'ssm-agent-installer: %s\n' "$*"
}

fail() {
    say "error: $*" >&2
    exit 1
}

on_node() {
    chroot /node "$@"
}

# Images of Ubuntu have the agent as a snap.
runs() {
    on_node systemctl is-active --quiet "$unit" || on_node systemctl is-active --quiet "snap.$unit.$unit"
}

# Its agent is part of the control container, and there is nothing to install packages with. Failing would keep the pod
# restarting for ever, with nothing anybody could do about it.
if grep -qs '^ID="*bottlerocket"*$' /node/etc/os-release /node/usr/lib/os-release; then
    say "left alone: Bottlerocket has its agent in the control container, which is a setting of the node"
    exit 0
fi

# An agent is not known to be missing while nobody can be asked for it.
on_node systemctl show --property=Version >/dev/null || fail "systemd of the node does not answer"

if runs; then
    say "nothing to do: the agent runs already"
    exit 0
fi

if on_node systemctl cat "$unit" >/dev/null 2>&1; then
    say "the agent is installed and does not run"
else
    if [ -x /node/usr/bin/dnf ]; then
        manager=dnf
    elif [ -x /node/usr/bin/yum ]; then
        manager=yum
    else
        fail "the node has neither dnf nor yum: choose an image with the agent for it"
    fi
    say "installing $PACKAGE with $manager"
    on_node "$manager" --assumeyes install "$PACKAGE" </dev/null || fail "$manager did not install $PACKAGE"
fi

on_node systemctl enable "$unit" || fail "the agent was not enabled"
on_node systemctl start "$unit" || fail "the agent was not started"
# It is started before it has read its settings, and may stop right after.
sleep 5
if ! runs; then
    on_node systemctl status --no-pager "$unit" || true
    fail "the agent stopped soon after it was started"
fi
say "done: the agent runs"
