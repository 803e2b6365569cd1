"""Compressed logs that were cut or changed: mpiscan must name each as a fault, with the matching lines of exactly the
text that Python's decompressors give before the error, fed byte by byte. Seeded; a failure leaves the file's recipe."""
import argparse
import bz2
import gzip
import lzma
import os
import random
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mpi"))

import harness  # noqa: E402

KEYWORD = b"alert"
FORMATS = {
    "gzip": (lambda data: gzip.compress(data, 6, mtime=0), lambda: zlib.decompressobj(31), zlib.error),
    "gzip-fast": (lambda data: gzip.compress(data, 1, mtime=0), lambda: zlib.decompressobj(31), zlib.error),
    "gzip-stored": (lambda data: gzip.compress(data, 0, mtime=0), lambda: zlib.decompressobj(31), zlib.error),
    "bzip2": (lambda data: bz2.compress(data, 1), bz2.BZ2Decompressor, OSError),
    "xz": (lzma.compress, lzma.LZMADecompressor, lzma.LZMAError),
}


def make_text(rng):
    lines = []
    for i in range(rng.choice([1, 20, 500, 20000])):
        lines.append(b"%d user%d %s" % (i, rng.randrange(40), b"alert" if rng.random() < 0.3 else b"fine"))
    return b"\n".join(lines) + b"\n"


def decoded(data, new, error):
    """-> (text before the end or the error, whether the member was whole)"""
    tool, out = new(), []
    try:
        for i in range(len(data)):
            out.append(tool.decompress(data[i:i + 1]))
            if tool.eof:
                return b"".join(out), True
    except error:
        pass
    return b"".join(out), False


def damage(rng, name, data):
    """Cut anywhere; gzip also changed: there the reference loses no more than the error's own byte has made."""
    if not name.startswith("gzip") or rng.random() < 0.5:
        return data[:rng.randrange(10, len(data))]
    at = rng.randrange(10, len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]


def make_files(seed, count, directory):
    """-> {name: (matching lines of what can be decoded, recipe)}"""
    wanted = {}
    for i in range(count):
        rng = random.Random(seed * 1000003 + i)
        kind = rng.choice(sorted(FORMATS))
        packer, new, error = FORMATS[kind]
        data = damage(rng, kind, packer(make_text(rng)))
        text, whole = decoded(data, new, error)
        if whole:  # a change that changes nothing, as of the header's time
            continue
        lines = [line for line in text.split(b"\n") if KEYWORD in line]
        wanted["f%d.log" % i] = (len(lines), "%s, %d bytes, seed %d" % (kind, len(data), seed))
        with open(os.path.join(directory, "f%d.log" % i), "wb") as out:
            out.write(data)
    return wanted


def check(mpiscan, seed, count):
    with tempfile.TemporaryDirectory() as directory:
        wanted = make_files(seed, count, directory)
        ran = mpiscan.run(0, ["logs", "--format", "json", "--baseline", "off", "-e", KEYWORD, *sorted(wanted)], cwd=directory,
                          timeout=120)
    things = harness.read_json(ran.out)
    hits = {t["path"]: t["matching_lines"] for t in things if t["type"] == "file"}
    faults = {t["path"]: t for t in things if t["type"] == "fault"}
    failures = 0
    for name, (nlines, recipe) in wanted.items():
        fault = faults.get(name, {"stage": None, "message": "no fault"})
        reported = fault["stage"] == "decode" and ("corrupt at byte" in fault["message"] or "truncated" in fault["message"])
        if hits.get(name, 0) != nlines or not reported:
            failures += 1
            print("FAILED: %s (%s): %d matching lines, not %d; %s" % (name, recipe, hits.get(name, 0), nlines, fault))
    print("seed %d: %d damaged files, %d with hits before the damage, %d failures" % (
        seed, len(wanted), sum(1 for n, _ in wanted.values() if n > 0), failures))
    return failures == 0 and len(wanted) > count // 2 and ran.code == 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=150)
    options = parser.parse_args()
    sys.exit(0 if check(harness.from_arguments(options), options.seed, options.files) else 1)


if __name__ == "__main__":
    main()
