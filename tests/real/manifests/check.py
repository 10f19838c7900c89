"""Shows manifests to kubernetes-validate, strictly and for the newest version it knows; anything found is a failure.

    python3 check.py MANIFEST...

A kind without a schema is a failure too, unless it is a custom one. The validator also sees flawed.yaml, and has to
find a flaw in each of its objects: a validator that finds nothing at all proves nothing.
"""

import sys
from pathlib import Path

import kubernetes_validate
import yaml
from kubernetes_validate.utils import latest_version

FLAWED = Path(__file__).with_name("flawed.yaml")


def is_custom(document):
    """Whether a kind is none of Kubernetes' own: those are in groups without a domain, or of k8s.io."""
    group = document["apiVersion"].rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io")


def documents(manifest):
    with open(manifest, encoding="utf-8") as text:
        return [document for document in yaml.safe_load_all(text) if document is not None]


def problem(document):
    """What the validator objects to in a document; None where nothing."""
    try:
        kubernetes_validate.validate(document, latest_version(), strict=True)
    except kubernetes_validate.SchemaNotFoundError as error:
        return None if is_custom(document) else error.message
    except kubernetes_validate.ValidationError as error:
        where = ".".join(str(part) for part in error.path)
        return f"{where}: {error.message}"
    return None


def main(manifests):
    if not manifests:
        sys.exit("no manifests were given")
    for document in documents(FLAWED):
        if problem(document) is None:
            sys.exit(f"kubernetes-validate finds nothing in {document['metadata']['name']} of {FLAWED}: it does not work")

    count, findings = 0, []
    for manifest in manifests:
        for document in documents(manifest):
            count += 1
            found = problem(document)
            if found:
                findings.append(f"{manifest}: {document['kind']} {document['metadata']['name']}: {found}")
    for finding in findings:
        print(finding)
    print(f"{count} objects in {len(manifests)} manifests, Kubernetes {latest_version()}, {len(findings)} findings")
    return 1 if findings or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
