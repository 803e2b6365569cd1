"""Too little memory: a message, never a crash, and never an answer that is less than the whole one."""

import json
import re
import resource

from faultlib import ALERT, Skip, case, check

CODES = (0, 1, 3)


def answer(run):
    """What must not depend on the weather: digest and completeness; None when there was no report."""
    lines = run.out.splitlines()
    if not lines:
        return None
    summary = json.loads(lines[-1])
    return summary["digest"], summary["complete"]


def expect_whole_or_loud(run, whole):
    # UCX, which Open MPI 5 brings, reports a mapping that fails on its own
    run.err = re.sub(rb"(?m)^\[[^ \]]+:[0-9]+ *:[0-9]+:[0-9]+\] .*\n", b"", run.err)
    check(run.code in CODES, "exit 0, 1 or 3 expected\n%s" % run)
    if run.code == 3:
        check(run.err.startswith(b"mpiscan: ") and run.err.count(b"\n") == 1, "one message expected\n%s" % run)
    elif run.code == 0:
        check(run.err == b"" and answer(run) == whole, "exit 0, but not the whole answer\n%s" % run)
    else:
        check(not answer(run)[1] and run.objects("fault"), "exit 1, but no fault\n%s" % run)


@case
def no_address_space(c):
    """ulimit -v from plenty down to where the system's loader itself gives up."""
    if c.options.sanitized:
        raise Skip("the sanitizers reserve more address space than any limit")
    c.write("d/a.log")
    args = ("logs", "-n", "--format", "json", "d")
    whole = answer(c.run(*args).expect(0))
    seen = set()
    for mib in list(range(64, 12, -1)) + [10, 8]:
        nbytes = mib << 20
        run = c.run(*args, limits=lambda: resource.setrlimit(resource.RLIMIT_AS, (nbytes, nbytes)))
        if b"error while loading shared libraries" in run.err or b"cannot allocate TLS data" in run.err or (run.code == -11 and not run.err and mib <= 8):
            break
        expect_whole_or_loud(run, whole)
        seen.add(run.code)
    check(3 in seen, "no limit was low enough: exit codes %s" % seen)


def sweep(c, suffix):
    """One run for each of a sample of allocations that fail: all the early and late ones, some of the many between."""
    c.write("d/a.log")
    args = ("logs", "-n", "--format", "json", "-e", ALERT.decode(), "d")
    whole = answer(c.run(*args).expect(0))
    last = last_allocation(c, args)
    check(last > 50, "the shim sees only %d allocations" % last)
    numbers = sorted(set(range(1, 32, 2)) | set(range(32, last - 30, 29)) | set(range(last - 30, last + 1)))
    for number in numbers:
        run = c.run(*args, shim=c.alloc_shim("%d%s" % (number, suffix)))
        expect_whole_or_loud(run, whole)


def last_allocation(c, args):
    """How many allocations a run makes, by halving."""
    low, high = 1, 1 << 17
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if c.run(*args, shim=c.alloc_shim(str(middle))).acted else (low, middle - 1)
    return low


@case
def one_allocation_fails(c):
    if c.options.sanitized:
        raise Skip("the sanitizers bring their own allocator")
    sweep(c, "")


@case
def no_more_memory(c):
    if c.options.sanitized:
        raise Skip("the sanitizers bring their own allocator")
    sweep(c, "+")


@case
def few_descriptors(c):
    """ulimit -n 8: files are opened one at a time."""
    for i in range(20):
        c.write("d/%02d/a.log" % i)
    c.run("logs", "d", limits=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))).expect(
        0, "20 files enumerated = 20 scanned + 0 skipped + 0 failed")
    c.run("logs", "d", limits=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3)))
