"""Deploys to an emulator of AWS with the real AWS CLI, and looks whether it comes out as it should.

    python3 check.py --app PROGRAM --directory DIR [--also AWS] [SCENARIO...]

A scenario is a function in one of the modules of `scenarios`; each begins with an empty account. Without a SCENARIO
all of them run. DIR gets what they leave behind, for a look afterwards. The AWS CLI is the one that is installed beside
this Python; AWS is another one, of version 2, which some of the scenarios are played with as well.
"""

import argparse
import importlib
import os
import pkgutil
import shutil
import sys
import time
import traceback
from inspect import isfunction, signature
from multiprocessing import Process, Queue
from pathlib import Path

import scenarios
from world import Failed, World


# What is played with the other AWS CLI too: all that it is asked for, and the ways in which it fails.
ALSO = (
    "the_reference_app_comes_up",
    "the_reference_app_goes_without_a_trace",
    "an_update_fails_and_is_rolled_back",
    "a_large_template_goes_by_a_bucket",
    "expired_credentials_are_told",
    "what_is_not_there_is_told",
)


def found():
    """Every scenario by name, in the order of the files."""
    every = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(scenarios.__path__)):
        loaded = importlib.import_module(f"scenarios.{module}")
        own = [it for it in vars(loaded).values() if isfunction(it) and it.__module__ == loaded.__name__]
        every.update({it.__name__: it for it in own if list(signature(it).parameters) == ["world"]})
    return every


def work(app, directory, queue, failures):
    """Plays scenarios of the queue in a world of its own until there are none."""
    every = found()
    world = World(app, directory)
    try:
        while (job := queue.get()) is not None:
            name, aws = job
            title = f"{name} with {aws}" if aws else name
            start = time.monotonic()
            world.begin(f"{name}-2" if aws else name, aws)
            try:
                every[name](world)
                outcome = "ok"
            except Failed as failure:
                failures.put(title)
                outcome = f"FAILED\n{failure}"
            except Exception:
                failures.put(title)
                outcome = f"FAILED\n{traceback.format_exc()}"
            print(f"{time.monotonic() - start:5.1f} s  {title}: {outcome}", flush=True)
    finally:
        world.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--app", required=True)
    parser.add_argument("--directory", required=True, type=Path)
    parser.add_argument("--also", type=Path)
    # Most of the time a scenario waits.
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    every = found()
    unknown = [name for name in arguments.names if name not in every]
    if unknown:
        sys.exit(f"there is no scenario {unknown[0]}: there are {', '.join(every)}")
    shutil.rmtree(arguments.directory, ignore_errors=True)
    queue, failures = Queue(), Queue()
    names = arguments.names or list(every)
    played = [(name, None) for name in names]
    if arguments.also:
        played += [(name, arguments.also) for name in ALSO if name in names]
    jobs = min(arguments.jobs, len(played))
    for job in [*played, *[None] * jobs]:
        queue.put(job)
    directories = [arguments.directory / str(job) for job in range(jobs)]
    workers = [Process(target=work, args=(arguments.app, it, queue, failures)) for it in directories]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # A worker that broke down has told why.
    is_bad = any(worker.exitcode for worker in workers) or not failures.empty()
    print(f"{len(played)} scenarios, {'not all ended as they should' if is_bad else 'all ended as they should'}")
    sys.exit(1 if is_bad else 0)


if __name__ == "__main__":
    main()
