"""Tasks change hands in the real program: the answer stays the same, slow ranks do less than their slice, the books
balance, and ranks that are stopped for a while stop nobody else for good."""
import argparse
import os
import random
import signal
import subprocess
import tempfile
import time

import harness
from check_startup import descendants

RANKS = (2, 4, 7, 16)
EACH = 12  # files of a rank
SLOW = 1   # the slow rank


def ranks_of(objects):
    return [o for o in objects if o["type"] == "rank"]


def check_books(checks, what, ranks, nfiles):
    """Every task was done by one rank, and what was given was stolen."""
    checks.equal(sum(o["tasks"] for o in ranks), nfiles, what + ": tasks of all ranks")
    checks.equal(sum(o["tasks_stolen"] for o in ranks), sum(o["tasks_given"] for o in ranks), what + ": stolen and given")
    checks.equal({o["tasks"] - o["tasks_stolen"] + o["tasks_given"] for o in ranks}, {EACH}, what + ": the slices")


def make_even(root, nranks):
    """EACH files a rank, of one size: the plan deals them in turn. Those of the slow rank are full of short lines."""
    slow, quick = b"x a\n" * 100000, (b"y" * 3999 + b"\n") * 100
    for i in range(EACH * nranks):
        with open(os.path.join(root, "f%04d" % i), "wb") as out:
            out.write(slow if i % nranks == SLOW else quick)


def run_json(checks, mpiscan, nranks, what, args, **kwargs):
    ran = mpiscan.run(nranks, ["logs", "--format", "json", "--baseline", "off", *args], **kwargs)
    checks.equal(ran.code, 0, what + ": exit code", ran)
    return harness.read_json(ran.out)


def check_answer(checks, mpiscan, root, nranks):
    """One rank's files take many times as long as the plan thinks: others take some of them, and find the same."""
    what = "%d ranks" % nranks
    make_even(root, nranks)
    args = ["-e", "a", "-e", "x", "-e", "q", "."]
    alone = run_json(checks, mpiscan, nranks, what + ", --no-steal", ["--no-steal", *args], cwd=root)
    checks.equal({(o["tasks"], o["tasks_stolen"], o["tasks_given"], o["steal_requests"]) for o in ranks_of(alone)},
                 {(EACH, 0, 0, 0)}, what + ": --no-steal moves nothing")
    objects = run_json(checks, mpiscan, nranks, what, args, cwd=root)
    checks.equal(objects[-1]["digest"], alone[-1]["digest"], what + ": the digest")
    entries = [[o for o in run if o["type"] not in ("rank", "summary")] for run in (objects, alone)]
    checks.that(entries[0] == entries[1], what + ": what was found")
    ranks = ranks_of(objects)
    check_books(checks, what, ranks, EACH * nranks)
    checks.that(ranks[SLOW]["tasks_given"] > 0, what + ": the slow rank has given some", ranks)


def check_rehearsal(checks, mpiscan, root, nranks):
    """A rank that takes twenty times as long does less than half of its slice; a thief has sent requests."""
    what = "%d ranks, --simulate" % nranks
    objects = run_json(checks, mpiscan, nranks, what, ["--simulate", "10,%d:20" % SLOW, "."], cwd=root)
    ranks = ranks_of(objects)
    check_books(checks, what, ranks, EACH * nranks)
    checks.that(ranks[SLOW]["tasks"] < EACH // 2, what + ": the slow rank does less", ranks)
    checks.that(all(o["steal_requests"] > 0 for o in ranks if o["tasks_stolen"] > 0), what + ": a thief has sent requests", ranks)
    checks.equal(objects[-1]["bytes"], EACH * nranks * 400000, what + ": bytes")
    checks.equal(objects[-1]["matching_files"], 0, what + ": nothing is found")


def storm(mpiscan, nranks, root, rng, checks):
    """Ranks are suspended and resumed at random while they share a rehearsal."""
    args = ["logs", "--format", "json", "--baseline", "off", "--simulate", "5,%d:10" % rng.randrange(nranks), "."]
    child = subprocess.Popen(mpiscan.command(nranks, args), cwd=root, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    name = os.path.basename(mpiscan.program)
    end = time.monotonic() + 20
    while child.poll() is None and time.monotonic() < end:
        pids = [p for p in descendants(child.pid) if comm_of(p) == name]
        if pids and time.monotonic() < end - 10:
            pid = rng.choice(pids)
            for number, pause in ((signal.SIGSTOP, rng.random() * 0.05), (signal.SIGCONT, rng.random() * 0.01)):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    break
                time.sleep(pause)
        else:
            time.sleep(0.01)
    try:
        out, err = child.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        harness.end_group(child)
        raise TimeoutError("no end in the storm at %d ranks" % nranks) from None
    what = "storm at %d ranks" % nranks
    if checks.equal(child.returncode, 0, what + ": exit code", err[-2000:]):
        check_books(checks, what, ranks_of(harness.read_json(out)), EACH * nranks)


def comm_of(pid):
    try:
        with open("/proc/%d/comm" % pid) as file:
            return file.read().strip()
    except OSError:
        return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    parser.add_argument("--storms", type=int, default=1, help="runs with stopped ranks at each number of ranks")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    mpiscan = harness.from_arguments(options)
    rng = random.Random(options.seed)
    checks = harness.Checks()
    for nranks in RANKS:
        with tempfile.TemporaryDirectory() as root:
            check_answer(checks, mpiscan, root, nranks)
            check_rehearsal(checks, mpiscan, root, nranks)
            for _ in range(options.storms):
                storm(mpiscan, nranks, root, rng, checks)
    checks.finish()


if __name__ == "__main__":
    main()
