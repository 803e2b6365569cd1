"""A request to stop, at the launcher or at any one rank: all ranks leave within moments with 75, the report says what was
not done, the ledger adds up, and all that was done is in the journal."""
import argparse
import gzip
import os
import random
import re
import signal
import subprocess
import tempfile
import time

import harness


def make_tree(root, rng):
    os.makedirs(os.path.join(root, "in"))
    for i in range(2000):
        with open(os.path.join(root, "in", "log%04d" % i), "wb") as out:
            out.write(b"".join(rng.choice([b"ok\n", b"alert\n", b"quiet please\n"]) for _ in range(500)))


def ranks_of(launcher):
    with open("/proc/%d/task/%d/children" % (launcher, launcher), encoding="ascii") as file:
        return [int(pid) for pid in file.read().split()]


def said_until_its_end(child, checks, what):
    """-> its two outputs, or twice None when it had to be ended."""
    try:
        return child.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        harness.end_group(child)
        checks.that(False, what + ": it ends")
        return None, None


def cpu_of(pids):
    """Seconds that these processes have computed."""
    ticks = 0
    for pid in pids:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def size_of(path):
    """0: it does not exist yet."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def wait_for_growth(child, journal, nranks, until):
    """Waits until each rank has written what it has done: some files are done, and many are left. Ranks begin their
    journals in any order."""
    first = [0] * nranks
    while 0 in first or not all(b > a for a, b in zip(first, now)):
        if time.monotonic() > until or child.poll() is not None:
            return
        now = [size_of(os.path.join(journal, "0001-%06d.journal" % rank)) for rank in range(nranks)]
        first = [a or b for a, b in zip(first, now)]
        time.sleep(0.02)


def stop_one(checks, mpiscan, root, nranks, whom, number, what):
    """Runs the rehearsal mode, which would take minutes, stops it, and continues it at full speed."""
    journal = os.path.join(root, "journal-%d-%s" % (nranks, whom))
    args = ["logs", "-e", "alert", "--format", "json", "--simulate", "100000", "--journal", journal,
            "--journal-every", "0.02", "in"]
    env = harness.unlaunched() if nranks == 0 else None
    child = subprocess.Popen(mpiscan.command(nranks, args), cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, start_new_session=True, env=env)
    wait_for_growth(child, journal, max(nranks, 1), time.monotonic() + 60)
    victim = child.pid if whom == "launcher" else ranks_of(child.pid)[0 if whom == "first" else -1]
    os.kill(victim, number)
    out, err = said_until_its_end(child, checks, what)
    if err is None:
        return
    if not checks.equal(child.returncode, 75, what + ": exit code", err.decode()[-600:]):
        return
    summary = harness.read_json(out)[-1]
    files = summary["files"]
    checks.that(summary.get("stopped") is True and not summary["complete"], what + ": says that it was stopped", summary)
    checks.that(files["undone"] > 0 and files["scanned"] > 0, what + ": something is done, something left to do", files)
    said = re.search(rb"INCOMPLETE: interrupted after (\d+) of (\d+) files; continue with --resume ", err)
    checks.that(said is not None, what + ": says at once how to continue", err)
    if said:
        checks.equal((int(said[1]), int(said[2])), (files["scanned"], 2000), what + ": and how far it has come")
    checks.equal(files["enumerated"], files["scanned"] + files["skipped"] + files["failed"] + files["undone"],
                 what + ": the ledger adds up")
    ran = mpiscan.run(2, ["logs", "-e", "alert", "--format", "json", "--simulate", "0", "--resume", journal, "in"], cwd=root)
    checks.equal(ran.code, 0, what + ": it can be resumed", ran)
    checks.that(": %d file%s already done" % (files["scanned"], "s" * (files["scanned"] != 1)) in harness.read_json(ran.out)[-1]["notes"][0],
                what + ": the journal holds the %d files that were done" % files["scanned"], ran.out[-600:])


def blocks(pid, number):
    """Has the process blocked the signal, so that it is a request?"""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        masks = [line.split()[1] for line in file if line.startswith("SigBlk:")]
    return bool(masks) and int(masks[0], 16) >> (number - 1) & 1 == 1


def stop_compiling(checks, mpiscan, root, nranks, last, rng):
    """The library cannot be interrupted: so many expressions keep it for a while."""
    what = "%d ranks, the %s stopped while the keywords are compiled" % (nranks, "last" if last else "first")
    with open(os.path.join(root, "patterns"), "w", encoding="ascii") as out:
        for _ in range(4000):
            out.write(".*".join("".join(rng.choices("abcdefgh", k=4)) for _ in range(7)) + "[a-z]{1,40}x\n")
    args = ["logs", "-E", "-f", "patterns", "in"]
    env = harness.unlaunched() if nranks == 0 else None
    child = subprocess.Popen(mpiscan.command(nranks, args), cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, start_new_session=True, env=env)
    victim = child.pid
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if nranks > 0:
            ranks = ranks_of(child.pid)
            victim = ranks[-1 if last else 0] if len(ranks) == nranks else 0
        if victim > 0 and blocks(victim, signal.SIGTERM):
            break
        time.sleep(0.02)
    # Files are enumerated within a few hundredths of a second; after that rank 0 compiles.
    while cpu_of([ranks[0] if nranks > 0 else child.pid]) < 1 and time.monotonic() < until:
        time.sleep(0.02)
    begun = time.monotonic()
    os.kill(victim, signal.SIGTERM)
    out, err = said_until_its_end(child, checks, what)
    if err is None:
        return
    checks.equal(child.returncode, 75, what + ": exit code", err.decode()[-600:])
    while_what = b"while rank 0 prepared the run" if last else b"while the keywords were compiled"
    checks.that(out == b"" and b"INCOMPLETE: interrupted " + while_what + b": this run has done nothing yet" in err,
                what + ": says so", err)
    checks.that(time.monotonic() - begun < 30, what + ": at once")


def stop_decoding(checks, mpiscan, root, nranks):
    """A small file that takes half a minute to decode, as it is a gigabyte of empty members, packed once more: no text is
    handed on meanwhile."""
    what = "%d ranks, stopped while a decoder finds no text" % nranks
    os.makedirs(os.path.join(root, "empty"), exist_ok=True)
    with open(os.path.join(root, "empty", "log.gz"), "wb") as out:
        out.write(gzip.compress(gzip.compress(b"") * 500000) * 150)
    args = ["logs", "-e", "alert", "--format", "json", "--baseline", "off", "--split-size", "0", "empty"]
    child = subprocess.Popen(mpiscan.command(nranks, args), cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, start_new_session=True, env=None if nranks else harness.unlaunched())
    until = time.monotonic() + 60
    while cpu_of(ranks_of(child.pid) if nranks else [child.pid]) < 1 and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGUSR1)
    out, err = said_until_its_end(child, checks, what)
    if err is None or not checks.equal(child.returncode, 75, what + ": exit code", err.decode()[-600:]):
        return
    checks.equal(harness.read_json(out)[-1]["files"]["undone"], 1, what + ": the file is given up")


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
        for nranks in (0, 2):
            stop_decoding(checks, mpiscan, root, nranks)
        for nranks, last in ((0, False), (2, False), (2, True)):
            stop_compiling(checks, mpiscan, root, nranks, last, random.Random(5))
    checks.finish()


if __name__ == "__main__":
    main()
