"""A request to stop, at the launcher or at any one rank: all ranks leave within moments with 75, the report says what was
not done, and the ledger adds up."""
import argparse
import os
import random
import signal
import subprocess
import tempfile
import time

import harness


def make_tree(root, rng):
    os.makedirs(os.path.join(root, "in"))
    for i in range(40):
        with open(os.path.join(root, "in", "log%02d" % i), "wb") as out:
            out.write(b"".join(rng.choice([b"ok\n", b"alert\n", b"quiet please\n"]) for _ in range(20000)))


def ranks_of(launcher):
    with open("/proc/%d/task/%d/children" % (launcher, launcher), encoding="ascii") as file:
        return [int(pid) for pid in file.read().split()]


def stop_one(checks, mpiscan, root, nranks, whom, number, what):
    """Runs the rehearsal mode, which takes its time, and stops it. -> its JSON summary, or None."""
    journal = os.path.join(root, "journal-%d-%s" % (nranks, whom))
    args = ["logs", "-e", "alert", "--format", "json", "--dummy", "20000", "--journal", journal, "in"]
    env = harness.unlaunched() if nranks == 0 else None
    child = subprocess.Popen(mpiscan.command(nranks, args), cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, start_new_session=True, env=env)
    until = time.monotonic() + 60
    while not os.path.exists(os.path.join(journal, "0001-%06d.journal" % (max(nranks, 1) - 1))):
        if time.monotonic() > until or child.poll() is not None:
            break
        time.sleep(0.02)
    time.sleep(0.3)
    victim = child.pid if whom == "launcher" else ranks_of(child.pid)[0 if whom == "first" else -1]
    os.kill(victim, number)
    try:
        out, err = child.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        harness.end_group(child)
        checks.that(False, what + ": it ends")
        return None
    checks.equal(child.returncode, 75, what + ": exit code", err.decode()[-600:])
    summary = harness.read_json(out)[-1]
    files = summary["files"]
    checks.that(summary.get("stopped") is True and not summary["complete"], what + ": says that it was stopped", summary)
    checks.that(files["undone"] > 0, what + ": something is left to do", files)
    checks.equal(files["enumerated"], files["scanned"] + files["skipped"] + files["failed"] + files["undone"],
                 what + ": the ledger adds up")
    return summary


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    with tempfile.TemporaryDirectory() as root:
        make_tree(root, random.Random(3))
        for nranks, whom, number in ((0, "launcher", signal.SIGINT), (1, "first", signal.SIGTERM),
                                     (2, "launcher", signal.SIGUSR1), (2, "last", signal.SIGTERM),
                                     (4, "first", signal.SIGUSR1), (7, "last", signal.SIGINT)):
            what = "%d ranks, %s to the %s" % (nranks, signal.Signals(number).name, whom)
            stop_one(checks, mpiscan, root, nranks, whom, number, what)
    checks.finish()


if __name__ == "__main__":
    main()
