"""What a template means, told by another reader than the one that the project has, and in another form than its own.

Texts are what is compared: CloudFormation turns scalars into what a property wants. Text with values in it is a list of
its parts, whichever function says it.
"""

import json
import re

import yaml


class Loader(yaml.BaseLoader):
    """Every scalar as the text it is written as, and the short forms of functions as the long ones."""


def call(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        argument = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    else:
        argument = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": argument}


Loader.add_multi_constructor("!", call)


def read(text):
    """A template in JSON or YAML, with texts for scalars."""
    if text.lstrip().startswith("{"):
        spelled = {int: str, float: str, bool: lambda value: str(value).lower()}

        def plain(value):
            if isinstance(value, dict):
                return {key: plain(value) for key, value in value.items()}
            if isinstance(value, list):
                return [plain(item) for item in value]
            return spelled.get(type(value), str)(value)

        return plain(json.loads(text, parse_int=str, parse_float=str))
    return yaml.load(text, Loader)


def meaning(template):
    """The template in the one form."""
    known = {key: form(value) for key, value in template.items() if key != "AWSTemplateFormatVersion"}
    if "Transform" in known and not isinstance(known["Transform"], list):
        known["Transform"] = [known["Transform"]]
    for resource in known.get("Resources", {}).values():
        if not isinstance(resource, dict):
            continue
        if isinstance(resource.get("DependsOn"), str):
            resource["DependsOn"] = [resource["DependsOn"]]
        if "DependsOn" in resource:
            resource["DependsOn"].sort()
        if resource.get("Properties") == {}:
            del resource["Properties"]
    return {key: value for key, value in known.items() if value != {}}


def form(value):
    if isinstance(value, list):
        return [form(item) for item in value]
    if not isinstance(value, dict):
        return number(value)
    if len(value) == 1:
        ((key, argument),) = value.items()
        if key == "Fn::GetAtt" and isinstance(argument, str):
            return {key: argument.split(".", 1)}
        if key == "Fn::Sub":
            return parts(substituted(argument))
        if key == "Fn::Join" and isinstance(argument[1], list) and not any(map(may_be_nothing, argument[1])):
            items = [[argument[0], form(item)] for item in argument[1]]
            return parts([part for pair in items for part in pair][1:])
    return {key: form(value) for key, value in value.items()}


def number(text):
    """A fraction in the spelling that Python has for it, for `5.0e+09` is 5000000000.0."""
    if re.fullmatch(r"-?\d+\.\d+(e[+-]?\d+)?|-?\d+e[+-]?\d+", text, re.IGNORECASE):
        return repr(float(text))
    return text


def may_be_nothing(item):
    return isinstance(item, dict) and (item == {"Ref": "AWS::NoValue"} or "Fn::If" in item)


def substituted(argument):
    """The parts of a text with names in braces."""
    text, values = (argument, {}) if isinstance(argument, str) else argument
    for index, piece in enumerate(re.split(r"\$\{([^{}]*)\}", text)):
        name = piece.strip()
        if index % 2 == 0:
            yield piece
        elif name.startswith("!"):
            yield "${" + piece.removeprefix("!") + "}"
        elif name in values:
            yield form(values[name])
        elif "." in name:
            yield {"Fn::GetAtt": name.split(".", 1)}
        else:
            yield {"Ref": name}


def parts(pieces):
    """Parts with texts that follow each other put together; a text or a value where there is one part."""
    found = []
    for piece in pieces:
        for part in piece["parts"] if isinstance(piece, dict) and "parts" in piece else [piece]:
            if isinstance(part, str) and found and isinstance(found[-1], str):
                found[-1] += part
            elif part != "":
                found.append(part)
    return {"parts": found} if len(found) > 1 else (found or [""])[0]


def differences(before, after, path=""):
    """Where two forms differ, with both sides."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key), after.get(key), f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after)):
            yield from differences(*pair, f"{path}.{index}")
    elif before != after:
        yield f"{path.removeprefix('.')}: {json.dumps(before)} became {json.dumps(after)}"
