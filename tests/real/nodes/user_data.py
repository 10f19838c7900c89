"""What the user data of a template's nodes brings to them, and what of it runs on Amazon Linux."""

import base64
import email
import json
import pathlib
import re
import sys

# What scripts ask of systemd here: nothing but that it is there, and what they ask it is written down.
STUB = '#!/bin/sh\necho "$(basename "$0") $*" >>/var/stub.log\n'


def text_of(value):
    """A text of a template as the node sees it; what is known only at deploy time stays a placeholder."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    if function == "Fn::Base64":
        return base64.b64encode(text_of(argument).encode()).decode()
    text, values = (argument, {}) if isinstance(argument, str) else argument

    def filled(found):
        if found[1].startswith("!"):
            return "${" + found[1][1:] + "}"
        known = values.get(found[1])
        return text_of(known) if isinstance(known, str) or known and "Fn::Base64" in known else found[0]

    return re.sub(r"\$\{([^}]*)\}", filled, text)


def user_data(template):
    """The user data of the launch template that all nodes with further networks share."""
    resources = json.loads(pathlib.Path(template).read_text())["Resources"].values()
    launch_templates = [one["Properties"] for one in resources if one["Type"] == "AWS::EC2::LaunchTemplate"]
    encoded = [one["LaunchTemplateData"]["UserData"] for one in launch_templates if "UserData" in one["LaunchTemplateData"]]
    texts = [base64.b64decode(text_of(one)).decode() for one in encoded]
    (text,) = [text for text in texts if "multus-interfaces" in text]
    if len(text) > 16_384:
        sys.exit("error: user data is longer than EC2 takes")
    return text


def setup_script(data):
    """The script of the user data, which runs once."""
    parts = email.message_from_string(data).walk()
    (script,) = [part.get_payload() for part in parts if part.get_content_type() == "text/x-shellscript"]
    return script.lstrip("\n")


def table_of(script):
    """What nodes are told of each network, by device numbers from 1."""
    found = re.search(r"^cat >/\w+/multus-interfaces <<'END'\n(.*?)^END$", script, re.MULTILINE | re.DOTALL)
    return found.group(1).splitlines()


def networks_of(script):
    """The names of the networks that nodes have interfaces in."""
    return [line.split()[1] for line in table_of(script)]


def families_of(script):
    """The families of addresses that pods get in each network."""
    return [[family for family in (4, 6) if f'"@ipv{family}@"' in line] for line in table_of(script)]


def unit_command(node):
    """What brings up the interfaces at each start of a node; `node` is the folder of its files."""
    unit = (node / "etc/systemd/system/multus-interfaces.service").read_text()
    return re.search("^ExecStart=(.*)$", unit, re.MULTILINE).group(1)


def write_stub(path):
    """A stand-in for a program of systemd."""
    path.write_text(STUB)
    path.chmod(0o755)


def write_stubs(folder):
    """Stand-ins for those that the scripts call."""
    for name in ("systemctl", "networkctl"):
        write_stub(folder / name)
