. "$PRELUDE"
# Compressed logs under any name: searched whole; damaged ones reported, with the lines before the damage.
printf 'one key\ntwo\nthree key\n' >text
"$PYTHON" - <<'END'
import bz2, gzip, lzma
text = open("text", "rb").read()
gz = gzip.compress(text, mtime=0)
for name, data in (("a.txt", gz), ("b.log", gz + gz + bytes(512)), ("c.zip", bz2.compress(text)), ("d", lzma.compress(text)),
                   ("e.gz", lzma.compress(text, lzma.FORMAT_ALONE)), ("f.gz", gzip.compress(bz2.compress(text), mtime=0)),
                   ("g.gz", gzip.compress(b"\xff\xfe" + text.decode().encode("utf-16-le"), mtime=0)),
                   ("cut.gz", gz[:-3]), ("more.gz", gz + b"more"), ("bad.xz", lzma.compress(text)[:-1] + b"?"),
                   ("7z.gz", gzip.compress(b"7z\xbc\xaf\x27\x1c\0\4", mtime=0)), ("deep.gz", gzip.compress(gzip.compress(gz, mtime=0), mtime=0)),
                   ("bomb.gz", gzip.compress(b"key\n" * 300000, mtime=0)),
                   ("dict.xz", lzma.compress(text, preset=8))):
    open(name, "wb").write(data)
END
b logs -n -e key a.txt b.log c.zip d e.gz f.gz g.gz
b logs -e key cut.gz more.gz bad.xz 7z.gz deep.gz
b logs -e key --max-decompressed 1M bomb.gz
b logs -e key --max-decompressed 1200000 bomb.gz
b logs -e key --memlimit-decompress 16M dict.xz
b logs -e key --memlimit-decompress 32M dict.xz
