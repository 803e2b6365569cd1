"""What a journal is worth: a changed file is searched again, a damaged journal is believed only where it is sound, other
settings are refused by name, and a journal is never begun in another's place."""
import argparse
import os
import subprocess
import tempfile
import time

import harness


def make_tree(root):
    os.makedirs(os.path.join(root, "in"))
    for i in range(12):
        with open(os.path.join(root, "in", "log%02d" % i), "wb") as out:
            out.write(b"alert %d\nquiet\n" % i * (i + 1))


def sums(ran):
    summary = harness.read_json(ran.out)[-1]
    return {k: summary[k] for k in ("digest", "bytes", "matching_files", "matching_lines", "files")}, "\n".join(summary.get("notes", []))


def check_idle(mpiscan, base, root, checks):
    """A rank that is out of tasks keeps nothing back while it waits for one that never ends."""
    args = [*base, "--simulate", "1000,1:1000000", "--no-steal", "--journal", "idle"]
    child = subprocess.Popen(mpiscan.command(2, args), cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True)
    directory = os.path.join(root, "idle")

    def sizes():
        names = os.listdir(directory) if os.path.isdir(directory) else []
        return sorted(os.stat(os.path.join(directory, name)).st_size for name in names)

    until = time.monotonic() + 120
    while time.monotonic() < until and not (len(sizes()) == 2 and sizes()[1] > sizes()[0] + 100):
        time.sleep(0.05)
    found = sizes()
    harness.end_group(child)
    checks.that(len(found) == 2 and found[1] > found[0] + 100, "a rank that waits has written its journal", found)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    with tempfile.TemporaryDirectory() as root:
        make_tree(root)
        base = ["logs", "-e", "alert", "-n", "--format", "json", "--baseline", "off", "in"]

        def run(ranks, *args):
            return mpiscan.run(ranks, [*base, *args], cwd=root)

        wanted, _ = sums(run(0))
        first, _ = sums(run(2, "--journal", "J"))
        checks.equal(first, wanted, "keeping a journal changes nothing")
        got, notes = sums(run(3, "--resume", "J"))
        checks.equal(got, wanted, "all already done")
        checks.that(" 12 files already done" in notes, "says that all was done", notes)

        ran = run(0, "--journal", "J")
        checks.that(ran.code == 2 and b"holds a journal already" in ran.err, "no second journal in one place", ran)
        ran = mpiscan.run(0, [*base, "-i", "--resume", "J"], cwd=root)
        checks.that(ran.code == 2 and b"this run has --ignore-case, the journal was made without" in ran.err, "other settings", ran)
        ran = run(0, "--resume", "J", "--journal", "K")
        checks.that(ran.code == 2, "one of the two", ran)

        time.sleep(0.01)
        with open(os.path.join(root, "in", "log03"), "r+b") as file: # the same size, another time
            file.write(b"quiet")
        changed, _ = sums(run(0))
        got, notes = sums(run(2, "--resume", "J"))
        checks.that(changed != wanted, "the change shows")
        checks.equal(got, changed, "a changed file is searched again")
        checks.that(" 11 files already done" in notes and "have changed" in notes, "says so", notes)

        for name in os.listdir(os.path.join(root, "J")):
            path = os.path.join(root, "J", name)
            with open(path, "r+b") as file:
                data = bytearray(file.read())
                if len(data) > 900:
                    data[700] ^= 4
                    del data[-3:]
                file.seek(0)
                file.truncate()
                file.write(data)
        got, notes = sums(run(0, "--resume", "J"))
        checks.equal(got, changed, "a damaged journal gives no wrong answer")
        checks.that("damaged" in notes, "says so", notes)
        got, notes = sums(run(2, "--resume", "new"))
        checks.equal(got, changed, "nothing to resume")
        checks.that("begins its journal" in notes and os.listdir(os.path.join(root, "new")), "begins one", notes)
        inside, _ = sums(mpiscan.run(0, ["logs", "-e", "alert", "-n", "--format", "json", "--baseline", "off", "--resume",
                                         "in/J", "in"], cwd=root))
        checks.equal(inside, changed, "a journal within the input is no input")
        again, _ = sums(mpiscan.run(0, ["logs", "-e", "alert", "-n", "--format", "json", "--baseline", "off", "--resume",
                                        "in/J", "in"], cwd=root))
        checks.equal(again, changed, "nor when it is resumed")
        ran = mpiscan.run(0, ["logs", "-e", "alert", "in", "--journal", "in"], cwd=root)
        checks.that(ran.code == 2 and b"journal directory in is an input directory too" in ran.err, "no journal in its place", ran)
        run(0, "--simulate", "1", "--journal", "simulate")
        ran = run(0, "--resume", "simulate")
        checks.that(ran.code == 2 and b"made with --simulate, this run is without" in ran.err, "a rehearsal is no result", ran)
        check_idle(mpiscan, base, root, checks)
    checks.finish()


if __name__ == "__main__":
    main()
