"""Attaches the pods of emitted manifests to their networks, by the real CNI plugins.

    pods.py PLUGINS MANIFEST...

All pods of the manifests run on one node, a network namespace with the interfaces that the networks want beneath. Each
gets what its annotation says, in either form, and pings every other pod of the network. Networks whose plugins are not
part of the plugins' own releases, or need a daemon, are left out and told.
"""

import contextlib
import ipaddress
import itertools
import json
import subprocess
import sys
import tempfile

import yaml
from check import PREFIX, Runtime, expect, instead_of_ipvlan, kept, links, makes, namespaces, run

KEY = "k8s.v1.cni.cncf.io/networks"


def attachments(pod):
    """What Multus reads from the annotation of a pod: one wish for each interface."""
    text = pod["metadata"].get("annotations", {}).get(KEY, "")
    if text.startswith("["):
        wishes = json.loads(text)
    else:
        names = [name.strip().partition("@") for name in text.split(",") if name.strip()]
        wishes = [{"name": name, **({"interface": interface} if interface else {})} for name, _, interface in names]
    return [{"interface": f"net{number}", **wish} for number, wish in enumerate(wishes, 1)]


def first_plugin(config):
    return config.get("plugins", [config])[0]


def is_missing(config, node):
    """Why a network cannot be checked here; None where it can."""
    plugin = first_plugin(config)
    ipam = plugin["ipam"]["type"]
    if ipam in ("whereabouts", "dhcp"):
        return f"{ipam} needs a cluster or a server"
    if plugin["type"] == "vlan" and not makes(node, plugin["master"], "vlan", "id", "9"):
        return "this kernel has no vlan"
    return None


def attach(stack, plugins, config, data, node, pod, wish):
    runtime = Runtime(plugins, config, data, node, wish["interface"])
    asked = {key: wish[key] for key in ("ips", "mac") if key in wish}
    result = runtime.add(pod, asked)
    stack.callback(runtime.delete, pod, asked, result)
    addresses = [one["address"] for one in result["ips"]]
    expect(f"{pod}: addresses asked for", addresses if "ips" in wish else [], wish.get("ips", []))
    for group in first_plugin(config)["ipam"].get("ranges", []):
        inside = [
            address
            for address in map(ipaddress.ip_interface, addresses)
            for one in group
            if ipaddress.ip_address(one["rangeStart"]) <= address.ip <= ipaddress.ip_address(one["rangeEnd"])
        ]
        expect(f"{pod}: addresses within the ranges of {config['name']}", len(inside), 1)
    link = json.loads(run("ip", "-n", pod, "-json", "address", "show", wish["interface"]))[0]
    expect(f"{pod}: mac", link["address"], wish.get("mac", link["address"]))
    held = [f"{one['local']}/{one['prefixlen']}" for one in link["addr_info"] if one["scope"] == "global"]
    expect(f"{pod}: addresses of the interface", sorted(held), sorted(addresses))
    return [address.split("/")[0] for address in addresses]


def check(plugins, documents):
    configs = {
        document["metadata"]["name"]: json.loads(document["spec"]["config"])
        for document in documents
        if document["kind"] == "NetworkAttachmentDefinition"
    }
    wishes = {document["metadata"]["name"]: attachments(document) for document in documents if document["kind"] == "Pod"}
    if not configs or not any(wishes.values()):
        sys.exit("error: there are no networks or no pods in the manifests")
    node, names = f"{PREFIX}-node", {pod: f"{PREFIX}-{pod}" for pod in wishes}
    beneath = {plugin.get("master") or plugin.get("device") for plugin in map(first_plugin, configs.values())}
    with namespaces(node, *names.values()), tempfile.TemporaryDirectory() as data:
        for number, interface in enumerate(sorted(filter(None, beneath))):
            run("ip", "-n", node, "link", "add", interface, "type", "veth", "peer", "name", f"far{number}")
            run("ip", "-n", node, "link", "set", interface, "up")
            run("ip", "-n", node, "link", "set", f"far{number}", "up")
        for name in sorted(configs):
            reason = is_missing(configs[name], node)
            if reason:
                print(f"{name}: NOT CHECKED, {reason}")
                del configs[name]
                continue
            plugin = first_plugin(configs[name])
            if plugin["type"] == "ipvlan" and not makes(node, plugin["master"], "ipvlan"):
                instead_of_ipvlan(plugin)
        before = {pod: links(pod) for pod in names.values()}
        members = {name: [] for name in configs}
        with contextlib.ExitStack() as stack:
            for pod, wish in ((pod, wish) for pod, wished in wishes.items() for wish in wished):
                if wish["name"] in configs:
                    got = attach(stack, plugins, configs[wish["name"]], data, node, names[pod], wish)
                    members[wish["name"]].append((names[pod], got))
            for name, interfaces in members.items():
                all_addresses = [address for _, got in interfaces for address in got]
                expect(f"{name}: addresses given once", len(set(all_addresses)), len(all_addresses))
                # By address, not by interface: a pod that is in a network twice may answer by either.
                for (pod, own), (other, got) in itertools.permutations(interfaces, 2):
                    for source, address in itertools.product(own, got) if other != pod else []:
                        words = ["ip", "netns", "exec", pod, "ping", "-c", "1", "-W", "5", "-I", source, address]
                        if subprocess.run(words, capture_output=True, check=False).returncode:
                            sys.exit(f"error: {name}: {source} of {pod} does not reach {address}")
                print(f"{name}: {len(interfaces)} interfaces attached, and reached by one another")
        expect("what is left of addresses", kept(data), [])
        expect("what is left of interfaces", {pod: links(pod) for pod in names.values()}, before)


def main():
    plugins, *manifests = sys.argv[1:]
    documents = []
    for manifest in manifests:
        with open(manifest, encoding="utf-8") as text:
            documents += [document for document in yaml.safe_load_all(text) if document]
    check(plugins, documents)


main()
