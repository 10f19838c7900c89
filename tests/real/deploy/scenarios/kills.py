"""The process is killed at any call of the AWS CLI, before it and after it; the next run finishes."""

import os
import signal
import stat
from pathlib import Path

from world import check, network_and_web

# Stands in the way of the AWS CLI: kills the process that calls it for the nth time, before the call or after it.
KILLER = """#!/usr/bin/env bash
set -u
count=$(($(cat "$KILL_COUNT" 2>/dev/null || echo 0) + 1))
echo "$count" >"$KILL_COUNT"
echo "$*" >>"$KILL_COUNT.calls"
[[ $count == "$KILL_AT" && $KILL_WHEN == before ]] && kill -KILL "$PPID" && exit 1
"$KILL_TOOL" "$@"
code=$?
[[ $count == "$KILL_AT" && $KILL_WHEN == after ]] && kill -KILL "$PPID"
exit "$code"
"""


def run_killed(world, at, when, command="deploy"):
    """Runs a command that is killed at its nth call; gives whether it was."""
    tools = world.directory / "tools"
    tools.mkdir(exist_ok=True)
    killer = tools / "aws"
    killer.write_text(KILLER)
    killer.chmod(killer.stat().st_mode | stat.S_IXUSR)
    count = world.directory / f"count-{at}-{when}"
    path = world.environment()["PATH"]
    real = next(Path(part) / "aws" for part in path.split(os.pathsep) if (Path(part) / "aws").exists())
    killed = world.app(
        command,
        "--yes",
        PATH=f"{tools}{os.pathsep}{path}",
        KILL_COUNT=str(count),
        KILL_AT=str(at),
        KILL_WHEN=when,
        KILL_TOOL=str(real),
    )
    check(killed.code in (0, -9), f"exit code {killed.code}\n{killed.err}")
    return killed.code == -9


def killed_everywhere(world, points, when):
    """After each kill the next run ends with the same two stacks, and nothing else."""
    for at in points:
        world.begin(f"{world.directory.name}-{at}")
        network_and_web(world.out)
        check(run_killed(world, at, when), f"was not killed at call {at}")
        world.app("deploy", "--yes").expect(0)
        check(world.stacks() == {"network": "CREATE_COMPLETE", "web": "CREATE_COMPLETE"}, world.stacks())
        check([world.starts("network"), world.starts("web")] == [1, 1], f"begun twice after a kill {when} call {at}")
        check(world.change_sets("network") + world.change_sets("web") == [], "a change set is left")
        networks = [it for it in world.aws("ec2", "describe-vpcs")["Vpcs"] if not it.get("IsDefault")]
        check(len(networks) == 1, f"there are {len(networks)} networks")


def killed_before_a_call(world):
    """The request is never sent."""
    killed_everywhere(world, (3, 5, 8, 10), "before")


def killed_after_a_call(world):
    """The request is done, and nobody hears of it."""
    killed_everywhere(world, (3, 4, 5, 8, 10), "after")


def killed_while_it_changes(world):
    """An update that was killed is joined, or made from the change set that is there."""
    network_and_web(world.out)
    world.app("deploy", "--yes").expect(0)
    for round, (at, when) in enumerate([(5, "after"), (8, "before"), (8, "after")]):
        network_and_web(world.out, EnableDnsSupport=True, Tags=[{"Key": "round", "Value": str(round)}])
        check(run_killed(world, at, when), f"was not killed at call {at}")
        world.app("deploy", "--yes").expect(0)
        check(world.starts("network") == 2 + round, f"the change was made {world.starts('network') - 1 - round} times")
        check(world.change_sets("network") == [], "a change set is left")
        values = world.aws("ec2", "describe-vpcs", "--filters", f"Name=tag:round,Values={round}")["Vpcs"]
        check(len(values) == 1, values)


def ctrl_c_is_heeded(world):
    """What is in progress goes on in AWS, which is said; the next run joins it."""
    network_and_web(world.out)
    world.pause(100)
    process = world.begun("deploy", "--yes")
    world.read_until(process, "CREATE_IN_PROGRESS")
    process.send_signal(signal.SIGINT)
    world.ended(process).expect(1, "1 interrupted, 1 not begun", "run it again to join it")
    check(world.stacks() == {"network": "CREATE_IN_PROGRESS"}, world.stacks())
    world.pause(0)
    world.app("deploy", "--yes").expect(0)
    check([world.starts("network"), world.starts("web")] == [1, 1], "something was begun twice")
