"""All that a deployment needs is looked at."""

import json

from world import check, never, vpc


def health(run):
    """What was found, by subject."""
    return {it["subject"]: (it["health"], it["message"]) for it in json.loads(run.out)["checks"]}


def the_doctor_finds_everything_well_and_changes_nothing(world):
    """An account with credentials and room, before and after a deployment."""
    world.out.stack("web", {"Vpc": vpc()})
    before = world.aws("ec2", "describe-vpcs")
    found = health(world.app("doctor", "--json").expect(0))
    check(found["aws"][0] == "ok" and found["credentials"][0] == "ok", found)
    check(found["region eu-west-1"][0] == "ok", found)
    check(found['stack "web"'] == ("ok", "not there yet"), found)
    check(world.aws("ec2", "describe-vpcs") == before and world.stacks() == {}, "something was made")
    world.app("deploy", "--yes").expect(0)
    found = health(world.app("doctor", "--json").expect(0))
    check(found['stack "web"'] == ("ok", "CREATE_COMPLETE"), found)


def the_doctor_finds_a_broken_stack(world):
    """A stack that was never whole is told with what to do about it."""
    world.out.stack("web", {"Vpc": vpc(), **never()})
    world.app("deploy", "--yes").expect(1)
    world.app("doctor").expect(0, 'warning  stack "web"', "ROLLBACK_COMPLETE", "offers to delete it")


def the_doctor_misses_credentials(world):
    """Without credentials or a network it says so, in one place, and ends with 1."""
    world.out.stack("web", {"Vpc": vpc()})
    none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}
    run = world.app("doctor", **none).expect(1, "failed   credentials", "aws configure sso")
    check("region" not in run.out, run.out)
    once = {"AWS_MAX_ATTEMPTS": "1"}
    world.app("doctor", endpoint="http://127.0.0.1:9", **once).expect(1, "failed   credentials", "is there a network")
    world.app("doctor", PATH="/nowhere").expect(1, "failed   aws", "the AWS CLI is missing", "install it from")


def the_doctor_shows_no_secrets(world):
    """Not even with every command shown."""
    secrets = {"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI", "AWS_SESSION_TOKEN": "FwoGZXIvYXdz"}
    run = world.app("doctor", "--verbose", **secrets).expect(0, "$ ", "sts get-caller-identity")
    for secret in secrets.values():
        check(secret not in run.out + run.err, f"{secret} was shown")
