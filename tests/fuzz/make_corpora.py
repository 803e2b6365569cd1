#!/usr/bin/env python3
"""Writes the hand-made inputs of tests/data/fuzz. Run by hand when a format changes; files that a fuzzer has found are
left alone, as only the names below are written."""

import base64
import bz2
import gzip
import io
import lzma
import pathlib
import struct
import tarfile
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent / "data" / "fuzz"
XZ_BLOCKS = base64.b64decode(
    "/Td6WFoAAATm1rRGAgAhAQwAAACPmEGc4ABjACFdADYaSh8IoCYDQ37DlrKJ3ohFO4/FFIXBkunl/lCNH6qUAAAAAAAYvTIUUnFMwAIAIQEMAA"
    "AAj5hBnOAAYwAjXQA3GUACcDWzUQcZBBi7X9GzVvXyKlkVMWOCDq8WusQk0h4QYAAAbjVY/WHGZsUCACEBDAAAAI+YQZzgAGMAI10ANhpKHwig"
    "K/DITr/PGuuMqWGrlKlX76MFRMvJ1uhkap1z5wAAACazCu25TEf6AgAhAQwAAACPmEGc4ABjACBdABAbycZmfFCOSnwxM/NLZkVOUw8HexGyOh"
    "1MoDMYGDMCAGkwgdVJZVxiAgAhAQwAAACPmEGc4AAnABpdABkNwCZ8C7fCkORKjofiAiIq8g2QThOisAAAAAAAZJXzogdQqksABT1kP2Q/ZDxk"
    "Nii14wBlFBc7MAMAAAAABFla")  # xz --block-size=100


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


def f64(value):
    return struct.pack("<d", value)


def blob(data):
    return u64(len(data)) + data


def names(*items):
    return u64(len(items)) + b"".join(blob(item) for item in items)


def task(entry, size, path, ends=None, cost=None, output=b"", more_flags=0):
    """`ends`: of a split."""
    flags = (1 if output else 0) + (2 if ends else 0) + (4 if cost else 0) + more_flags
    body = u32(entry) + bytes([flags]) + u64(size) + u64(77) + u64(78) + u64(5) + u32(9) + u64(6) + u32(9)
    body += b"".join(u64(end) for end in ends or ()) + (u32(cost) if cost else b"")
    body += b"".join(u32(len(text)) + text + b"\0" for text in (path, output) if text)
    return body + u32(len(body) + 4)


def line(number, offset, nbytes, ids, text, flags=None, text_offset=None):
    """`flags`: 1 context, 2 cut, 4 a text_offset follows; by default context when there are no ids."""
    return (u64(number) + u64(offset) + u64(nbytes) + bytes([not ids if flags is None else flags]) + u32(len(ids))
            + b"".join(map(u32, ids)) + (b"" if text_offset is None else u64(text_offset)) + blob(text))


def record(entry, status, flags, nbytes, nmatching, counts=(), lines=(), stage=b"", message=b""):
    if (status, flags & ~65, nmatching) == (0, 0, 0):
        return u64(22) + u32(entry) + bytes([status, flags | 128]) + u64(nbytes)
    body = u32(entry) + bytes([status, flags]) + u64(nbytes) + u64(nmatching) + u32(len(counts))
    body += b"".join(u32(i) + u64(n) for i, n in counts)
    body += u64(len(lines)) + blob(b"".join(lines)) + blob(stage) + blob(message)
    return u64(len(body) + 8) + body


def archive(entry, status, nmatching, members, **texts):
    """A record with members: (name, record)."""
    whole = record(entry, status, 8, 100, nmatching, **texts)
    tail = blob(texts.get("stage", b"")) + blob(texts.get("message", b""))
    body = whole[8:-len(tail)] + blob(b"".join(blob(name) + member for name, member in members)) + tail
    return u64(len(body) + 8) + body


def tar(form, *members):
    """An archive of (name, contents); what follows two blocks of zeros is cut off."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as made:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    data = out.getvalue().rstrip(b"\0")
    return data + bytes(-len(data) % 512 + 1024)


def sparse():
    out = bytearray(tar(tarfile.GNU_FORMAT, ("sparse", b"abc")))
    out[156:157] = b"S"
    out[148:156] = b" " * 8
    out[148:156] = b"%06o\0 " % sum(out[:512])
    return bytes(out)


def zipped(*members, streamed=False, **how):
    """An archive of (name, data, method), written to a file or to a pipe."""
    class Pipe(io.BytesIO):
        def seekable(self):
            return not streamed

        def tell(self):
            if streamed:
                raise OSError
            return super().tell()

    out = Pipe()
    with zipfile.ZipFile(out, "w", **how) as made:
        for name, data, method in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            with made.open(info, "w", force_zip64=how.get("allowZip64", True) and name.startswith("wide")) as member:
                member.write(data)
    return out.getvalue()


def ar(*members):
    out = b"!<arch>\n"
    for name, data in members:
        out += b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name, 0, 0, 0, 0o100644, len(data)) + data + b"\n" * (len(data) % 2)
    return out


def newc(*members, magic=b"070701"):
    out = b""
    for name, data in (*members, (b"TRAILER!!!", b"")):
        fields = (1, 0o100644, 0, 0, 1, 0, len(data), 8, 1, 0, 0, len(name) + 1, sum(data) if magic[-1:] == b"2" else 0)
        head = magic + b"".join(b"%08X" % field for field in fields) + name + b"\0"
        out += head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
    return out + bytes(-len(out) % 512)


def odc(*members):
    out = b""
    for name, data in (*members, (b"TRAILER!!!", b"")):
        out += b"070707" + b"".join(b"%06o" % field for field in (1, 2, 0o100644, 0, 0, 1, 0))
        out += b"%011o%06o%011o" % (0, len(name) + 1, len(data)) + name + b"\0" + data
    return out


def afio(*members):
    out = b""
    for name, data in (*members, (b"TRAILER!!!", b"")):
        out += b"070727%08X%016Xm%06o" % (1, 2, 0o100644) + b"%08X%08X%08X%08X" % (0, 0, 1, 0)
        out += b"%016Xn%04X%04X%04Xs%016X:" % (0, len(name) + 1, 0, 0, len(data)) + name + b"\0" + data
    return out


def binary_cpio(order, *members):
    out = b""
    for name, data in (*members, (b"TRAILER!!!", b"")):
        head = struct.pack(order + "13H", 0o70707, 1, 2, 0o100644, 0, 0, 1, 0, 0, 0, len(name) + 1, len(data) >> 16, len(data) & 0xffff)
        out += head + name + b"\0" + bytes((len(name) + 1) % 2) + data + bytes(len(data) % 2)
    return out


def rankstat(rank, host, busy):
    return u32(rank) + blob(host) + u32(2) + u64(10) + u64(3) + u64(2) + u64(5) + u64(1 << 20) + f64(busy) + f64(0.5) + bytes([0]) + f64(61.5) + blob(b"in/slow.log")


def words(*items):
    return b"\0".join(item.encode() for item in items)


def compiled(flags, literals, direct, database, stride=0):
    """`literals`: (length, [(keyword, from, to)...])"""
    uses = [use for _, these in literals for use in these]
    body = u32(0x6264686D) + u32(2) + bytes([flags]) + u32(stride) + u64(len(literals))
    body += b"".join(u32(n) + u32(len(these)) for n, these in literals) + u64(len(uses))
    return body + b"".join(u32(x) for use in uses for x in use) + blob(direct) + blob(database)


def cached(key, database, version=1):
    return u32(0x6363736D) + u32(version) + blob(key) + blob(database)


def engine(choice, block, required=(), confirm=b""):
    return bytes([choice, bool(required)]) + blob(names(*required)) + blob(block) + blob(confirm)


def scan(flags, context, window, max_line, keywords, text, condition=0, roles=()):
    """`condition`: 1 -v, twice -m, 8 events, 16 roles."""
    head = bytes([flags | (len(keywords) - 1) << 6, context, window, max_line, condition, *(role - 1 for role in roles)])
    return head + b"".join(bytes([len(k) - 1]) + k for k in keywords) + text


def frames(*contents):
    """A file of frames: each content's first byte is its kind (src/result/store/frame.h)."""
    return b"\1" + b"".join(blob(content) for content in contents)


def query(shard, shards, *keywords):
    return b"\3" + u64(shard) + u64(shards) + names(*keywords) + names(b"--file=words", b"--word")


def entry(path, record_of_it, number=0):
    return b"\4" + blob(path) + record_of_it[:8] + u32(number) + record_of_it[12:]


def run_figures(digest, flags=0, notes=(), journal=b"", kind=1):
    comparison = bytes([kind]) + u64(3) + b"\1" + f64(1.5) * 13 + blob(b"verdict")
    return b"\6" + bytes([flags]) + u64(2) + f64(0.25) * 7 + comparison + names(*notes) + blob(journal) + blob(digest)


def result(*middle, shard=(0, 0), settings=(b"logs", b"path=in"), keywords=(b"a", b"b"), **figures):
    return frames(header(2, *settings), query(*shard, *keywords), *middle, run_figures(**figures),
                  b"\7" + u64(len(middle) + 3))


def header(file, *settings, version=3):
    return b"\1" + u32(version) + bytes([file]) + names(*settings)


def finished(path, record_of_it):
    return b"\2" + blob(path) + u64(10) + u64(11) + u64(13) + u64(12) + record_of_it


ASCII = b"Nov 30 12:00:01 host sshd[1]: failed password for root\n"
WORDS = "unauthorized access\r\nacc\u00e8s \u043a\u043e\u0440\u0435\u043d\u044c \u4e0a\u6d77 \U0001f600\r\n"
LINES = b"line one foo\nline two bar\nline one foo\nline two bar\n"
ZSTD = bytes.fromhex("28b52ffd0468f50000a86c696e65206f6e6520666f6f0a74776f206261720a02003d2d07c2fc02e49e8557")
LZ4 = bytes.fromhex("04224d187440bd23000000d16c696e65206f6e6520666f6f0a0d007274776f206261720d000c1a0050206261720a45ddb9ee"
                    "00000000322253dc")
LZIP = bytes.fromhex("4c5a4950010c00361a4a1f08a18e7cc4b299678285d6dc73f440ea0c69fc2a891883ffffefe78000cb5a4e2f340000000000"
                     "00003c00000000000000")
CODECS = ("gzip", "zstd", "xz", "bzip2", "lz4", "lzma", "lzip")


def gzipped(flags=0, optional=b"", level=9):
    raw = zlib.compressobj(level, zlib.DEFLATED, -15)
    data = raw.compress(LINES) + raw.flush()
    head = struct.pack("<BBBBIBB", 31, 139, 8, flags, 0, 0, 3) + optional
    return head + data + u32(zlib.crc32(LINES)) + u32(len(LINES))


def packed(codec, data, piece=3, nout=4):
    return bytes([CODECS.index(codec), piece, nout]) + data


def raw_frame(data):
    """A frame of zstd that is not compressed."""
    return b"\x28\xb5\x2f\xfd\0\x70" + (len(data) << 3 | 1).to_bytes(3, "little") + data


def splits(step, *members):
    return bytes([step % 16, step // 16]) + b"".join(members)


def regex(flags, expressions, text):
    return bytes([flags | (len(expressions) - 1) << 2]) + b"".join(bytes([len(e) - 1, *e]) for e in expressions) + text


HIT = record(3, 0, 0, 100, 2, [(0, 1), (7, 2)], [line(1, 0, 9, [], b"before"), line(2, 10, 5, [0, 7], b"match")])
TEXT = b"foo bar\r\nx foo\nfoox\n\n\r\nFOO\0foo\rfoo" + b"y" * 90 + b" foo\r\nlast foo"

FOUND = record(3, 0, 0, 100, 2, [(0, 1), (1, 2)], [line(1, 0, 9, [], b"before"), line(2, 10, 5, [0, 1], b"match")])
ARCHIVE = archive(0, 2, 3, [(b"a", record(0, 0, 0, 50, 3, [(0, 3)])), (b"b\n", record(0, 2, 0, 0, 0, message=b"x"))],
                  stage=b"member", message=b"1")
# What the entries of these results hash to (src/result/digest.c).
D_NONE, D_ONE = b"41c3dac94f08a07c75ed9b32ec9b961b", b"26a6735121286f6587d0d96f684bbbfb"
D_SHARD, D_UNDONE = b"7bcdeb84a4b3accc3c2d52f14e1886ad", b"7ffb8ce74a18cedf73a5df24e0483dcb"
D_ARCHIVE = b"9377c316dbb24393330729a7b6cc1736"

DATABASE = b"\xdb\xdb\xdb\xdb\0\0\4\5" + u64(16) + u64(0) + u32(0) * 2 + b"bytecode" * 2  # of a library's beginning

CORPORA = {
    "names": {"none": names(), "some": names(b"a", b"", b"b\0c", b"x" * 40), "too_many": u64(1 << 60) + blob(b"a")},
    "escape": {"names": b"a\\b;c!\t\r\n\x1b[2J\x7f \xff\xc0", "harmful": "\u009b\u202e\u061c\u200b\ufeff\u2028\U000e0061\xad".encode(),
               "joiners": "a\u200db \u0915\u094d\u200d \u263a\ufe0f".encode()},
    "settings": {
        "plain": words("logs", "/var/log", "-i", "-e", "unauthorized access", "-e", "a\nb"),
        "joined": words("logs", "-niwEe", "x", "--context=3", "-C2", "--max-line", "4K", "--", "-x"),
        "generate": words("generate", "logs", "d", "--files", "4", "--inject", "0.5", "--seed=1", "--style=syslog"),
        "many": words("logs", "--files-from", "-", "-0", "--format", "json", "-o", "f", "--baseline=off", "--buffer-size=64",
                      "--repeat", "3", "--color", "never", "--max-depth=1", "--include", "*.log", "-l", "--follow"),
        "wrong": words("logs", "--no-such", "-e", "", "--buffer-size", "1"),
        "help": words("--help"),
    },
    "glob": {"braces": b"*.log{,.[0-9]*}{,.gz,.xz}\nsyslog.log.12.gz", "stars": b"a/**/b/*\na/x/y/b/c",
             "class": b"[!a-z[:digit:]\\]\xc3\xa4-\xc3\xbc]?\n\xc3\xb6\xff", "unclosed": b"{a,{b,[c}\nb",
             "stars_in_braces": b"{**/,a/**}/**/\na"},
    "files_from": {"lines": b"\0a\nb c\r\n\n/d", "nul": b"\1a\0b\nc\0\0d\0"},
    "slice": {"none": b"", "two": task(0, 5, b"a") + task(7, 1 << 40, b"dir/b", cost=3), "not_ascending":
              task(7, 5, b"a") + task(7, 5, b"b"), "overflow": task(1, (1 << 64) - 1, b"a") + task(2, 1, b"b"),
              "ranges": task(1, 9, b"a", (0, 4)) + task(1, 9, b"a", (4, 9)),
              "overlap": task(1, 9, b"a", (0, 5)) + task(1, 9, b"a", (4, 9)), "image": task(3, 9, b"a", output=b"gray/a"),
              "stream": task(3, 0, b"-", more_flags=16) + task(1, 9, b"a", more_flags=8)},
    "record": {
        "clean": record(1, 0, 0, 10, 0), "hit": HIT, "two": HIT + record(4, 2, 0, 5, 0, stage=b"open", message=b"gone"),
        "files_with_matches": record(9, 0, 1, 20, 1), "files_without_match": record(9, 0, 65, 20, 0),
        "without_counts": record(9, 0, 64, 20, 0),
        "window": record(3, 0, 0, 100, 1, [(0, 1)], [line(1, 0, 90, [0], b"match", 4, 40)]),
        "window_at_0": record(3, 0, 0, 100, 1, [(0, 1)], [line(1, 0, 90, [0], b"match", 4, 0)]),
        "window_outside": record(3, 0, 0, 100, 1, [(0, 1)], [line(1, 0, 90, [0], b"match", 4, 86)]),
        "event": record(3, 0, 0, 100, 1, (), [line(7, 0, 9, [], b"before", 3), line(8, 10, 5, [], b"match", 0)]),
        "archive": archive(5, 2, 3, [(b"a", record(0, 0, 0, 50, 3, [(0, 3)])), (b"b\n", record(0, 2, 0, 0, 0, message=b"x"))],
                           stage=b"member", message=b"1"),
 "skipped": record(2, 1, 0, 0, 0, message=b"a FIFO"),
    },
    "tar": {
        "ustar": b"\x81" + tar(tarfile.USTAR_FORMAT, ("a", b"foo\n"), ("d" * 120 + "/b", b"bar")),
        "gnu": b"\xa0" + tar(tarfile.GNU_FORMAT, ("a" * 150, b"foo\n"), ("b", b"x" * 600)),
        "pax": b"\x83" + tar(tarfile.PAX_FORMAT, ("\u00e4" * 80, b"foo\n"), ("b", b"")),
        "within": b"\2" + tar(tarfile.USTAR_FORMAT, ("i.tar", tar(tarfile.USTAR_FORMAT, ("a", b"foo"))),
                              ("p.tgz", gzip.compress(tar(tarfile.GNU_FORMAT, ("z", b"deep")), mtime=0))),
        "sparse": b"\x80" + sparse(), "cut": b"\0" + tar(tarfile.USTAR_FORMAT, ("a", b"foo\n"))[:800],
        "twice": b"\7" + 2 * tar(tarfile.USTAR_FORMAT, ("a", b"foo\n")),
    },
    "zip": {
        "stored": b"\7" + zipped(("a", LINES, 0), ("d/", b"", 0), ("b", b"", 0)), "deflate": b"\1" + zipped(("a", LINES, 8), ("b", b"x", 8)),
        "bzip2": b"\x40" + zipped(("a", LINES, 12)), "lzma": b"\x20" + zipped(("a", LINES, 14)),
        "streamed": b"\2" + zipped(("a", LINES, 8), ("b", LINES, 0), streamed=True),
        "wide": b"\3" + zipped(("wide", LINES, 8), ("wide2", LINES, 0), streamed=True), "wide_known": b"\3" + zipped(("wide", LINES, 8)),
        "within": b"\4" + zipped(("i.zip", zipped(("a", LINES, 8)), 0), ("t", tar(tarfile.USTAR_FORMAT, ("x", LINES)), 8)),
        "twice": b"\5" + 2 * zipped(("a", LINES, 8)), "cut": b"\6" + zipped(("a", LINES, 8))[:-30], "empty": b"\1" + zipped(),
        "encrypted": b"\1" + zipped(("a", LINES, 0)).replace(b"PK\3\4\x14\0\0", b"PK\3\4\x14\0\1"),
        "split": b"\1PK\7\10" + zipped(("a", LINES, 8)), "prefix": b"\1#!/bin/sh\n" + zipped(("a", LINES, 8)),
    },
    "ar": {
        "deb": b"\1" + ar((b"debian-binary", b"2.0\n"), (b"data.tar.gz", gzip.compress(tar(tarfile.USTAR_FORMAT, ("x", LINES)), mtime=0))),
        "gnu": b"\x11" + ar((b"/", b"sym"), (b"//", b"a_long_name_of_gnu.o/\n"), (b"/0", LINES)),
        "bsd": b"\x21" + ar((b"#1/4", b"name" + LINES), (b"b", b"x")), "cut": b"\1" + ar((b"a", LINES))[:-9],
    },
    "cpio": {
        "newc": b"\1" + newc((b"a", LINES), (b"d/b", b"x")), "crc": b"\x11" + newc((b"a", LINES), (b"b", b"x"), magic=b"070702"),
        "odc": b"\2" + odc((b"a", LINES), (b"d/b", b"x")), "little": b"\3" + binary_cpio("<", (b"a", LINES), (b"bc", b"x")),
        "big": b"\4" + binary_cpio(">", (b"a", LINES), (b"bc", b"x")), "initramfs": b"\5" + newc((b"a", b"x")) + gzip.compress(newc((b"b", LINES)), mtime=0),
        "other": b"\6" + newc((b"a", b"x")) + b"other", "damaged": b"\7" + newc((b"a", LINES))[2:],
        "afio": b"\1" + afio((b"a", LINES), (b"b.z", gzip.compress(LINES, mtime=0))),
    },
    "rankstat": {"two": rankstat(0, b"host", 1.5) + rankstat(1, b"h" * 63, 0), "nan": rankstat(0, b"", float("nan")),
                 "host_too_long": rankstat(1, b"h" * 64, 0)},
    "journal": {
        "two": frames(header(1, b"a=1"), finished(b"a", record(1, 0, 0, 10, 0)), finished(b"b", HIT)),
        "version": frames(header(1, b"a=1", version=3), finished(b"a", record(1, 0, 0, 10, 0))),
        "settings": frames(header(1, b"a=2"), finished(b"a", record(1, 0, 0, 10, 0))),
        "result": frames(header(2, b"a=1")), "no_header": frames(finished(b"a", HIT)),
        "torn": b"\0\xffmframe\n" + u64(100) + b"\1" * 50 + b"\xffmframe\n" + u64(0) + u64(0),
    },
    "result": {
        "empty": b"", "none": result(digest=D_NONE),
        "one": result(entry(b"a", record(0, 0, 0, 10, 0)), entry(b"b", FOUND, 1), b"\5" + rankstat(0, b"host", 1.5), digest=D_ONE,
                      notes=[b"a note"]),
        "shard": result(entry(b"b", FOUND), shard=(2, 3), digest=D_SHARD), "one_shard": result(shard=(1, 1), digest=D_NONE),
        "archive": result(entry(b"a.tar", ARCHIVE), digest=D_ARCHIVE), "keyword": result(entry(b"b", HIT), digest=D_ONE),
        "undone": result(entry(b"a", record(0, 3, 0, 0, 0)), digest=D_UNDONE, flags=1, journal=b"journal"),
        "undone_unsaid": result(entry(b"a", record(0, 3, 0, 0, 0)), digest=D_UNDONE),
        "order": result(entry(b"b", FOUND), entry(b"a", record(0, 0, 0, 10, 0), 1), digest=D_ONE),
        "number": result(entry(b"b", FOUND, 1), digest=D_SHARD),
        "kind": frames(header(2, b"logs"), query(0, 0), b"\x63new"), "version": frames(header(2, b"logs", version=2)),
        "cut": frames(header(2, b"logs"), query(0, 0)), "end": frames(header(2, b"logs"), query(0, 0), b"\7" + u64(2)),
        "journal": frames(header(1, b"a=1"), finished(b"a", HIT)), "settings": frames(header(2), query(0, 0)),
    },
    "keywords": {
        "decode": b"\0\5" + blob(b"") + names(b"unauthorized access", b"a\0b"),
        "decode_none": b"\0\0" + blob(b"") + names(), "decode_roles": b"\0\0" + blob(b"\1\6") + names(b"a", b"b"),
        "decode_bad_role": b"\0\0" + blob(b"\1\0") + names(b"a", b"b"),
        "typed": b"\1foo\nbar", "typed_empty": b"\1a\n", "file": b"\2\xef\xbb\xbfa\r\nb\n\nb\na\r",
    },
    "compile_cache": {
        "key": b"\3" + cached(b"key", b"db") + u64(0x4f9b197748955420), "no_key": b"\0" + cached(b"", b"database") + u64(0xf2e104776a5bb827),
        "other_key": b"\2" + cached(b"key", b"db") + u64(0x4f9b197748955420), "checksum": b"\3" + cached(b"key", b"db") + u64(0),
        "empty": b"\3" + cached(b"key", b"") + u64(0), "beyond": b"\3" + cached(b"key", b"")[:-8] + u64(1 << 63) + u64(0),
        "version": b"\3" + cached(b"key", b"db", 2) + u64(0),
    },
    "engine": {
        "fixed": engine(16, compiled(0, [(3, [(0, 0, 3)]), (2, [(1, 0, 1), (2, 5, 7)])], b"", DATABASE)),
        "folded": engine(18, compiled(0, [(3, [(1, 0, 2)]), (2, [(1, 1, 4)])], b"", DATABASE)),
        "beyond": engine(0, compiled(0, [(3, [(0, 0, 4)])], b"", DATABASE)),
        "nobody": engine(0, compiled(0, [(3, [(1, 0, 3)])], b"", DATABASE)),
        "regex": engine(17, compiled(3, [], b"\0\1\1", DATABASE)), "short": engine(17, compiled(0, [], b"\1", DATABASE)),
        "filtered": engine(3, compiled(0, [(4, [(0, 0, 4)])], b"", DATABASE), [b"fooo"], compiled(0, [], b"\1", DATABASE)),
        "qgram_filter": engine(0, compiled(0, [(2, [(0, 0, 2)]), (2, [(0, 1, 3)])], b"", b"", 2)),
        "qgram_filter_folded": engine(18, compiled(0, [(4, [(2, 0, 4)]), (4, [(2, 1, 5)])], b"", b"", 2)),
        "qgram_filter_other_length": engine(16, compiled(0, [(2, [(0, 0, 2)]), (3, [(0, 0, 3)])], b"", b"", 2)),
        "qgram_filter_other_bytes": engine(16, compiled(0, [(2, [(0, 0, 2), (2, 5, 7)])], b"", b"", 2)),
        "qgram_filter_of_required": engine(3, compiled(0, [(2, [(0, 0, 2)])], b"", b"", 3), [b"fooo"], compiled(0, [], b"\1", DATABASE)),
        "many": b"\0\0" + blob(names()) + blob(compiled(0, [], b"", b"")[:13] + u64(1 << 61)) + blob(b""),
        "no_database": engine(1, compiled(0, [], b"\1", b"")), "empty": engine(3, b"", [b""], b""),
    },
    "text": {
        "little": b"\3\1\1" + b"\xff\xfe" + WORDS.encode("utf-16-le"), "big": b"\x20\2\0" + WORDS.encode("utf-16-be") * 9,
        "appended": b"\1\1\1" + ASCII * 20 + WORDS.encode("utf-16-le") + ASCII, "marks": b"\0\0\1" + ASCII + "\ufeffone\n".encode("utf-16-be") * 2 + b"root\n",
        "utf32": b"\1\xff\1" + WORDS.encode("utf-32-le") + ASCII + WORDS.encode("utf-32-be"), "ascii_marked": b"\1\1\1\xff\xfe" + ASCII,
        "chinese": b"\7\1\1" + "\u672a\u7ecf\u6388\u6743\u7684\u8bbf\u95ee\r\n".encode("utf-16-le") * 9 + ASCII, "shifted": b"\2\1\1" + "one\n".encode("utf-16-le") + b"x" + "two\n".encode("utf-16-le"),
        "gzip": b"\5\1\0" + gzip.compress(WORDS.encode("utf-16-le"), mtime=0), "damaged": b"\5\1\0" + gzip.compress(LINES, mtime=0)[5:],
        "after_text": b"\5\xff\0" + ASCII * 300 + gzip.compress(LINES, mtime=0), "shift_jis": b"\5\1\4" + "\u65e5\u672c\n".encode("shift_jis") * 9, "gb18030": b"\1\1\x0c\xd6\xd0\n\xce",
        "utf16_named": b"\1\1\x14" + WORDS.encode("utf-16-le"), "latin1": b"\2\1\x1ccaf\xe9\n",
    },
    "formats": {
        "zlib": zlib.compress(LINES), "zlib_best": zlib.compress(LINES, 9), "lzma": lzma.compress(LINES, lzma.FORMAT_ALONE), "zip": b"PK\3\4\x14\0\0\0\x08\0" + bytes(16) + b"\1\0\0\0a",
        "pgp": bytes.fromhex("8c0d0409030a1122334455667788ffd2"), "pgp_key": bytes.fromhex("85010c0311223344556677880108009a"), "pgp_packed": b"\xa3\1" + zlib.compress(LINES)[2:],
        "arj": bytes.fromhex("60ea2a001e0b0102100002d96f540d"), "lha": b"\x19\x7f-lh5-" + bytes(12) + b"\1\3abc", "cpio": bytes.fromhex("c77100fed3eba48100000000010000000d6beed0020000000000" "6100"),
        "etl": struct.pack("<I", 65536) + bytes(70) + b"\2\xc0" + bytes(28) + struct.pack("<I", 65536), "avro": b"Obj\1\4\x14avro.codec\x0edeflate\0", "arc": b"\x1a\x08name.txt" + bytes(5) + b"\x10\0\0\0\xa3\x58\xc0\x63" + bytes(17),
        "squashfs": b"hsqs" + bytes(24) + b"\4\0\0\0", "age": b"age-encryption.org/v1\n-> X25519 a\n\0\1", "android": b"ANDROID BACKUP\n5\n1\nnone\n", "zeros": bytes(99) + gzip.compress(LINES, mtime=0),
    },
    "decoder": {
        "gzip": packed("gzip", gzipped()), "gzip_two": packed("gzip", gzipped() + gzipped() + bytes(20), 0, 0),
        "gzip_stored": packed("gzip", gzipped(level=0)),
        "gzip_fields": packed("gzip", gzipped(28, b"\2\0exname\0comment\0")),
        "gzip_bomb": packed("gzip", gzip.compress(bytes(1 << 20) + b"x", 9, mtime=0), 200, 200),
        "gzip_more": packed("gzip", gzipped() + b"?"),
        "zstd": packed("zstd", ZSTD), "zstd_skip": packed("zstd", b"\x50\x2a\x4d\x18\3\0\0\0abc" + ZSTD + ZSTD, 0, 0),
        "zstd_raw": packed("zstd", b"\x28\xb5\x2f\xfd\x20\5\x29\0\0hello"),
        "zstd_rle": packed("zstd", b"\x28\xb5\x2f\xfd\0\x48\2\0\x10A\3\0\x10B", 1, 99),
        "xz": packed("xz", lzma.compress(LINES)),
        "xz_two": packed("xz", lzma.compress(LINES) + bytes(8) + lzma.compress(b"")),
        "xz_sha": packed("xz", lzma.compress(LINES, check=lzma.CHECK_SHA256), 0, 1),
        "bzip2": packed("bzip2", bz2.compress(LINES, 1)),
        "bzip2_two": packed("bzip2", bz2.compress(b"") + bz2.compress(LINES), 0, 0),
        "lz4": packed("lz4", LZ4), "lz4_two": packed("lz4", LZ4 + b"\x5f\x2a\x4d\x18\0\0\0\0" + LZ4, 0, 0),
        "lzma": packed("lzma", lzma.compress(LINES, lzma.FORMAT_ALONE)), "lzip": packed("lzip", LZIP),
        "lzip_two": packed("lzip", LZIP + LZIP, 0, 0),
    },
    "split": {
        "zstd": splits(30, *(raw_frame(b"line %d\nand" % i) for i in range(9))),
        "zstd_inner": splits(1, raw_frame(raw_frame(b"in\n") * 3), raw_frame(b"x\n"), raw_frame(b""), raw_frame(b"y")),
        "zstd_skip": splits(20, *(b"\x50\x2a\x4d\x18\4\0\0\0\x55\0\0\0" + raw_frame(b"a%d\n" % i) for i in range(5))),
        "zstd_packed": splits(99, ZSTD, ZSTD, ZSTD),
        "xz_blocks": splits(50, XZ_BLOCKS), "xz_streams": splits(60, lzma.compress(b"a\nb"), bytes(8), lzma.compress(b"c\nd\n")),
        "bzip2": splits(40, bz2.compress(b"a\nb"), bz2.compress(b""), bz2.compress(b"cc\ndd"), bytes(5)),
        "nested": splits(40, raw_frame(gzip.compress(b"a\n", mtime=0)), raw_frame(b"b")),
        "mark": splits(7, raw_frame(b"\xef\xbb\xbfa\n"), raw_frame(b"b\nc")),
    },
    "posix_ere": {
        "plain": b"foo bar", "brackets": b"[:[:xdigit:].][]a][^]b][[.a.]][[=b=]-][a\\]x[\\]]", "edges": b"\\<(a|b)\\>.\\<c+\\>",
        "repeats": b"*a**{,2}?|{1}b{0}(+c{1}{2}){,}{x", "anchors": b"a^b|(^$|x)$^y|\\`z\\'", "parentheses": b")()(a|)(?:b)(?i)(?a)",
    },
    "pattern": {
        "fixed": b"\0(a.*", "folded": "\2Straße Ж".encode(), "word": b"\x0dfoo|bar$", "anchors": b"\1^\\Aa$\\z(?-m)\\b",
        "quoted": b"\5\\Qa$\\E^", "nul": b"\1a\0b", "open": b"\1a(b[c", "classes": b"\7[[:alpha:]\\x{41}\\d-z]{2,5}?(?i:x)",
        "refused": b"\1(a)\\1(?=b)(?<n>c)", "verb": b"\1(*UTF8)a",
    },
    "lines": {
        "ends": regex(0, [(5, 0, 2, 6)], b"ao\nao\r\nbao\n\naox\r\n"),          # ^ao$
        "space": regex(2, [(2, 17, 2)], b"o o\no\no\r\no\n\ro o"),               # o\so, -w
        "empty": regex(1, [(0, 10), (5, 6)], b"\n\r\na\nb\n\n"),                 # a* and ^$
        "bounds": regex(0, [(23, 2, 24), (28, 0, 29)], b"o oo\na\nao\no_ a"),    # \bo\B and \Aa\z
        "word": regex(3, [(5, 0), (2, 6)], b"a\nab\n o\nao\nA b\r\nO\r\n"),       # ^a and o$, -w -i
        "not": regex(0, [(15, 20), (0, 43)], b"a\r\nb\n_ \nab\r\n\0a"),           # [^a]\W and a[^\n]
        "modes": regex(0, [(35, 5, 0, 6), (33, 4, 2)], b"a\na\r\nb o\n\no"),      # (?-m)^a$ and (?s).o
    },
    "scanner": {
        "counts": scan(0, 0, 0, 10, [b"foo"], TEXT),
        "lines": scan(4, 5, 3, 5, [b"foo", b"oo", b"x"], TEXT),
        "caseless": scan(5, 10, 30, 100, [b"Foo\r", b"o f"], TEXT),
        "words": scan(6, 0, 0, 10, [b"foo"], TEXT + b"\n_foo foo_\nfoo"),
        "files_with_matches": scan(8, 0, 0, 10, [b"last"], TEXT),
        "bytes": scan(4, 15, 1, 3, [b"\0", b"\xff\xff", b"\r"], b"a\0\n\xff\xff\xff\n\r\r\n\r"),
        "mark": scan(4, 0, 0, 10, [b"foo"], b"\xef\xbb\xbf" + TEXT),
        "utf16": scan(4, 0, 0, 10, [b"foo"], "\ufefffoo\nbar".encode("utf-16-be") * 40),
        "gzip": scan(4, 0, 0, 10, [b"foo"], gzipped()), "zstd_lz4": scan(4, 0, 0, 10, [b"foo"], ZSTD + LZ4),
        "invert": scan(4, 5, 3, 5, [b"foo", b"oo"], TEXT, 1), "invert_count": scan(0, 0, 0, 5, [b"foo"], TEXT, 1),
        "max_count": scan(4, 5, 3, 5, [b"foo", b"oo"], TEXT, 4), "roles": scan(4, 5, 3, 5, [b"foo", b"line"], TEXT, 16, [1, 2, 1, 1]),
        "not": scan(4, 0, 3, 5, [b"foo", b"bar"], TEXT, 16, [4, 4, 1, 1]),
        "events": scan(4, 0, 0, 100, [b"z"], b"a\n z\n1\nb\nc\n x" + b"y" * 80 + b"\n z\n 2\nd\n", 8),
        "window": scan(4, 0, 0, 40, [b"foo"], b"x" * 300 + b" foo " + b"y" * 200 + b"\n" + b"z" * 50 + b"foo\n"),
        "long": scan(4, 6, 0, 20, [b"a long keyword"], b"a long ke" + b"x" * 50 + b"a long keyword" + b"z" * 70 + b"\r\na\n"),
    },
}


def main():
    for target, files in CORPORA.items():
        directory = ROOT / target
        directory.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (directory / name).write_bytes(data)


if __name__ == "__main__":
    main()
