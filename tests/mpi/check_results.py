"""`mpiscan report` gives the report that the run gave, in every format, from the run's result file (--result), and that of
the run without shards from those of all shards; result files that are damaged, missing or of other runs are refused."""
import argparse
import os
import random
import re
import signal
import subprocess
import tempfile
import time

import check_same
import harness

SHARDS = (1, 2, 3, 8)
KEYWORDS = ["-e", "alert", "-e", "failed", "-e", "never there", "-f", "keys"]
FORMATS = ("text", "json", "csv")


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


def show(mpiscan, root, files, *options):
    return mpiscan.run(0, ["report", *options, *files], cwd=root)


def check_again(checks, mpiscan, root, name, args, formats=FORMATS, ranks=(0, 2, 5)):
    """One file of a whole run: what the run has printed, byte for byte, in whatever format it did; and but for figures the
    same at each number of ranks."""
    same = None
    output = "--report"
    if args[0] == "logs":
        output = "-o"
        args = [*args, "--split-size", "20K"]
    for nranks in ranks:
        for form in formats:
            what = "%s at %d ranks, %s" % (name, nranks, form)
            ran, codes = mpiscan.run_for_codes(nranks, [*args, "--format", form, output, "printed", "--result", "run.mps"], root)
            again = show(mpiscan, root, ["run.mps"], "--format", form)
            checks.equal([again.code] * len(codes), codes, what + ": exit code", ran, again)
            checks.that(again.out == read(root, "printed"), what + ": the same bytes", again.out[-1500:],
                        read(root, "printed")[-1500:])
            checks.equal(os.stat(os.path.join(root, "run.mps")).st_mode & 0o777, 0o600, what + ": the file's mode")
        entries, _, summary = objects_of(show(mpiscan, root, ["run.mps"], "--format", "json").out)
        same = same or (entries, kept(summary))
        checks.that((entries, kept(summary)) == same, "%s at %d ranks: the same entries and digest" % (name, nranks))


def shard_files(checks, mpiscan, root, count, args, what):
    """Runs each shard, at various numbers of ranks; their result files and their summaries."""
    files, summaries = [], []
    for i in range(1, count + 1):
        name = "shard-%d-of-%d.mps" % (i, count)
        ranks = i if count == 3 else 2 if i == 8 else 0
        options = ["--shard", "%d/%d" % (i, count), "--format", "json", "--baseline", "off", "--result", name]
        ran, codes = mpiscan.run_for_codes(ranks, [*args, *options], root)
        checks.that(set(codes) <= {0, 1}, what + ": a shard runs", ran)
        files.append(name)
        summaries.append(harness.read_json(ran.out)[-1])
    return files, summaries


def compare(checks, mpiscan, root, name, args, formats=FORMATS, shards=SHARDS):
    single, codes = mpiscan.run_for_codes(0, [*args, "--format", "json"], root)
    entries, _, summary = objects_of(single.out)
    others = {f: mpiscan.run(0, [*args, "--format", f], cwd=root).out for f in formats if f != "json"}
    for count in shards:
        what = "%s in %d shards" % (name, count)
        files, summaries = shard_files(checks, mpiscan, root, count, args, what)
        random.Random(count).shuffle(files)
        merged = show(mpiscan, root, files, "--format", "json")
        checks.equal(merged.code, codes[0], what + ": exit code", merged)
        got_entries, ranks, got = objects_of(merged.out)
        got.pop("shard", None)
        checks.equal(kept(got), kept(summary), what + ": summary")
        checks.that(got_entries == entries, what + ": the same objects", got_entries[:1500], entries[:1500])
        checks.equal([r["rank"] for r in ranks], list(range(sum(s["ranks"] for s in summaries))), what + ": ranks")
        checks.equal(got["baseline"], {"kind": "none", "seconds": None}, what + ": baseline")
        for field in ("enumerated", "scanned", "skipped", "failed"):
            checks.equal(sum(s["files"][field] for s in summaries), summary["files"][field], what + ": " + field)
        checks.equal([s["shard"] for s in summaries], [{"index": i + 1, "count": count} for i in range(count)],
                     what + ": the summary says which")
        for form, out in others.items():
            shown = upto_ranks(show(mpiscan, root, files, "--format", form).out)
            if count == 1:
                shown = shown.replace(b"shard 1 of 1: ", b"").replace(b" of this shard", b"")
            checks.that(shown == upto_ranks(out), what + ": the same " + form, shown[-2000:], out[-2000:])


def read(root, name):
    with open(os.path.join(root, name), "rb") as file:
        return file.read()


def write(root, name, data):
    with open(os.path.join(root, name), "wb") as file:
        file.write(data)


def check_refusals(checks, mpiscan, root):
    """Files that do not belong together, or are none: exit 2, and why."""
    runs = {"a": ["logs", *KEYWORDS, "tree"], "b": ["logs", *KEYWORDS, "-w", "tree"], "c": ["logs", "-e", "x", "tree"],
            "d": ["logs", *KEYWORDS, "tree/deep"], "n": ["logs", *KEYWORDS, "-n", "tree"]}
    for name, args in runs.items():
        for shard in ("1/2", "2/2", "2/3"):
            mpiscan.run(0, [*args, "--shard", shard, "--result", name + shard.replace("/", "of")], cwd=root)
    mpiscan.run(0, [*runs["a"], "--result", "whole", "-o", "text", "--journal", "journal"], cwd=root)
    write(root, "empty", b"")
    whole = read(root, "n1of2")
    write(root, "cut", whole[:-9])
    write(root, "short", whole[:whole.rindex(b"\xffmframe\n")])
    write(root, "longer", whole + b"x")
    journal = "journal/0001-000000.journal"
    cases = [(2, "shard 2 of 2 is missing", ["a1of2"]),
             (2, "shard 1 of 2 is missing", ["a2of2"]),
             (2, "a1of2 and a1of2 are both shard 1 of 2", ["a1of2", "a1of2"]),
             (2, "a1of2 and a1of2 are both shard 1 of 2", ["a1of2", "a2of2", "a1of2"]),
             (2, "a1of2 is one of 2 shards, but a2of3 is one of 3", ["a1of2", "a2of3"]),
             (2, "a1of2 and b2of2 are of different runs: option '--word' only in b2of2", ["a1of2", "b2of2"]),
             (2, "a1of2 and d2of2 are of different runs: option 'path=tree' and 'path=tree/deep'", ["a1of2", "d2of2"]),
             (2, "a1of2 and c2of2 are of different runs: keyword 'alert' and 'x'", ["a1of2", "c2of2"]),
             (2, "whole is not the result of a shard (--shard), so it cannot be joined", ["a1of2", "whole"]),
             (2, "cannot read gone: No such file or directory", ["a1of2", "gone"]),
             (2, "tree is not a regular file", ["tree"]),
             (2, journal + " is a journal, not a result file: continue its run with --resume", [journal]),
             (2, "'report' needs a result file", []),
             (2, "--format csv cannot show the lines in n1of2: use -c, or --format json",
              ["--format", "csv", "n1of2", "n2of2"]),
             (2, "-n: whole has no lines, as its run was without -n: scan again with -n", ["-n", "whole"]),
             (2, "-n: a1of2 has no lines", ["a1of2", "a2of2", "-n"]),
             (2, "--output is one of the result files", ["-o", "a1of2", "a1of2", "a2of2"]),
             (2, "option '--shard' is not an option of 'mpiscan report'", ["--shard", "1/2", "a1of2"]),
             (2, "option '--ignore-case' is not an option of 'mpiscan report'", ["--ignore-case", "whole"]),
             (3, "text is not an mpiscan result file, or its header is damaged", ["text"]),
             (3, "empty is empty", ["empty", "a2of2"]),
             (3, "cut is damaged at byte %d: truncated frame or wrong checksum" % (len(whole) - 33), ["cut"]),
             (3, "short is damaged at byte %d: truncated here" % (len(whole) - 33), ["short", "n2of2"]),
             (3, "longer is damaged at byte %d: data after its end" % len(whole), ["longer", "n2of2"])]
    for code, words, args in cases:
        ran = show(mpiscan, root, args)
        checks.that(ran.code == code and words.encode() in ran.err and not ran.out,
                    "report %s: exit %d, %r" % (" ".join(args), code, words), ran)


def check_views(checks, mpiscan, root):
    """What was kept can be shown with or without the lines."""
    args = ["logs", *KEYWORDS, "tree", "--baseline", "off"]
    mpiscan.run(0, [*args, "-n", "-C1", "--result", "lines"], cwd=root)
    for form in ("text", "json", "csv"):
        counts = mpiscan.run(0, [*args, "--format", form], cwd=root).out
        shown = show(mpiscan, root, ["lines"], "-c", "--format", form).out
        if form == "json":
            checks.that(objects_of(shown)[0] == objects_of(counts)[0], "-c: no lines in json", shown[:1000])
        else:
            checks.that(upto_ranks(shown) == upto_ranks(counts), "-c: no lines in " + form, shown[:1000])
    checks.equal(show(mpiscan, root, ["lines"], "-n").out, show(mpiscan, root, ["lines"]).out, "-n is what was kept")
    colored = mpiscan.run(0, [*args, "-n", "-C1", "--color", "always"], cwd=root).out
    again = show(mpiscan, root, ["lines"], "--color", "always").out
    checks.that(upto_ranks(again) == upto_ranks(colored) and b"\x1b[" in again, "colors", again[:500])
    for args, code in ((["-e", "alert"], 2), (["-e", "nowhere at all"], 2), (["-e", "alert", "--exclude", "broken.gz"], 0),
                       (["-e", "nowhere at all", "--exclude", "broken.gz"], 1)):
        ran = mpiscan.run(0, ["logs", *args, "tree", "--grep-status", "--result", "status"], cwd=root)
        again = show(mpiscan, root, ["status"], "--grep-status")
        checks.equal((ran.code, again.code), (code, code), "--grep-status of " + " ".join(args))


def check_damage(checks, mpiscan, root):
    """Whatever is damaged, wherever: refused, with the file's name."""
    rng = random.Random(11)
    whole = read(root, "n1of2")
    for _ in range(40):
        data = bytearray(whole)
        at = rng.randrange(len(data)) if rng.random() < 0.5 else len(data) - 1 - rng.randrange(min(1200, len(data)))
        if rng.random() < 0.3:
            del data[at:at + rng.randrange(1, 50)]
        else:
            data[at] ^= 1 << rng.randrange(8)
        write(root, "damaged", data)
        ran = show(mpiscan, root, ["damaged", "n2of2"])
        checks.that(ran.code == 3 and b"mpiscan: damaged is " in ran.err and not ran.out, "damage at %d" % at, ran)
    frames = [b"\xffmframe\n" + f for f in whole.split(b"\xffmframe\n")[1:]]
    edits = {"dropped": frames[:5] + frames[6:], "twice": frames[:5] + frames[5:6] + frames[5:],
             "swapped": frames[:5] + frames[6:7] + frames[5:6] + frames[7:], "first": frames[1:]}
    for name, edited in edits.items():
        write(root, "damaged", b"".join(edited))
        ran = show(mpiscan, root, ["damaged", "n2of2"])
        checks.that(ran.code == 3 and b"mpiscan: damaged" in ran.err and not ran.out, "a frame is " + name, ran)


def check_images(checks, mpiscan, root):
    """Shards of images, and of both kinds; two inputs of one output are faults in whichever shards they are."""
    os.mkdir(os.path.join(root, "photos"))
    mpiscan.run(0, ["generate", "images", "--count", "4", "--megapixels", "0.05", "photos"], cwd=root)
    picture = sorted(os.listdir(os.path.join(root, "photos")))[0]
    for clash in ("same.bmp", "same.ppm"): # both become same.png
        write(root, "photos/" + clash, b"P6 1 1 255\nabc")
    write(root, "photos/some.log", b"alert\n")
    write(root, "photos/broken.jpg", read(root, "photos/" + picture)[:300])
    both = ["all", "-e", "alert", "-o", "gray", "--to", "png", "photos"]
    compare(checks, mpiscan, root, "both kinds", both, formats=("text", "json"), shards=(2, 7))
    check_again(checks, mpiscan, root, "both kinds", both, formats=("text", "json"), ranks=(3,))
    ran = show(mpiscan, root, ["run.mps"], "--format", "csv")
    checks.that(ran.code == 2 and b"--format csv cannot be used with 'all'" in ran.err, "csv of both", ran)
    images = ["images", "-o", "gray-images", "--to", "png", "photos"]
    compare(checks, mpiscan, root, "images", images, shards=(1, 3))
    images.remove("--to")
    images.remove("png")
    check_again(checks, mpiscan, root, "images", images, ranks=(2,))
    single = harness.read_json(show(mpiscan, root, ["shard-%d-of-3.mps" % i for i in (1, 2, 3)], "--format", "json").out)
    clashes = [o for o in single if "same output" in o.get("message", "")]
    checks.equal(len(clashes), 2, "both inputs of one output are faults")


def check_interrupted(checks, mpiscan, root):
    """A run that was interrupted says so again, with the same exit code; as one of two shards too."""
    os.mkdir(os.path.join(root, "slow"))
    for i in range(200):
        write(root, "slow/log%d" % i, b"alert\n" * 100)
    for shard in (None, "1/2"):
        what = "interrupted" + (", shard " + shard if shard else "")
        journal = "journal-" + ("shard" if shard else "run")
        args = ["logs", "-e", "alert", "--simulate", "100000", "--journal", journal, "--journal-every", "0.02", "--result", "stopped.mps",
                "-o", "printed",
                *(["--shard", shard] if shard else []), "slow"]
        child = subprocess.Popen(mpiscan.command(0, args), cwd=root, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                 env=harness.unlaunched())
        until = time.monotonic() + 60
        path = os.path.join(root, journal, "0001-000000.journal") # with the settings first, then what is finished
        while not (os.path.exists(path) and os.path.getsize(path) > 1000) and time.monotonic() < until:
            time.sleep(0.02)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
        checks.equal(child.returncode, 75, what + ": exit code of the run")
        files = ["stopped.mps"]
        if shard:
            mpiscan.run(0, ["logs", "-e", "alert", "--simulate", "0", "--result", "rest.mps", "--shard", "2/2", "slow"], cwd=root)
            files.append("rest.mps")
        again = show(mpiscan, root, files)
        checks.equal(again.code, 75, what + ": exit code of the report", again)
        checks.that(re.search(rb"INCOMPLETE: .*--resume " + journal.encode(), again.out), what + ": says so", again.out[-900:])
        if not shard:
            checks.that(again.out == read(root, "printed"), what + ": the same text", again.out[-900:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    with tempfile.TemporaryDirectory() as root:
        make_input(root)
        paths = ["tree", "gone", "tree/no-hit"]
        check_again(checks, mpiscan, root, "counts", ["logs", *KEYWORDS, *paths], ranks=(2,))
        check_again(checks, mpiscan, root, "lines", ["logs", *KEYWORDS, "-n", "--max-line", "9", *paths], ("text", "json"))
        check_again(checks, mpiscan, root, "names", ["logs", *KEYWORDS, "-l", *paths], ranks=(0,))
        compare(checks, mpiscan, root, "counts", ["logs", *KEYWORDS, *paths])
        compare(checks, mpiscan, root, "lines", ["logs", *KEYWORDS, "-n", "-C2", "--max-line", "9", *paths], ("text", "json"),
                (3, 8))
        compare(checks, mpiscan, root, "names", ["logs", *KEYWORDS, "-l", "--exclude", "log1?", *paths], shards=(2,))
        check_refusals(checks, mpiscan, root)
        check_views(checks, mpiscan, root)
        check_damage(checks, mpiscan, root)
        check_images(checks, mpiscan, root)
        check_interrupted(checks, mpiscan, root)
    checks.finish()


if __name__ == "__main__":
    main()
