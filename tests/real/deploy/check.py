"""Deploys to an emulator of AWS with the real AWS CLI, and looks whether it comes out as it should.

    python3 check.py --app PROGRAM --directory DIR [SCENARIO...]

A scenario is a function in one of the modules of `scenarios`; each begins with an empty account. Without a SCENARIO
all of them run. DIR gets what they leave behind, for a look afterwards.
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
        while (name := queue.get()) is not None:
            start = time.monotonic()
            world.begin(name)
            try:
                every[name](world)
                outcome = "ok"
            except Failed as failure:
                failures.put(name)
                outcome = f"FAILED\n{failure}"
            except Exception:
                failures.put(name)
                outcome = f"FAILED\n{traceback.format_exc()}"
            print(f"{time.monotonic() - start:5.1f} s  {name}: {outcome}", flush=True)
    finally:
        world.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--app", required=True)
    parser.add_argument("--directory", required=True, type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    every = found()
    unknown = [name for name in arguments.names if name not in every]
    if unknown:
        sys.exit(f"there is no scenario {unknown[0]}: there are {', '.join(every)}")
    shutil.rmtree(arguments.directory, ignore_errors=True)
    queue, failures = Queue(), Queue()
    names = arguments.names or list(every)
    jobs = min(arguments.jobs, len(names))
    for name in [*names, *[None] * jobs]:
        queue.put(name)
    directories = [arguments.directory / str(job) for job in range(jobs)]
    workers = [Process(target=work, args=(arguments.app, it, queue, failures)) for it in directories]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # A worker that broke down has told why.
    is_bad = any(worker.exitcode for worker in workers) or not failures.empty()
    print(f"{len(names)} scenarios, {'not all ended as they should' if is_bad else 'all ended as they should'}")
    sys.exit(1 if is_bad else 0)


if __name__ == "__main__":
    main()
