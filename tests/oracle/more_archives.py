"""mpiscan on random zip, cpio, ar and sparse tar archives against the files that were put into them, line by line.

Made by Python's zipfile (to a file and to a pipe, each method, zip64), zip, cpio (newc, crc, odc, bin), bsdtar, ar and GNU
tar (files with holes, in each format), and put into each other. Those tools that are missing are left out, and named.
Archives that were cut off, or a byte of which was changed, never give an answer that lacks a line without a failure.
"""
import argparse
import gzip
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mpi"))
sys.path.insert(0, HERE)

import archives  # noqa: E402
import harness  # noqa: E402

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


class Pipe(io.RawIOBase):
    """What cannot be sought in: zipfile writes data descriptors."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def contents(rng):
    data = archives.text(rng)
    return data + b"PK\3\4 PK\7\10" * rng.randrange(20) + b"\n" if rng.random() < 0.2 else data


def by_zipfile(rng, files):
    out = Pipe() if rng.random() < 0.5 else io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = rng.choice(METHODS)
            info.extra = rng.choice([b"", b"\xfe\xca\0\0", b"\x55\x54\5\0\1abcd"])
            info.comment = rng.choice([b"", b"a comment"])
            with made.open(info, "w", force_zip64=rng.random() < 0.3) as member:
                member.write(data)
        made.comment = rng.choice([b"", b"of the archive"])
    return out.data if isinstance(out, Pipe) else out.getvalue()


def run(directory, words, **how):
    return subprocess.run(words, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, **how).stdout


def put_files(directory, files):
    for name, data in files.items():
        with open(os.path.join(directory, name), "wb") as out:
            out.write(data)
    return list(files)


def by_zip(rng, files, directory):
    names = put_files(directory, files)
    if rng.random() < 0.5:
        return run(directory, ["zip", "-q", rng.choice(["-0", "-6"]), "-", *names])
    made = os.path.join(directory, "made.zip")
    run(directory, ["zip", "-q", rng.choice(["-0", "-9", "-fz"]), "made.zip", *names])
    with open(made, "rb") as archive:
        return archive.read()


def by_cpio(rng, files, directory):
    names = put_files(directory, files)
    words = ["cpio", "-o0", "--quiet", "-H", rng.choice(["newc", "crc", "odc", "bin"]), rng.choice(["-C1", "-C512"])]
    return run(directory, words, input="\0".join(names).encode())


def swapped(rng, files):
    """Binary cpio of the other byte order."""
    out = b""
    for name, data in [*((name.encode(), data) for name, data in files.items()), (b"TRAILER!!!", b"")]:
        fields = (0o70707, 1, 2, 0o100644, 0, 0, 1, 0, 0, 0, len(name) + 1, len(data) >> 16, len(data) & 0xffff)
        out += b"".join(field.to_bytes(2, "big") for field in fields) + name + b"\0" + bytes((len(name) + 1) % 2)
        out += data + bytes(len(data) % 2)
    return out


def by_ar(rng, files, directory):
    names = put_files(directory, files)
    run(directory, ["ar", "qcS", "made.a", *names])
    with open(os.path.join(directory, "made.a"), "rb") as archive:
        return archive.read()


def by_bsdtar(rng, files, directory):
    names = put_files(directory, files)
    return run(directory, ["bsdtar", "-cf", "-", "--format", rng.choice(["zip", "newc", "odc", "pax", "ustar", "arbsd", "arsvr4"]), *names])


def by_sparse_tar(rng, files, directory):
    names = put_files(directory, files)
    for name in (name for name in names if files[name].startswith(b"A")):
        with open(os.path.join(directory, name), "r+b") as out:
            out.seek(0, 2)
            out.write(b"\n")
            out.seek(rng.choice([0, 1 << 16, 5 << 20, (1 << 20) + 7]), 1)
            out.write(rng.choice([b"", b"\nfailed\n"]))
            out.truncate()
            out.seek(0)
            files[name] = out.read()
    form = rng.choice([["--format=gnu"], ["--format=oldgnu"], *(["--format=pax", "--sparse-version=" + v] for v in ("0.0", "0.1", "1.0"))])
    return run(directory, ["tar", "-cSf", "-", *form, *names])


MAKERS = {"zipfile": None, "swapped": None, "zip": by_zip, "cpio": by_cpio, "ar": by_ar, "bsdtar": by_bsdtar, "tar": by_sparse_tar}


def make(rng, tools, depth):
    """-> (archive, [(member, text)])"""
    tool = rng.choice(tools)
    files = {}
    inner = {}
    for number in range(rng.randrange(1, 6)):
        name = "%d_%s" % (number, rng.choice(["plain", "with space", "a!b", "name_of_more_than_sixteen", "x" * 120]))
        if tool in ("ar", "bsdtar"):
            name = name.replace(" ", "_")
        if depth < 2 and rng.random() < 0.25:
            files[name], inner[name] = make(rng, tools, depth + 1)
        else:
            files[name] = contents(rng)
        if rng.random() < 0.1:
            files[name] = gzip.compress(files[name], mtime=0)
    if tool in ("zipfile", "swapped"):
        data = by_zipfile(rng, files) if tool == "zipfile" else swapped(rng, files)
    else:
        with tempfile.TemporaryDirectory() as directory:
            before = dict(files)
            data = MAKERS[tool](rng, files, directory)
        inner = {name: found for name, found in inner.items() if files[name] == before[name]}
    found = []
    for name, text in files.items():
        if name in inner:
            found += [(name.encode() + b"!" + member, part) for member, part in inner[name]]
        else:
            found.append((name.encode(), archives.unpack(text)))
    return data, found


def args_of(rng, names):
    args = ["logs", "--format", "json", "-n", "--baseline", "off", "--buffer-size", rng.choice(["64", "600", "512K"])]
    return args + [word for k in archives.KEYWORDS for word in ("-e", k)] + names


def check(mpiscan, seed, tools, checks):
    rng = random.Random(seed)
    data, members = make(rng, tools, 0)
    if rng.random() < 0.2:
        data = gzip.compress(data, mtime=0)
    wanted = [(b"x", member, archives.hits_of(part)) for member, part in members if archives.hits_of(part)]
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "x"), "wb") as out:
            out.write(data)
        ran = mpiscan.run(0, args_of(rng, ["x"]), cwd=directory)
        about = "seed %d" % seed
        if not checks.that(ran.code == 0, about, ran.out[-2000:]):
            return 0
        found, summary, others = archives.answer(ran)
        differing = [pair for pair in zip(found, wanted) if pair[0] != pair[1]]
        checks.that(not differing, about, "%.600r" % (differing[:1],))
        checks.equal(len(found), len(wanted), about)
        damage(mpiscan, rng, directory, data, wanted, checks, about)
    return len(wanted)


def damage(mpiscan, rng, directory, data, wanted, checks, about):
    """Cut off or changed: fewer lines only with a failure. A few bytes of an archive are text."""
    at = rng.randrange(min(110, len(data) - 1), len(data))
    bad = data[:at] if rng.random() < 0.5 else data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]
    with open(os.path.join(directory, "x"), "wb") as out:
        out.write(bad)
    ran = mpiscan.run(0, args_of(rng, ["x"]), cwd=directory)
    lines = sum(len(hits) for _, _, hits in wanted)
    if checks.that(ran.code in (0, 1), about + ", damaged", ran) and ran.code == 0:
        summary = archives.answer(ran)[1]
        changed = summary["matching_lines"] < lines and len(bad) < len(data)
        checks.that(not changed, "%s, cut off at %d: fewer lines, and no failure" % (about, at), ran)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1)
    options = parser.parse_args()
    mpiscan = harness.from_arguments(options)
    checks = harness.Checks()
    tools = [tool for tool, maker in MAKERS.items() if not maker or shutil.which(tool)]
    print("without:", *(sorted(set(MAKERS) - set(tools)) or ["nothing"]))
    nmembers = sum(check(mpiscan, options.seed + i, tools, checks) for i in range(options.cases))
    checks.that(nmembers >= options.cases / 2, "too few members with hits: %d" % nmembers)
    checks.finish()


if __name__ == "__main__":
    main()
