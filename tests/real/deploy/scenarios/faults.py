"""The network and AWS fail in between: each time it ends well, or with the one true message."""

from world import check, free_port, network_and_web

# The AWS CLI tries once, so that it is our own patience that is seen.
ONCE = {"AWS_MAX_ATTEMPTS": "1"}


def comes_up_in_spite_of(world, *faults):
    """Both stacks come up, each made once, and every fault has happened."""
    network_and_web(world.out)
    world.faults([{"service": "cloudformation", "times": 1, **fault} for fault in faults])
    told = world.app("deploy", "--yes", endpoint=world.proxy, **ONCE).expect(0, "2 created")
    check(world.stacks() == {"network": "CREATE_COMPLETE", "web": "CREATE_COMPLETE"}, world.stacks())
    check([world.starts("network"), world.starts("web")] == [1, 1], "something was begun twice")
    fired = [it["operation"] for it in world.fired()]
    wanted = [fault["operation"] for fault in faults for _ in range(fault.get("times", 1))]
    check(sorted(fired) == sorted(wanted), f"wanted {wanted}, the proxy did {fired}")
    return told


def throttles_are_waited_out(world):
    """Too many requests, at several operations in a row."""
    error = {"code": "Throttling", "message": "Rate exceeded"}
    operations = ("DescribeStacks", "CreateChangeSet", "ExecuteChangeSet", "DescribeStackEvents")
    faults = [{"operation": operation, "error": error} for operation in operations]
    comes_up_in_spite_of(world, *faults).expect(0, "cloudformation describe-stacks is tried again: Rate exceeded")


def errors_of_the_service_are_waited_out(world):
    """503, 500, and a connection that is reset before the request is read."""
    comes_up_in_spite_of(
        world,
        {"operation": "CreateChangeSet", "error": {"code": "ServiceUnavailable", "status": 503}},
        {"operation": "DescribeChangeSet", "error": {"code": "InternalFailure", "status": 500}},
        {"operation": "ExecuteChangeSet", "reset": True},
        {"operation": "DescribeStackEvents", "reset": True},
    )


def lost_replies_are_not_done_twice(world):
    """What was asked for was done, and the answer never came."""
    lost = {"response": {"abort_bytes": 1}}
    comes_up_in_spite_of(
        world, {"operation": "CreateChangeSet", **lost}, {"operation": "ExecuteChangeSet", **lost}
    )


def expired_credentials_are_told(world):
    """At once, without trying again, with what to do; in the middle of it, what was begun is found again."""
    network_and_web(world.out)
    expired = {"code": "ExpiredToken", "status": 403, "message": "The security token included in the request is expired"}
    fault = {"service": "cloudformation", "error": expired}
    world.faults([{**fault, "operation": "DescribeStacks"}])
    told = world.app("deploy", "--yes", endpoint=world.proxy, **ONCE)
    told.expect(1, "The security token included in the request is expired", "sign in again").rejects("tried again")
    check(world.stacks() == {}, world.stacks())
    world.faults([{**fault, "operation": "DescribeStackEvents"}])
    world.app("deploy", "--yes", endpoint=world.proxy, **ONCE).expect(1, "sign in again", "1 failed, 1 not begun")
    world.faults([])
    world.app("deploy", "--yes", endpoint=world.proxy, **ONCE).expect(0)
    check(world.stacks() == {"network": "CREATE_COMPLETE", "web": "CREATE_COMPLETE"}, world.stacks())


def what_is_not_there_is_told(world):
    """No AWS CLI, no credentials, no region, nobody at the address."""
    network_and_web(world.out)
    world.app("deploy", "--yes", PATH="/nonexistent").expect(1, 'there is no program "aws"', "pip install awscli")
    nobody = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_EC2_METADATA_DISABLED": "true"}
    world.app("deploy", "--yes", **nobody).expect(1, "locate credentials", "--profile")
    world.app("deploy", "--yes", AWS_DEFAULT_REGION=None).expect(1, "region", "--region")
    silent = f"http://127.0.0.1:{free_port()}"
    world.app("deploy", "--yes", endpoint=silent, **ONCE).expect(1, "Could not connect", "is there a network")
