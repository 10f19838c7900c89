#!/usr/bin/env python3
"""Compares what YAML readers make of our YAML with what our JSON says.

    compare.py WHAT

Reads lines of {"json": ..., "yaml": ...} from standard input; WHAT they are is only told. See README.md.
"""

import json
import sys

try:
    import yaml
except ImportError:
    sys.exit("PyYAML is missing: pip install pyyaml")

MOST = 10


def readers():
    yield "PyYAML " + yaml.__version__, lambda text: yaml.load(text, yaml.SafeLoader)
    if hasattr(yaml, "CSafeLoader"):
        yield "libyaml", lambda text: yaml.load(text, yaml.CSafeLoader)
    try:
        import ruamel.yaml
    except ImportError:
        return
    for version in ("1.1", "1.2"):

        def load(text, version=version):
            loader = ruamel.yaml.YAML(typ="safe", pure=True)
            loader.version = version
            return loader.load(text)

        yield f"ruamel.yaml {ruamel.yaml.__version__} as YAML {version}", load


def difference(read, meant, path="$"):
    """The first place where two trees differ, by value and by type; None where they are the same."""
    if type(read) is not type(meant):
        return f"{path}: read {read!r}, meant {meant!r}"
    if isinstance(read, dict):
        if list(read) != list(meant):
            return f"{path}: read keys {list(read)!r}, meant {list(meant)!r}"
        pairs = ((read[key], meant[key], f"{path}[{key!r}]") for key in read)
    elif isinstance(read, list):
        if len(read) != len(meant):
            return f"{path}: read {len(read)} items, meant {len(meant)}"
        pairs = ((read[at], meant[at], f"{path}[{at}]") for at in range(len(read)))
    else:
        return None if read == meant else f"{path}: read {read!r}, meant {meant!r}"
    return next((found for pair in pairs if (found := difference(*pair))), None)


def main():
    what = sys.argv[1]
    documents = [json.loads(line) for line in sys.stdin]
    if not documents:
        sys.exit(f"no {what} on standard input")
    failures = 0
    for name, read in readers():
        wrong = 0
        for document in documents:
            meant = json.loads(document["json"])
            try:
                found = difference(read(document["yaml"]), meant)
            except Exception as error:  # a reader may fail in any way it likes
                found = f"{type(error).__name__}: {error}"
            if found:
                wrong += 1
                if wrong <= MOST:
                    print(f"{name}: {found}\n--- the text:\n{document['yaml']}", file=sys.stderr)
        print(f"{name}: {len(documents) - wrong} of {len(documents)} {what} read as meant")
        failures += wrong
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
