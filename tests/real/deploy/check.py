"""Deploys to an emulator of AWS with the real AWS CLI, and looks whether it comes out as it should.

    python3 check.py --app PROGRAM --directory DIR [SCENARIO...]

A scenario is a function in one of the modules of `scenarios`; each begins with an empty account. Without a SCENARIO
all of them run. DIR gets what they leave behind, for a look afterwards.
"""

import argparse
import importlib
import pkgutil
import sys
import time

import scenarios
from world import Failed, World


def found():
    """Every scenario by name, in the order of the files."""
    every = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(scenarios.__path__)):
        loaded = importlib.import_module(f"scenarios.{module}")
        own = [it for it in vars(loaded).values() if callable(it) and getattr(it, "__module__", "") == loaded.__name__]
        every.update({it.__name__: it for it in own if it.__doc__})
    return every


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--app", required=True)
    parser.add_argument("--directory", required=True)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    every = found()
    unknown = [name for name in arguments.names if name not in every]
    if unknown:
        sys.exit(f"there is no scenario {unknown[0]}: there are {', '.join(every)}")
    failures = 0
    world = World(arguments.app, arguments.directory)
    try:
        for name in arguments.names or every:
            start = time.monotonic()
            world.begin(name)
            try:
                every[name](world)
                outcome = "ok"
            except Failed as failure:
                failures += 1
                outcome = f"FAILED\n{failure}"
            print(f"{time.monotonic() - start:5.1f} s  {name}: {outcome}", flush=True)
    finally:
        world.stop()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
