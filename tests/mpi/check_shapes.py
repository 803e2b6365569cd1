"""Odd numbers of files for the ranks: none, one, fewer than ranks, an empty directory; and each way to compare."""
import argparse
import os
import tempfile

import harness


def scan(checks, mpiscan, nranks, what, args, code=0, **kwargs):
    """-> the objects; the exit code and the number of ranks are checked."""
    ran = mpiscan.run(nranks, ["logs", "--format", "json", *args], **kwargs)
    what = "%s at %d ranks" % (what, nranks)
    checks.equal(ran.code, code, what + ": exit code", ran)
    objects = harness.read_json(ran.out)
    checks.equal([o["rank"] for o in objects if o["type"] == "rank"], list(range(max(nranks, 1))), what + ": ranks")
    return objects


def check_few_files(checks, mpiscan, root):
    """The same digest whatever the number of ranks, and no rank without an object of its own."""
    shapes = {
        "one file": (["one"], 1, 1),
        "two files": (["one", "two"], 2, 2),
        "empty directory": (["directory"], 0, 0),
        "empty file": (["empty"], 1, 0),
        "no file": (["--files-from", "nothing"], 0, 0),
        "all filtered": (["--include", "*.nothing", "full"], 0, 0),
    }
    for what, (args, nfiles, nhits) in shapes.items():
        digests = set()
        for nranks in (0, 1, 2, 7):
            objects = scan(checks, mpiscan, nranks, what, ["-e", "literal", "--baseline", "off", "--no-steal", *args],
                           cwd=root)
            summary = objects[-1]
            digests.add(summary["digest"])
            checks.equal(summary["files"]["enumerated"], nfiles, what + ": files")
            checks.equal(summary["matching_files"], nhits, what + ": files with hits")
            checks.that(summary["complete"], what + ": complete")
            tasks = [o["tasks"] for o in objects if o["type"] == "rank"]
            checks.that(max(tasks) <= 1 or nranks <= 1, what + ": files are shared out", tasks)
        checks.equal(len(digests), 1, what + ": one digest", digests)


def check_baselines(checks, mpiscan, root):
    kinds = {"off": "none", "run": "measured", "estimate": "estimated", "auto": "measured"}
    digests = set()
    for how, kind in kinds.items():
        for nranks in (0, 1, 2, 3):
            repeat = ["--repeat", "3"] if how == "run" else ["--repeat", "1"] if how == "auto" else []
            objects = scan(checks, mpiscan, nranks, "--baseline " + how,
                           ["-e", "literal", "--baseline", how, *repeat, "one", "two"], cwd=root)
            summary = objects[-1]
            digests.add(summary["digest"])
            wanted = kind if nranks > 1 else "none"
            checks.equal(summary["baseline"]["kind"], wanted, "--baseline %s at %d ranks" % (how, nranks))
            checks.that(wanted == "none" or summary["baseline"]["seconds"] > 0, "seconds of the baseline", summary)
            checks.equal(summary["speedup"] is None, wanted == "none", "a speed-up with a baseline only")
            checks.that(summary["verdict"] != "", "a verdict in words")
    checks.equal(len(digests), 1, "the comparison changes no digest", digests)
    other = scan(checks, mpiscan, 0, "another keyword", ["-e", "hay", "one", "two"], cwd=root)
    checks.that(other[-1]["digest"] not in digests, "another answer has another digest")


def check_default_repeats(checks, mpiscan, root):
    """Without --baseline and --repeat the comparison is run and ends by itself."""
    objects = scan(checks, mpiscan, 4, "defaults", ["-e", "literal", "one", "two"], cwd=root)
    checks.equal(objects[-1]["baseline"]["kind"], "measured", "defaults: the comparison is measured")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    with tempfile.TemporaryDirectory() as root:
        for name in ("directory", "full"):
            os.mkdir(os.path.join(root, name))
        for name in ("one", "two", "full/three"):
            with open(os.path.join(root, name), "wb") as out:
                out.write(b"hay\nhay\nliteral " + name.encode() + b"\nhay\n")
        for name in ("empty", "nothing"):
            open(os.path.join(root, name), "wb").close()
        check_few_files(checks, mpiscan, root)
        check_baselines(checks, mpiscan, root)
        check_default_repeats(checks, mpiscan, root)
    checks.finish()


if __name__ == "__main__":
    main()
