"""Compressed files with boundaries within, many ranks: for any split size from 1 byte up and any rank count, `mpiscan logs`
finds, and complains of, what one rank does with the whole file: the same digest, the same JSON of every file. Frames of
zstd, blocks and streams of xz, streams of bzip2; some of them damaged, cut off, or full of boundaries that are none."""
import argparse
import bz2
import gzip
import io
import lzma
import os
import random
import shutil
import subprocess
import tarfile
import tempfile

import harness

RANKS = (2, 3, 4, 7)
WAYS = (["-n"], ["-n"], [], ["-l"], ["-n", "--max-listing", "300"], ["-n", "--buffer-size", "64"],
        ["-n", "--max-decompressed", "64K"])


def raw_frame(rng, data):
    """A zstd frame of blocks that are not compressed (RFC 8878): what is in it can be seen from outside."""
    size = rng.choice([b"\x00\x70", b"\xa0" + len(data).to_bytes(4, "little")])  # none and a window, or one
    pieces = [data[:rng.randrange(len(data) + 1)]] if data else []
    pieces += [data[len(pieces[0]):]] if pieces else [b""]
    blocks = [(len(p) << 3 | (i == len(pieces) - 1)).to_bytes(3, "little") + p for i, p in enumerate(pieces)]
    return b"\x28\xb5\x2f\xfd" + size + b"".join(blocks)


def skippable(rng):
    data = bytes(rng.randrange(256) for _ in range(rng.randrange(20)))
    return (0x184D2A50 + rng.randrange(16)).to_bytes(4, "little") + len(data).to_bytes(4, "little") + data


def program(*command):
    def packed(rng, data):
        return subprocess.run([str(w) for w in command], input=data, stdout=subprocess.PIPE, check=True).stdout
    return packed if shutil.which(command[0]) else None


def xz_blocks(rng, data):
    return program("xz", "-0c", "-T1", "--block-size", rng.choice([50, 300, 1000]), "--check",
                   rng.choice(["none", "crc32", "crc64", "sha256"]))(rng, data)


def xz_stream(rng, data):
    return lzma.compress(data, preset=0) + bytes(rng.choice([0, 0, 4, 400]))


def skipped_raw(rng, data):
    return (skippable(rng) if rng.random() < 0.5 else b"") + raw_frame(rng, data)


PACKERS = {
    "zst": [raw_frame, skipped_raw, program("zstd", "-qc") or raw_frame, program("zstd", "-qc", "--no-check") or raw_frame],
    "xz": [xz_blocks if shutil.which("xz") else xz_stream, xz_stream],
    "bz2": [lambda rng, data: bz2.compress(data, 1)],
}


def text(rng, size):
    """Short lines, empty lines, lines longer than a member, NUL bytes, CRLF, keywords at line boundaries."""
    out = b""
    while len(out) < size:
        out += rng.choice([b"alert", b" alert", b"aler", b"t", b"x" * rng.randrange(90), b"\0", b"failed\r", b"", b"ok"])
        out += rng.choice([b"\n", b"\n", b"\r\n", b"", b" "])
    return out[:size]


def packed(rng, kind, data, most=9):
    """The data in members, cut anywhere and at newlines; some hold nothing."""
    boundaries = sorted(rng.randrange(len(data) + 1) for _ in range(rng.randrange(most)))
    if rng.random() < 0.5:
        boundaries = [data.rfind(b"\n", 0, at) + 1 for at in boundaries]
    parts = [data[begin:end] for begin, end in zip([0] + boundaries, boundaries + [len(data)])]
    return b"".join(rng.choice(PACKERS[kind])(rng, part) for part in parts)


def tar_of(rng):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name in ("a", "b"):
            data = text(rng, 300)
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return out.getvalue()


def hostile(rng):
    """name -> what has boundaries that are none, or begins like text and is none, or more than text."""
    inner = raw_frame(rng, b"inner alert\n") + raw_frame(rng, b"alert\nfailed")
    big = raw_frame(rng, text(rng, 200) + inner + text(rng, 200) + inner)
    return {"inside": big, "insides": big + raw_frame(rng, text(rng, 300)) + big,
            "magics": b"".join(raw_frame(rng, b"\x28\xb5\x2f\xfd\x00\x70\x01\x00\x00" * 9) for _ in range(5)),
            "nested": packed(rng, "zst", gzip.compress(text(rng, 500), mtime=0)),
            "nested2": packed(rng, "xz", bz2.compress(text(rng, 500))),
            "tar": packed(rng, "bz2", tar_of(rng)), "sixteen": packed(rng, "zst", text(rng, 400).replace(b"\0", b"").decode().encode("utf-16")),
            "mark": packed(rng, "xz", b"\xef\xbb\xbfalert\n" + text(rng, 500)), "zeros": packed(rng, "zst", bytes(5120) + tar_of(rng)),
            "trailing": packed(rng, "bz2", text(rng, 900)) + b"alert\n", "padded": packed(rng, "bz2", text(rng, 900)) + bytes(99),
            "mixed": packed(rng, "xz", text(rng, 300)) + packed(rng, "zst", text(rng, 300)),
            "odd": packed(rng, "xz", text(rng, 300)) + bytes(3) + packed(rng, "xz", text(rng, 300))}


def damaged(rng, data):
    if rng.random() < 0.3:
        return data[:rng.randrange(1, len(data))]
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]


def make_files(root, rng):
    os.makedirs(os.path.join(root, "t"))
    files = hostile(rng)
    for kind in PACKERS:
        for i, size in enumerate((0, 1, 40, 333, 1500, 3000)):
            files["%s%d" % (kind, i)] = packed(rng, kind, text(rng, size))
        files["line." + kind] = packed(rng, kind, b"alert" * 200, 20)
        for i in range(4):
            files["broken%d.%s" % (i, kind)] = damaged(rng, packed(rng, kind, text(rng, 1500)))
    for name, data in files.items():
        with open(os.path.join(root, "t", name), "wb") as out:
            out.write(data)


def answer(checks, ran, what):
    """What must be the same: every object but the ranks', and the summary's digest and sums."""
    if not checks.that(ran.code in (0, 1), "%s: %s" % (what, ran)):  # some files may be broken
        return [], {"matching_files": 0}
    objects = [o for o in harness.read_json(ran.out) if o["type"] != "rank"]
    summary = objects[-1]
    return objects[:-1], {k: summary[k] for k in ("digest", "bytes", "matching_files", "matching_lines", "files")}


def check(mpiscan, checks, seed):
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as root:
        make_files(root, rng)
        nfiles = len(os.listdir(os.path.join(root, "t")))
        for way in WAYS:
            common = ["logs", "--format", "json", "--baseline", "off", *way, "-e", "alert", "-e", "failed"]
            wanted = answer(checks, mpiscan.run(0, [*common, "t"], cwd=root), "whole")
            checks.that(wanted[1]["matching_files"] >= 12, "there is something to find with %s" % way)
            checks.that("-l" in way or wanted[1]["files"]["failed"] >= 4, "some files are broken", wanted[1])
            for split in (rng.choice([1, 2, 3]), rng.randrange(4, 40), rng.randrange(40, 500)):
                ranks = rng.choice(RANKS)
                what = "seed %d: %s in ranges of %d on %d ranks" % (seed, " ".join(way), split, ranks)
                ran = mpiscan.run(ranks, [*common, "--split-size", str(split), "t"], cwd=root, timeout=120)
                got = answer(checks, ran, what)
                differing = [pair for pair in zip(got[0], wanted[0]) if pair[0] != pair[1]][:1]
                checks.that(got == wanted, what, "%.900r" % (differing or (got[1], wanted[1]),))
                tasks = sum(o["tasks"] for o in harness.read_json(ran.out) if o["type"] == "rank")
                checks.that(tasks > nfiles, "%s: %d tasks" % (what, tasks))


def main():
    parser = argparse.ArgumentParser()
    harness.add_arguments(parser)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    checks = harness.Checks()
    mpiscan = harness.from_arguments(args)
    for seed in range(args.seed, args.seed + args.rounds):
        check(mpiscan, checks, seed)
    checks.finish()


if __name__ == "__main__":
    main()
