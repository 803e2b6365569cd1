"""One file, many ranks: for any split size from 1 byte up and any rank count, `mpiscan logs` finds what one rank finds in
the whole file: the same digest, the same JSON of every file."""
import argparse
import os
import random
import tempfile

import harness

RANKS = (2, 3, 4, 7)
WHOLE = (["-n", "-m", "2"], ["-m", "1", "-v"], ["-n", "--event-start", "^ "]) # with these no file is split
WAYS = (["-n"], [], ["-l"], ["-n", "-v"], ["-v"], ["-v", "-l"], ["-L"], ["-L", "-v"], ["-n", "--and", "failed"],
        ["-n", "--not", "failed", "--not", "ok"], ["--not", "alert", "-v"], ["-n", "--max-line", "20"],
        ["-n", "--max-line", "20", "--buffer-size", "64"], ["-n", "--max-listing", "300"], ["-n", "-E", "-e", "^ *alert$"], ["-n", "--buffer-size", "64"])


def text(rng, size):
    """Short lines, empty lines, lines longer than a range, NUL bytes, CRLF, keywords at line boundaries."""
    out = b""
    while len(out) < size:
        out += rng.choice([b"alert", b" alert", b"aler", b"t", b"x" * rng.randrange(90), b"\0", b"failed\r", b"", b"ok"])
        out += rng.choice([b"\n", b"\n", b"\r\n", b"", b" "])
    return out[:size]


def make_files(root, rng):
    os.makedirs(os.path.join(root, "t"))
    for i, size in enumerate((0, 1, 2, 40, 333, 1500)):
        with open(os.path.join(root, "t", "f%d" % i), "wb") as out:
            out.write(text(rng, size))
    for name, data in (("newlines", b"\n" * 300), ("none", b"alert" * 60), ("mark", b"\xef\xbb\xbfalert\nfailed\nalert"),
                       ("sixteen", "alert\nfailed\nalert\n".encode("utf-16")), ("plain", text(rng, 1500).replace(b"\0", b"o"))):
        with open(os.path.join(root, "t", name), "wb") as out:
            out.write(data)


def answer(checks, ran, what):
    """What must be the same: every object but the ranks', and the summary's digest and sums."""
    checks.that(ran.code == 0 or b"max-listing" in ran.out, "%s: %s" % (what, ran))
    objects = [o for o in harness.read_json(ran.out) if o["type"] != "rank"]
    summary = objects[-1]
    return objects[:-1], {k: summary[k] for k in ("digest", "bytes", "matching_files", "matching_lines", "files")}


def main():
    parser = argparse.ArgumentParser()
    harness.add_arguments(parser)
    args = parser.parse_args()
    checks = harness.Checks()
    program = harness.from_arguments(args)
    rng = random.Random(11)
    with tempfile.TemporaryDirectory() as root:
        make_files(root, rng)
        for way in WAYS + WHOLE:
            common = ["logs", "--format", "json", "--baseline", "off", *way]
            common += [] if "-e" in way else ["-e", "alert", "-e", "failed"]
            ran = program.run(0, [*common, "t"], cwd=root)
            wanted = answer(checks, ran, "whole")
            checks.that(wanted[1]["matching_files"] >= 4, "there is something to find with %s" % way)
            for split in (1, 2, 3, rng.randrange(4, 40), rng.randrange(40, 2000)):
                ranks = rng.choice(RANKS)
                what = "%s in ranges of %d on %d ranks" % (" ".join(way), split, ranks)
                ran = program.run(ranks, [*common, "--split-size", str(split), "t"], cwd=root)
                got = answer(checks, ran, what)
                checks.equal(got, wanted, what)
                tasks = sum(o["tasks"] for o in harness.read_json(ran.out) if o["type"] == "rank")
                checks.that((tasks == 11) if way in WHOLE else (tasks >= 2400 // split), "%s: %d tasks" % (what, tasks))
    checks.finish()


if __name__ == "__main__":
    main()
