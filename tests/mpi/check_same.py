"""The JSON of `mpiscan logs` is the same at 1, 2, 3, 4 and 7 ranks but for times and rank objects; the ledger adds up."""
import argparse
import gzip
import os
import random
import re
import tempfile

import harness

RANKS = (0, 1, 2, 3, 4, 7)
FIGURES = ("ranks", "wall_seconds", "stage_seconds", "baseline", "speedup", "efficiency", "karp_flatt", "imbalance",
           "verdict")


def write_log(path, rng, nlines):
    """Lines of which one in five holds `alert` and one in seven `failed`, with CRLF, NUL and bytes that are no UTF-8."""
    with open(path, "wb") as out:
        for i in range(nlines):
            words = [rng.choice([b"login", b"ok", b"al\0ert", b"\xff\xfe", b"aler", "ä".encode()]) for _ in range(4)]
            words += [b"alert"] if rng.random() < 0.2 else []
            words += [b"failed"] if rng.random() < 0.15 else []
            rng.shuffle(words)
            out.write(b" ".join(words) + (b"\r\n" if rng.random() < 0.3 else b"\n"))
        out.write(b"alert without end")


def make_tree(root):
    """Hits, files without hits, faults and skips."""
    rng = random.Random(7)
    os.makedirs(os.path.join(root, "tree/deep/er"))
    for i in range(23):
        write_log(os.path.join(root, "tree", *([["deep"], ["deep", "er"], []][i % 3]), "log%02d" % i), rng, i * i * 3)
    write_log(os.path.join(root, "tree/big"), rng, 10000)
    write_log(os.path.join(root.encode(), b"tree/name-\xff-no-utf8"), rng, 50)
    write_log(os.path.join(root, "tree/name with\nnewline"), rng, 50)
    open(os.path.join(root, "tree/empty"), "wb").close()
    with open(os.path.join(root, "tree/no-hit"), "wb") as out:
        out.write(b"nothing here\n" * 1000)
    with open(os.path.join(root, "tree/broken.gz"), "wb") as out:
        out.write(gzip.compress(b"alert\n")[:-6] + b"XXXXXX")
    os.mkfifo(os.path.join(root, "tree/fifo"))
    os.symlink("nowhere", os.path.join(root, "tree/dangling"))
    os.symlink("deep", os.path.join(root, "tree/link-to-directory"))


def split(objects):
    """(entries' objects, rank objects, summary); their order is part of the format."""
    summary = objects[-1]
    ranks = [o for o in objects if o["type"] == "rank"]
    entries = objects[:len(objects) - 1 - len(ranks)]
    if summary["type"] != "summary" or objects[len(entries):-1] != ranks:
        raise ValueError("the objects are not in the order entries, ranks, summary")
    return entries, ranks, summary


def check_ledger(checks, what, nranks, entries, ranks, summary):
    files = summary["files"]
    kinds = [o["type"] for o in entries]
    hits = [o for o in entries if o["type"] == "file"]
    checks.equal(files["enumerated"], files["scanned"] + files["skipped"] + files["failed"], what + ": the ledger adds up")
    checks.equal((kinds.count("skip"), kinds.count("fault")), (files["skipped"], files["failed"]),
                 what + ": each skip and fault is shown")
    checks.equal(summary["complete"], files["failed"] == 0, what + ": complete or not")
    checks.equal(summary["matching_files"], len(hits), what + ": matching files")
    checks.equal(summary["matching_lines"], sum(o["matching_lines"] for o in hits), what + ": matching lines")
    checks.equal([o["rank"] for o in ranks], list(range(max(nranks, 1))), what + ": one object a rank")
    checks.equal(summary["ranks"], max(nranks, 1), what + ": number of ranks")
    checks.equal(sum(o["bytes"] for o in ranks), summary["bytes"], what + ": the ranks' bytes")
    paths = [o.get("path", o.get("path_base64")) for o in entries if o["type"] in ("file", "skip", "fault")]
    failed_and_hit = {o.get("path") for o in hits} & {o.get("path") for o in entries if o["type"] == "fault"}
    checks.equal(len(paths), len(set(paths)) + len(failed_and_hit), what + ": each entry once")
    return sum(o["tasks"] for o in ranks)


def compare(checks, mpiscan, root, name, args):
    """Runs with each number of ranks and compares with the first."""
    first = None
    for nranks in RANKS:
        what = "%s at %d ranks" % (name, nranks)
        ran, codes = mpiscan.run_for_codes(nranks, ["logs", "--format", "json", "--baseline", "off", *args], root)
        checks.equal(set(codes), {1}, what + ": exit code of an incomplete run", ran)
        entries, ranks, summary = split(harness.read_json(ran.out))
        ntasks = check_ledger(checks, what, nranks, entries, ranks, summary)
        rest = {k: v for k, v in summary.items() if k not in FIGURES}
        bytes_of_entries = ran.out.split(b'{"type":"rank"')[0]
        this = (ntasks, rest, entries, bytes_of_entries)
        first = first or this
        for part, got, wanted in zip(("tasks", "summary", "objects", "bytes"), this, first):
            same = got == wanted
            checks.that(same, "%s: the same %s as with one rank" % (what, part),
                        *([] if same else [str(got)[:1500], str(wanted)[:1500]]))
    entries = first[2]
    checks.that(all(any(o["type"] == t for o in entries) for t in ("file", "fault", "skip")), name + ": all kinds occur")
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    with tempfile.TemporaryDirectory() as root:
        make_tree(root)
        keywords = ["-e", "alert", "-e", "failed", "-e", "never there"]
        paths = ["tree", "gone", "tree/no-hit"]
        compare(checks, mpiscan, root, "counts", [*keywords, *paths])
        for name, options in (("-v", ["-n", "-v", "-B1"]), ("-m", ["-n", "-m3", "-A1"]), ("--and", ["-n", "--and", "ok"]),
                              ("--not", ["-n", "--not", "login", "--max-line", "16"]),
                              ("--event-start", ["-n", "--event-start", "^al"])):
            compare(checks, mpiscan, root, name, [*keywords, *options, *paths])
        lines = compare(checks, mpiscan, root, "lines", [*keywords, "-n", "-C2", *paths])
        few = ["--exclude", "big", "--exclude", "log1?", "--exclude", "log2?"] # a round moves 9 bytes of a rank at 7 ranks
        rounds = compare(checks, mpiscan, root, "rounds of 64 bytes", [*keywords, "-n", "-C2", "--chunk-size", "64", *few,
                                                                      *paths])
        left_out = [o for o in lines if not re.search("/(big|log[12].)$", o.get("path", ""))]
        checks.that(rounds == left_out, "the round limit changes nothing")
        checks.that({"line", "context"} <= {o["type"] for o in lines}, "lines and context occur")
    checks.finish()


if __name__ == "__main__":
    main()
