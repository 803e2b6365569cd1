"""`mpiscan merge` over the shards of a run gives the report of the run without shards, for 1 to 7 shards; damaged, missing
and foreign shards are refused in words."""
import argparse
import os
import random
import tempfile

import check_same
import harness

SHARDS = (1, 2, 3, 4, 5, 6, 7)
KEYWORDS = ["-e", "alert", "-e", "failed", "-e", "never there", "-f", "keys"]


def make_input(root):
    check_same.make_tree(root)
    with open(os.path.join(root, "keys"), "wb") as out: # no UTF-8, its escaped twin, and a NUL
        out.write(b"\xff\xfe\n\\xff\\xfe\nal\0ert\n")
    with open(os.path.join(root, "tree/euros"), "wb") as out: # --max-line cuts within a character, or within none
        for n in range(12):
            out.write(b"alert " + b"x" * n + "€€€".encode() + b"\xe2\xe2\xe2\xff" * (n % 3) + b"\n")


def objects_of(out):
    """(bytes of the entries' objects, rank objects, summary)"""
    _, ranks, summary = check_same.split(harness.read_json(out))
    return b"".join(l for l in out.splitlines(True) if not l.startswith((b'{"type":"rank"', b'{"type":"summary"'))), \
        ranks, summary


def kept(summary):
    """What a merge must not change."""
    return {k: v for k, v in summary.items() if k not in (*check_same.FIGURES, "notes")}


def upto_ranks(text):
    return text.split(b"\nrank ")[0]


def shard_files(checks, mpiscan, root, count, args, what):
    """Runs each shard, some of them on two ranks; their reports and their summaries."""
    files, summaries = [], []
    for i in range(1, count + 1):
        name = "shard-%d-of-%d.json" % (i, count)
        ranks = 2 if count == 3 and i == 2 else 0
        options = ["--shard", "%d/%d" % (i, count), "--format", "json", "--baseline", "off"]
        ran, codes = mpiscan.run_for_codes(ranks, [*args, *options], root)
        checks.that(set(codes) <= {0, 1}, what + ": a shard runs", ran)
        with open(os.path.join(root, name), "wb") as out:
            out.write(ran.out)
        files.append(name)
        summaries.append(harness.read_json(ran.out)[-1])
    return files, summaries


def compare(checks, mpiscan, root, name, args, csv=False, shards=SHARDS):
    single, codes = mpiscan.run_for_codes(0, [*args, "--format", "json"], root)
    entries, _, summary = objects_of(single.out)
    text = mpiscan.run(0, args, cwd=root)
    table = mpiscan.run(0, [*args, "--format", "csv"], cwd=root) if csv else None
    for count in shards:
        what = "%s in %d shards" % (name, count)
        files, summaries = shard_files(checks, mpiscan, root, count, args, what)
        random.Random(count).shuffle(files)
        merged = mpiscan.run(0, ["merge", "--format", "json", *files], cwd=root)
        checks.equal(merged.code, codes[0], what + ": exit code", merged)
        got_entries, ranks, got = objects_of(merged.out)
        checks.equal(kept(got), kept(summary), what + ": summary")
        checks.that(got_entries == entries, what + ": the same objects", got_entries[:1500], entries[:1500])
        checks.equal([r["rank"] for r in ranks], list(range(sum(s["ranks"] for s in summaries))), what + ": ranks")
        checks.equal(got["baseline"], {"kind": "none", "seconds": None}, what + ": baseline")
        for field in ("enumerated", "scanned", "skipped", "failed"):
            checks.equal(sum(s["files"][field] for s in summaries), summary["files"][field], what + ": " + field)
        checks.equal([s["shard"]["count"] for s in summaries], [count] * count, what + ": the summary says which")
        shown = mpiscan.run(0, ["merge", *files], cwd=root)
        checks.that(upto_ranks(shown.out) == upto_ranks(text.out), what + ": the same text", shown.out[:2000])
        if table:
            shown = mpiscan.run(0, ["merge", "--format", "csv", *files], cwd=root)
            checks.that(shown.out == table.out, what + ": the same CSV", shown.out[:2000])


def read(root, name):
    with open(os.path.join(root, name), "rb") as file:
        return file.read()


def write(root, name, data):
    with open(os.path.join(root, name), "wb") as file:
        file.write(data)


def check_refusals(checks, mpiscan, root):
    """Files that do not belong together: exit 2, and which ones."""
    runs = {"a": ["logs", *KEYWORDS, "tree"], "b": ["logs", *KEYWORDS, "-w", "tree"], "c": ["logs", "-e", "x", "tree"],
            "d": ["logs", *KEYWORDS, "tree/deep"]}
    for name, args in runs.items():
        for shard in ("1/2", "2/2", "2/3"):
            ran = mpiscan.run(0, [*args, "--shard", shard, "--format", "json"], cwd=root)
            write(root, name + shard.replace("/", "of"), ran.out)
    write(root, "none", mpiscan.run(0, [*runs["a"], "--format", "json"], cwd=root).out)
    write(root, "text", mpiscan.run(0, runs["a"], cwd=root).out)
    write(root, "empty", b"")
    write(root, "n1of2", mpiscan.run(0, [*runs["a"], "-n", "--shard", "1/2", "--format", "json"], cwd=root).out)
    write(root, "n2of2", mpiscan.run(0, [*runs["a"], "-n", "--shard", "2/2", "--format", "json"], cwd=root).out)
    whole = read(root, "a1of2")
    write(root, "cut", whole[:-9])
    write(root, "short", whole[:whole.rindex(b"\n", 0, -1) + 1])
    cases = [(2, "shard 2 of 2 is missing", ["a1of2"]),
             (2, "shard 1 of 2 is missing", ["a2of2"]),
             (2, "a1of2 and a1of2 are both shard 1 of 2", ["a1of2", "a1of2"]),
             (2, "a1of2 and a1of2 are both shard 1 of 2", ["a1of2", "a2of2", "a1of2"]),
             (2, "a1of2 is one of 2 shards, but a2of3 is one of 3", ["a1of2", "a2of3"]),
             (2, "a1of2 and b2of2 are shards of different runs: options '--max-line=65536' and '--word'",
              ["a1of2", "b2of2"]),
             (2, "a1of2 and d2of2 are shards of different runs: options 'path=tree' and 'path=tree/deep'",
              ["a1of2", "d2of2"]),
             (2, "a1of2 and c2of2 are shards of different runs: keywords 'alert' and 'x'", ["a1of2", "c2of2"]),
             (2, "none is not the report of a shard: it was made without --shard", ["a1of2", "none"]),
             (2, "gone cannot be read: No such file or directory", ["a1of2", "gone"]),
             (2, "tree is not a regular file", ["tree"]),
             (2, "'merge' needs a report of a shard", []),
             (2, "--format csv has no place", ["--format", "csv", "n1of2", "n2of2"]),
             (2, "--output names one of the shards", ["-o", "a1of2", "a1of2", "a2of2"]),
             (2, "option '--shard' is not for 'mpiscan merge'", ["--shard", "1/2", "a1of2"]),
             (3, "text, its last line: ", ["text"]),
             (3, "empty is empty", ["empty", "a2of2"]),
             (3, "cut does not end with a whole line: it was cut off", ["cut", "a2of2"]),
             (3, "short does not end with a summary", ["short", "a2of2"])]
    for code, words, args in cases:
        ran = mpiscan.run(0, ["merge", *args], cwd=root)
        checks.that(ran.code == code and words.encode() in ran.err and not ran.out,
                    "merge %s: exit %d, %r" % (" ".join(args), code, words), ran)


def check_edits(checks, mpiscan, root):
    """One line of a shard changed as somebody might: exit 3, the file and the line or the digest."""
    whole = read(root, "n1of2")
    lines = whole.splitlines(True)
    line = next(i for i, l in enumerate(lines) if b'"type":"line"' in l and b'"text":"' in l and b'"alert"' in l)
    edits = {"swapped": lines[1:2] + lines[:1] + lines[2:],
             "dropped": lines[:line] + lines[line + 1:],
             "twice": lines[:line] + lines[line:line + 1] + lines[line:],
             "renamed": [lines[0].replace(b"tree", b"trwe"), *lines[1:]],
             "behind": [*lines[:-2], lines[-1], lines[-2], lines[-1]],
             "number": [l.replace(b'"line_number":', b'"line_number":1') if i == line else l for i, l in enumerate(lines)],
             "text": [l.replace(b'"text":"', b'"text":"z') if i == line else l for i, l in enumerate(lines)],
             "negative": [l.replace(b'"byte_offset":', b'"byte_offset":-1') if i == line else l
                          for i, l in enumerate(lines)],
             "keyword": [l.replace(b'"alert"', b'"Alert"') if i == line else l for i, l in enumerate(lines)],
             "junk": [*lines[:line], b"{\n", *lines[line:]],
             "deep": [*lines[:line], b"[" * 100000 + b"\n", *lines[line:]],
             "sum": [*lines[:-1], lines[-1].replace(b'"bytes":', b'"bytes":1', 1)]}
    for name, edited in edits.items():
        write(root, "edited", b"".join(edited))
        ran = mpiscan.run(0, ["merge", "edited", "n2of2"], cwd=root)
        checks.that(ran.code == 3 and b"mpiscan: edited" in ran.err and not ran.out, "an edit is refused: " + name, ran)


def check_damage(checks, mpiscan, root):
    """Random damage: refused with the file's name, or of no consequence (a time, a host)."""
    rng = random.Random(11)
    whole = read(root, "n1of2")
    good = objects_of(mpiscan.run(0, ["merge", "--format", "json", "n1of2", "n2of2"], cwd=root).out)
    refused = 0
    for _ in range(150):
        data = bytearray(whole)
        at = rng.randrange(len(data)) if rng.random() < 0.5 else len(data) - 1 - rng.randrange(min(1200, len(data)))
        if rng.random() < 0.3:
            del data[at:at + rng.randrange(1, 50)]
        else:
            data[at] = rng.randrange(256)
        write(root, "damaged", data)
        ran = mpiscan.run(0, ["merge", "--format", "json", "damaged", "n2of2"], cwd=root)
        harmless = ran.code in (0, 1)
        same = harmless and objects_of(ran.out)[0] == good[0] and kept(objects_of(ran.out)[2]) == kept(good[2])
        refused += not harmless
        checks.that(same or (ran.code in (2, 3) and b"damaged" in ran.err), "damage at %d" % at, ran)
    checks.that(refused > 75, "most damage is noticed", refused)


def check_images(checks, mpiscan, root):
    """Shards of images, and of both kinds; two inputs of one output are faults in whichever shards they are."""
    os.mkdir(os.path.join(root, "photos"))
    mpiscan.run(0, ["generate", "images", "--count", "4", "--megapixels", "0.05", "photos"], cwd=root)
    picture = sorted(os.listdir(os.path.join(root, "photos")))[0]
    for clash in ("same.bmp", "same.ppm"): # both become same.png
        write(root, "photos/" + clash, b"P6 1 1 255\nabc")
    write(root, "photos/some.log", b"alert\n")
    write(root, "photos/broken.jpg", read(root, "photos/" + picture)[:300])
    compare(checks, mpiscan, root, "both kinds", ["all", "-e", "alert", "-o", "gray", "--to", "png", "photos"],
            shards=(2, 7))
    images = ["images", "-o", "gray-images", "--to", "png", "photos"]
    compare(checks, mpiscan, root, "images", images, csv=True, shards=(1, 3))
    single = harness.read_json(mpiscan.run(0, [*images, "--format", "json"], cwd=root).out)
    clashes = [o for o in single if "same output" in o.get("message", "")]
    checks.equal(len(clashes), 2, "both inputs of one output are faults")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    with tempfile.TemporaryDirectory() as root:
        make_input(root)
        paths = ["tree", "gone", "tree/no-hit"]
        compare(checks, mpiscan, root, "counts", ["logs", *KEYWORDS, *paths], csv=True)
        compare(checks, mpiscan, root, "lines", ["logs", *KEYWORDS, "-n", "-C2", "--max-line", "9", *paths])
        compare(checks, mpiscan, root, "names", ["logs", *KEYWORDS, "-l", "--exclude", "log1?", *paths])
        check_refusals(checks, mpiscan, root)
        check_edits(checks, mpiscan, root)
        check_damage(checks, mpiscan, root)
        check_images(checks, mpiscan, root)
    checks.finish()


if __name__ == "__main__":
    main()
