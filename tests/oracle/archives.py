"""mpiscan on random tar archives against what Python's tarfile takes out of them, line by line. A failure prints its seed.

Archives are ustar, GNU and pax, plain and compressed, with compressed members, archives within them, long and odd names,
links, directories and empty members. The same answer on any number of ranks, and of shards merged.
"""
import argparse
import base64
import bz2
import gzip
import io
import lzma
import os
import random
import sys
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mpi"))

import harness  # noqa: E402

KEYWORDS = (b"unauthorized access", b"failed", b"\xff\xfe")
FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
PACKERS = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}
UNPACKERS = {b"\x1f\x8b": gzip.decompress, b"\xfd7": lzma.decompress, b"BZ": bz2.decompress}
WORDS = [b"a", b"line", b"of", b"a log", b"x\x00\x00y", b"\xff", b"Failed", b"access", *KEYWORDS]
SUFFIXES = (".tar", ".log", "", ".dat")


def is_tar(data):
    at = (len(data) - len(data.lstrip(b"\0"))) // 512 * 512  # zeros may stand in front
    return len(data) >= at + 512 and data[at + 257:at + 262] == b"ustar"


def text(rng):
    lines = []
    for _ in range(rng.choice([0, 1, 3, 30, 400])):
        lines.append(b" ".join(rng.choice(WORDS) for _ in range(rng.randrange(6))) + rng.choice([b"\n", b"\r\n"]))
    data = b"A" + b"".join(lines)  # no byte-order mark, no magic number
    return data if rng.random() < 0.7 else data.rstrip(b"\r\n")


def name(rng, number, form):
    odd = rng.choice(["plain", "with space", "new\nline", "\u00e4\u00f6", "esc\x1b[31m", "a!b"])
    if form != tarfile.USTAR_FORMAT and rng.random() < 0.2:
        odd = odd + "n" * 120
    if form == tarfile.GNU_FORMAT and rng.random() < 0.2:
        odd = odd + b"\xfe".decode("utf-8", "surrogateescape")
    return "%s%d_%s" % ("dir/" * rng.randrange(4), number, odd)


def make_tar(rng, depth):
    """The bytes of an archive of random members."""
    out = io.BytesIO()
    form = rng.choice(FORMATS)
    with tarfile.open(fileobj=out, mode="w", format=form, encoding="utf-8", errors="surrogateescape") as made:
        for number in range(rng.randrange(8)):
            info = tarfile.TarInfo(name(rng, number, form))
            info.mtime = rng.choice([0, 1.5, 1e9]) if form == tarfile.PAX_FORMAT else 0
            info.type = rng.choice([tarfile.REGTYPE] * 8 + [tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
            if info.type != tarfile.REGTYPE:
                info.linkname = rng.choice(["x", "l" * (90 if form == tarfile.USTAR_FORMAT else 200)])
                made.addfile(info)
                continue
            data = make_tar(rng, depth + 1) if depth < 2 and rng.random() < 0.15 else text(rng)
            data = PACKERS[rng.choice(list(PACKERS) + [""] * 4)](data)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    data = bytes(rng.choice([0] * 6 + [512, 10240, 70144])) + out.getvalue()
    return data + make_tar(rng, 3) if is_tar(data) and depth < 2 and rng.random() < 0.1 else data


def unpack(data):
    for magic, function in UNPACKERS.items():
        if data.startswith(magic):
            return unpack(function(data))
    return data


def members(data):
    """(name, text) of every regular member, those of archives within instead of the archives."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape", ignore_zeros=True) as archive:
        for info in archive:
            if info.isreg():
                found = info.name.encode("utf-8", "surrogateescape")
                contents = unpack(archive.extractfile(info).read())
                if is_tar(contents):
                    for inner, part in members(contents):
                        yield found + b"!" + inner, part
                else:
                    yield found, contents


def hits_of(data):
    """[(line number, offset, keywords, text)]"""
    hits = []
    offset = 0
    for number, line in enumerate(data.split(b"\n"), 1):
        end = offset + len(line) < len(data)  # a newline follows
        shown = line[:-1] if end and line.endswith(b"\r") else line
        found = [k for k in KEYWORDS if k in shown]
        if found:
            hits.append((number, offset, found, shown))
        offset += len(line) + 1
    return hits


def field(thing, key):
    return thing[key].encode() if key in thing else base64.b64decode(thing[key + "_base64"])


def answer(ran):
    """-> ([(path, member, hits)] in order of the report, summary, other objects)"""
    found = []
    others = []
    objects = harness.read_json(ran.out)
    for thing in objects[:-1]:
        if thing["type"] == "file":
            member = field(thing, "member") if "member_number" in thing else None
            path = field(thing, "archive") if member is not None else field(thing, "path")
            if member is not None and field(thing, "path") != path + b"!" + member:
                raise ValueError("a path that is not ARCHIVE!MEMBER: %r" % thing)
            found.append((path, member, []))
        elif thing["type"] == "line":
            keywords = [KEYWORDS[-1] if k == "\\xff\\xfe" else k.encode() for k in thing["keywords"]]
            found[-1][2].append((thing["line_number"], thing["byte_offset"], keywords, field(thing, "text")))
        elif thing["type"] not in ("rank", "archive", "binary"):
            others.append(thing)
    return found, objects[-1], others


def write_archives(rng, directory):
    """Writes some archives and a plain log -> what is to be found."""
    wanted = []
    for number in range(rng.randrange(1, 5)):
        packer = rng.choice(list(PACKERS))
        path = "%02d%s%s" % (number, rng.choice(SUFFIXES), rng.choice([packer, ""]))
        data = make_tar(rng, 0)
        with open(os.path.join(directory, path), "wb") as out:
            out.write(PACKERS[packer](data))
        if is_tar(data):  # an archive without members is nothing but zeros
            wanted += [(path.encode(), member, hits_of(part)) for member, part in members(data) if hits_of(part)]
    plain = text(rng)
    with open(os.path.join(directory, "99.log"), "wb") as out:
        out.write(plain)
    return wanted + [(b"99.log", None, hits_of(plain))] * bool(hits_of(plain))


def merged(mpiscan, args, directory, checks, seed):
    """The digest of the shards' results as one."""
    for shard in (1, 2):
        mpiscan.run(0, [*args, "--shard", "%d/2" % shard, "--result", "../shard%d" % shard], cwd=os.path.join(directory, "in"))
    ran = mpiscan.run(0, ["report", "--format", "json", "shard1", "shard2"], cwd=directory)
    return checks.that(ran.code == 0, "seed %d: report" % seed, ran) and harness.read_json(ran.out)[-1]["digest"]


def check(mpiscan, seed, ranks, checks):
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as directory:
        inside = os.path.join(directory, "in")
        os.mkdir(inside)
        wanted = write_archives(rng, inside)
        window = rng.choice(["64", "600", "512K"])
        args = ["logs", "--format", "json", "-n", "--baseline", "off", "--buffer-size", window]
        args += [word for k in KEYWORDS for word in ("-e", k)] + sorted(os.listdir(inside))
        digests = set()
        for nranks in ranks:
            ran = mpiscan.run(nranks, args, cwd=inside)
            about = "seed %d, window %s, %d ranks" % (seed, window, nranks)
            if not checks.that(ran.code == 0, about, ran):
                return 0
            found, summary, others = answer(ran)
            differing = [pair for pair in zip(found, wanted) if pair[0] != pair[1]]
            checks.that(not differing, about, "%.600r" % (differing[:1],))
            checks.equal(len(found), len(wanted), about)
            checks.equal(others, [], about)
            checks.equal(summary["matching_lines"], sum(len(hits) for _, _, hits in wanted), about)
            digests.add(summary["digest"])
        digests.add(merged(mpiscan, args, directory, checks, seed))
        checks.equal(len(digests), 1, "seed %d: one digest" % seed, digests)
    return sum(member is not None for _, member, _ in wanted)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1)
    parser.add_argument("--ranks", default="0", help="numbers of ranks, with commas between")
    options = parser.parse_args()
    mpiscan = harness.from_arguments(options)
    checks = harness.Checks()
    ranks = [int(word) for word in options.ranks.split(",")]
    nmembers = sum(check(mpiscan, options.seed + i, ranks, checks) for i in range(options.cases))
    checks.that(nmembers >= options.cases, "too few members with hits: %d" % nmembers)
    checks.finish()


if __name__ == "__main__":
    main()
