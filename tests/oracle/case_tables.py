#!/usr/bin/env python3
"""The tables of GNU grep's suite: extended expressions (data/cases), and characters that differ in case only.

At least 95 % must be as the tables say. Of characters that Unicode's simple folding has as equal more may match than
with grep, which has not all of them.

"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, os.pardir, "data", "cases", "extended_expressions.txt")
# Sets of code points that match each other under -i, where Unicode's simple folding says so (case-fold-titlecase).
SETS = """b5 39c 3bc, 49 69 130, 49 69 131, 53 73 17f, 1c4 1c5 1c6, 1c7 1c8 1c9, 1ca 1cb 1cc, 1f1 1f2 1f3, 345 399 3b9,
3a3 3c2 3c3, 392 3b2 3d0, 398 3b8 3d1, 3a6 3c6 3d5, 3a0 3c0 3d6, 39a 3ba 3f0, 3a1 3c1 3f1, 398 3b8 3f4, 395 3b5 3f5,
1e60 1e61 1e9b, df df 1e9e, 399 3b9 1fbe, 3a9 3c9 2126, 4b 6b 212a, c5 e5 212b, 3a3 3c3 3f2"""


def status(program, options, keyword, line):
    """0: a match, 1: none, 2: refused."""
    with tempfile.NamedTemporaryFile(suffix=".log") as file:
        file.write(line + b"\n")
        file.flush()
        ran = subprocess.run([program, "logs", "--grep-status", "--baseline", "off", *options, "-e", keyword, file.name],
                             capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60)
    return min(ran.returncode, 2)


def grep_status(options, keyword, line):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    return subprocess.run(["grep", "-q", *options, "-e", keyword], input=line + b"\n", env=env, check=False,
                          stderr=subprocess.DEVNULL).returncode


def expressions():
    with open(TABLE, "rb") as file:
        for row in file:
            if not row.startswith(b"#"):
                wanted, keyword, line = row.rstrip(b"\n").split(b"\t")
                yield ["-E"], keyword, line, int(wanted)


def foldings():
    for characters in SETS.split(","):
        each = sorted({chr(int(point, 16)).encode() for point in characters.split()})
        for keyword, line in itertools.product(each, each):
            for options in (["-i"], ["-i", "-E"]):
                if grep_status(["-i", "-E"], keyword, line) == 0:
                    yield options, keyword, line, 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mpiscan", required=True)
    options = parser.parse_args()
    good = True
    for name, rows in (("expressions", list(expressions())), ("foldings", list(foldings()))):
        wrong = [(row, got) for row in rows for got in [status(options.mpiscan, *row[:3])] if got != row[3]]
        print("%s: %d of %d as grep" % (name, len(rows) - len(wrong), len(rows)))
        for row, got in wrong:
            print("  %s %r on %r: %d, grep %d" % (*row[:3], got, row[3]))
        good = good and len(wrong) * 20 <= len(rows)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
