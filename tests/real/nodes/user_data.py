"""What the user data of a template's nodes brings to them: the script of its interfaces, and the unit that runs it."""

import email
import json
import pathlib
import re
import sys

# What scripts ask of systemd here: nothing but that it is there, and what they ask it is written down.
STUB = '#!/bin/sh\necho "$(basename "$0") $*" >>/var/stub.log\n'


def text_of(value):
    """A text of a template as the node sees it; what is known only at deploy time stays a placeholder."""
    while isinstance(value, dict):
        (value,) = value.values()
    text, values = (value, {}) if isinstance(value, str) else value

    def filled(found):
        known = values.get(found[1])
        return "${" + found[1][1:] + "}" if found[1].startswith("!") else known if isinstance(known, str) else found[0]

    return re.sub(r"\$\{([^}]*)\}", filled, text)


def setup_script(template):
    """The script in the user data of the first launch template, which all nodes with further networks share."""
    resources = json.loads(pathlib.Path(template).read_text())["Resources"].values()
    launch_templates = [one["Properties"] for one in resources if one["Type"] == "AWS::EC2::LaunchTemplate"]
    texts = [text_of(one["LaunchTemplateData"].get("UserData", "")) for one in launch_templates]
    texts = [text for text in texts if "multus-interfaces" in text]
    if max(map(len, texts)) > 16_384:
        sys.exit("error: user data is longer than EC2 takes")
    parts = email.message_from_string(texts[0]).walk()
    (script,) = [part.get_payload() for part in parts if part.get_content_type() == "text/x-shellscript"]
    return script.lstrip("\n")


def networks_of(script):
    """The names of the networks that nodes have interfaces in, by their device numbers from 1."""
    table = re.search(r"^cat >/etc/multus-interfaces <<'END'\n(.*?)^END$", script, re.MULTILINE | re.DOTALL).group(1)
    return [line.split()[1] for line in table.splitlines()]


def unit_command(node):
    """What brings up the interfaces at each start of a node; `node` is the folder of its files."""
    unit = (node / "etc/systemd/system/multus-interfaces.service").read_text()
    return re.search("^ExecStart=(.*)$", unit, re.MULTILINE).group(1)


def write_stubs(folder):
    """Stand-ins for the programs of systemd that the scripts call."""
    for name in ("systemctl", "networkctl"):
        stub = folder / name
        stub.write_text(STUB)
        stub.chmod(0o755)
