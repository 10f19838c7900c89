"""A stand-in for the AWS CLI, where it does not matter what outputs of stacks say."""

import sys

SCRIPT = """#!{python}
import json, sys

words = sys.argv[1:]
if words == ["--version"]:
    sys.exit(print("aws-cli/2.31.0"))
if words[:2] != ["cloudformation", "describe-stacks"]:
    sys.exit("the stand-in does not know: " + " ".join(words))
stack = words[words.index("--stack-name") + 1]
outputs = json.load(open({outputs!r})).get(stack, [])
values = [{{"OutputKey": output, "OutputValue": "value-of-" + output.lower()}} for output in outputs]
print(json.dumps({{"Stacks": [{{"StackId": stack, "StackName": stack, "StackStatus": "CREATE_COMPLETE", "Outputs": values}}]}}))
"""


def write_aws(path, outputs):
    """Makes the stand-in; `outputs` is a JSON file of the names of outputs, by stack."""
    path.write_text(SCRIPT.format(python=sys.executable, outputs=str(outputs)))
    path.chmod(0o755)
