"""Exit codes are the same on every rank, and what goes wrong is said once, not once a rank."""
import argparse
import os
import tempfile

import harness

RANKS = 4

# what, arguments after `logs`, exit code, is there a message?
CASES = [
    ("hits", ["-e", "literal", "log"], 0, False),
    ("no hits", ["-e", "absent", "log"], 0, False),
    ("incomplete", ["-e", "literal", "log", "gone"], 1, False),
    ("grep status, hits", ["-e", "literal", "--grep-status", "log"], 0, False),
    ("grep status, none", ["-e", "absent", "--grep-status", "log"], 1, False),
    ("grep status, error", ["-e", "literal", "--grep-status", "log", "gone"], 2, False),
    ("unknown option", ["--no-such-option", "log"], 2, True),
    ("missing value", ["log", "-e"], 2, True),
    ("bad number", ["-n", "-C", "x", "log"], 2, True),
    ("bad choice", ["--format", "xml", "log"], 2, True),
    ("contradiction", ["-l", "-n", "log"], 2, True),
    ("-0 alone", ["-0", "log"], 2, True),
    ("empty keyword", ["-e", "", "log"], 2, True),
    ("bad expression", ["-E", "-e", "a(b", "log"], 2, True),
    ("expression that is not supported", ["-P", "-e", "(?<=a*)b", "log"], 2, True),
    ("keyword file gone", ["-f", "gone", "log"], 2, True),
    ("keyword file empty", ["-f", "empty", "log"], 2, True),
    ("list of files gone", ["--files-from", "gone"], 2, True),
    ("output directory gone", ["-e", "literal", "-o", "gone/report", "log"], 3, True),
    ("disk full", ["-e", "literal", "-o", "/dev/full", "log"], 3, True),
]


def check_case(checks, mpiscan, root, case):
    what, args, code, complains = case
    args = ["logs", "--format", "json", "--baseline", "off", *args]
    complaints = {}
    for nranks in (0, RANKS):
        here = "%s at %d ranks" % (what, nranks)
        ran, codes = mpiscan.run_for_codes(nranks, args, root)
        checks.equal(codes, [code] * max(nranks, 1), here + ": exit code of each rank", ran)
        said = [line for line in ran.err.split(b"\n") if line]
        checks.equal(len(said), 1 if complains else 0, here + ": lines on standard error", ran)
        checks.that(all(line.startswith(b"mpiscan: ") for line in said), here + ": says who complains", ran)
        checks.equal(ran.out == b"", code in (2, 3) and "--grep-status" not in args, here + ": no report on failure", ran)
        complaints[nranks] = said
    checks.equal(complaints[RANKS], complaints[0], what + ": the same words at any number of ranks")


def check_launcher(checks, mpiscan, root):
    """What the user of mpirun sees: the exit code, and our own words once."""
    for what, args, code, complains in CASES:
        if what not in ("no hits", "incomplete", "unknown option", "bad expression", "disk full"):
            continue
        ran = mpiscan.run(RANKS, ["logs", "--format", "json", "--baseline", "off", *args], cwd=root)
        checks.equal(ran.code, code, what + ": the launcher's exit code", ran)
        checks.equal(ran.err.count(b"mpiscan: "), 1 if complains else 0, what + ": said once", ran)


def check_texts(checks, mpiscan, root):
    for option in ("--help", "--version", "--man"):
        alone = mpiscan.run(0, [option], cwd=root)
        ran = mpiscan.run(RANKS, [option], cwd=root)
        checks.equal((alone.code, ran.code), (0, 0), option + ": exit codes", ran)
        checks.that(alone.out != b"" and ran.out == alone.out, option + " is printed once", ran.out[:300])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    with tempfile.TemporaryDirectory() as root:
        with open(os.path.join(root, "log"), "wb") as out:
            out.write(b"hay\nliteral\n")
        open(os.path.join(root, "empty"), "wb").close()
        for case in CASES:
            check_case(checks, mpiscan, root, case)
        check_launcher(checks, mpiscan, root)
        check_texts(checks, mpiscan, root)
        left = set(os.listdir(root)) - {"log", "empty"}
        checks.equal(left, set(), "no file is left")
    checks.finish()


if __name__ == "__main__":
    main()
