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
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from inspect import isfunction, signature
from pathlib import Path
from queue import Empty, Queue

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


def work(app, directory, queue, tell):
    """Plays scenarios of the queue in a world of its own until there are none; gives how many failed."""
    failures = 0
    world = World(app, directory)
    try:
        while True:
            try:
                scenario = queue.get_nowait()
            except Empty:
                return failures
            start = time.monotonic()
            world.begin(scenario.__name__)
            try:
                scenario(world)
                outcome = "ok"
            except Failed as failure:
                failures += 1
                outcome = f"FAILED\n{failure}"
            tell(f"{time.monotonic() - start:5.1f} s  {scenario.__name__}: {outcome}")
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
    queue = Queue()
    for name in arguments.names or every:
        queue.put(every[name])
    shutil.rmtree(arguments.directory, ignore_errors=True)
    tell = partial(print, flush=True)
    with ThreadPoolExecutor() as pool:
        jobs = range(min(arguments.jobs, queue.qsize()))
        workers = [pool.submit(work, arguments.app, arguments.directory / str(job), queue, tell) for job in jobs]
        failures = sum(worker.result() for worker in workers)
    print(f"{failures} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
