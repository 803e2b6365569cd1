# zip, cpio and ar archives: member by member, in each other; what is damaged or hidden in them fails.
. "$PRELUDE"
"$PYTHON" - <<'END'
import gzip, io, struct, tarfile, zipfile

def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data, method in members:
            made.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()

def newc(*members):
    out = b""
    for name, data in (*members, ("TRAILER!!!", b"")):
        fields = (1, 0o100644, 0, 0, 1, 0, len(data), 8, 1, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
        out += head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
    return out

def ar(*members):
    return b"!<arch>\n" + b"".join(b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name.encode(), 0, 0, 0, 0o100644, len(data)) + data
                                   + b"\n" * (len(data) % 2) for name, data in members)

def tarred(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as made:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        made.addfile(info, io.BytesIO(data))
    return out.getvalue()

text = b"one\ntwo KEY\n"
good = zipped(("a.log", text, 8), ("dir/b.log", b"KEY\nKEY\n", 0), ("c.log", b"none\n", 8), ("i.tar", tarred("x.log", text), 8))
ends = good.rindex(b"PK\5\6")
files = {
    "good.zip": good, "within.tar": tarred("good.zip", good), "more.zip.gz": gzip.compress(zipped(("a", text, 12), ("b", text, 14)), mtime=0),
    "good.cpio": newc(("a.log", text), ("b.log.gz", gzip.compress(text, mtime=0))), "x.deb": ar(("debian-binary", b"2.0\n"), ("data.tar.gz", gzip.compress(tarred("x.log", text), mtime=0))),
    "installer": b"#!/bin/sh\n# KEY\n" + good, "empty.zip": zipped(), "text.cpio": b"0707011530001234 KEY\n",
    "encrypted.zip": good.replace(b"PK\3\4\x14\0\0\0\0\0", b"PK\3\4\x14\0\1\0\0\0", 1), "cut.zip": good[:ends], "crc.zip": good.replace(b"KEY\nKEY", b"KEY\nkey"),
    "lacks.zip": good.replace(b"PK\1\2", b"PK\1\3", 1), "between.zip": good[:good.index(b"PK\1\2")] + b"KEY\n" + good[good.index(b"PK\1\2"):],
    "initrd": newc(("a", text)) + gzip.compress(newc(("b", text)), mtime=0), "cut.cpio": newc(("a", text))[:-50],
}
for name, data in files.items():
    open(name, "wb").write(data)
END
b logs -n -e KEY good.zip
b logs -e KEY within.tar more.zip.gz good.cpio x.deb installer empty.zip text.cpio initrd
b logs -e KEY encrypted.zip cut.zip crc.zip lacks.zip between.zip cut.cpio
b logs -e KEY --max-decompressed 9K good.zip
