"""Hostile images: every truncation of a small file of each format, seeded byte flips, bombs. The worker answers, or dies
alone, within its time and memory; whatever it was given before, the next good image is converted right.

usage: check_gray_hostile.py WORKER [FLIPS]   FLIPS: damaged files a format, 400 by default
"""
import collections
import random
import struct
import sys
import zlib

from PIL import Image

from gray_worker import Died, Worker
import gray_samples as samples

MEMORY = 512 << 20
MAX_PIXELS = 1_000_000


class Field:
    """A worker that is restarted after it exited, and counts of the results."""

    def __init__(self, program):
        self.program, self.worker, self.ends = program, None, collections.Counter()
        self.good = samples.png(9, 7)
        self.right = self.fresh().convert(self.good)[1]
        self.slowest = self.largest = 0
        self.made = b""

    def fresh(self):
        if self.worker is None:
            self.worker = Worker(self.program, memory=MEMORY, timeout=30)
        return self.worker

    def bury(self):
        self.worker.close()
        self.worker = None

    def throw(self, data, **how):
        """The result for one file; the output is kept in self.made."""
        process, since = self.fresh().process, self.fresh().seconds()
        try:
            reply, made = self.fresh().convert(data, max_pixels=MAX_PIXELS, **how)
            self.made = made
            end = reply.code
            assert end in ("OK", "FORMAT", "LIMIT", "NOMEM"), reply
            assert (end == "OK") == (reply.text == "") and (end != "OK" or len(made) == reply.nbytes > 0), reply
        except Died as death:
            end = str(death)
            self.bury()
        took = self.worker.seconds() - since if self.worker and self.worker.process is process else 0
        self.slowest = max(self.slowest, took)
        self.ends[end] += 1
        return end

    def check_well(self):
        self.largest = max(self.largest, self.fresh().peak_kib())
        reply, made = self.fresh().convert(self.good)
        assert reply.code == "OK" and made == self.right, reply


def small_files():
    small = samples.picture(13, 11)
    found = {"jpeg": samples.cjpeg(small, "-sample", "2x2"), "jpeg progressive": samples.cjpeg(small, "-progressive"),
             "jpeg rgb": samples.cjpeg(small, "-rgb"), "jpeg meta": samples.with_segments(
                 samples.cjpeg(small), samples.segment(0xE1, b"Exif\0\0" + samples.exif(6, b"\xff\xd8thumb\xff\xd9"))),
             "jpeg cmyk": samples.saved(small.convert("CMYK"), format="JPEG"),
             "png": samples.saved(small, format="PNG"), "png palette": samples.saved(small.convert("P"), format="PNG"),
             "png16": samples.png16(7, 5, 4)[0], "png interlaced": samples.png(13, 11, interlaced=True),
             "tiff": samples.saved(small, format="TIFF"),
             "tiff exif": samples.saved(small, format="TIFF", tiffinfo=samples.exif_tags()),
             "tiff lzw": samples.saved(small, format="TIFF", compression="tiff_lzw"),
             "tiff pages": samples.saved(small, format="TIFF", save_all=True, append_images=[samples.picture(5, 6)]),
             "tiff fax": samples.saved(small.convert("1"), format="TIFF", compression="group4"),
             "webp": samples.saved(small, format="WEBP"), "webp lossless": samples.saved(small, format="WEBP", lossless=True),
             "webp frames": samples.saved(small, format="WEBP", save_all=True, append_images=[samples.picture(13, 11, seed=2)]),
             "gif": samples.saved(small, format="GIF"),
             "gif frames": samples.saved(small, format="GIF", save_all=True, append_images=[samples.picture(13, 11, seed=2)]),
             "bmp": samples.saved(small, format="BMP"), "bmp palette": samples.saved(small.convert("P"), format="BMP"),
             "bmp rle": rle_bitmap(), "ppm": samples.saved(small, format="PPM"), "pgm text": b"P2\n3 2\n255\n1 2 3 4 5 6\n",
             "jp2": samples.saved(small, format="JPEG2000")}
    found.update(samples.by_vips(small))
    return found


def rle_bitmap():
    palette = b"".join(struct.pack("<BBBB", i, 255 - i, i // 2, 0) for i in range(256))
    runs = b"\x05\x07\x08\x09\0\0" * 10 + b"\0\x03\1\2\3\0\x0a\4\0\0" + b"\0\1"
    head = struct.pack("<IiiHHIIiiII", 40, 13, 11, 1, 8, 1, len(runs), 0, 0, 256, 0)
    at = 14 + len(head) + len(palette)
    return struct.pack("<2sIHHI", b"BM", at + len(runs), 0, 0, at) + head + palette + runs


def check_truncations(field, files):
    """A truncated file is a fault, unless only an end marker is lost: then the result is that of the complete file."""
    for name, data in files.items():
        assert field.throw(data) == "OK", name
        whole = field.made
        ends = collections.Counter()
        for n in range(len(data)):
            end = field.throw(data[:n])
            ends[end] += 1
            assert end != "OK" or field.made == whole, f"{name}: {n} of {len(data)} bytes pass for the whole"
        field.check_well()
        print(f"  {name}: {len(data)} truncations: {dict(ends)}")


def check_flips(field, files):
    rng = random.Random(7)
    flips = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    for name, data in files.items():
        ends = collections.Counter()
        for _ in range(flips):
            bad = bytearray(data)
            for _ in range(rng.choice((1, 1, 2, 4, 16))):
                bad[rng.randrange(len(bad))] = rng.choice((0, 255, 127, 128, rng.randrange(256)))
            ends[field.throw(bytes(bad), target=rng.choice(("none", "none", "png", "webp", "tiff")),
                             strip=rng.random() < 0.3)] += 1
        field.check_well()
        print(f"  {name}: {flips} damaged: {dict(ends)}")


def bombs():
    def png_head(width, height, kind=2, interlaced=0):
        return struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, interlaced)
    zeros = zlib.compress(bytes(50_000_000), 9)
    yield "png 30000x30000", samples.png_of(png_head(30000, 30000), zeros), "LIMIT"
    yield "png 2^31", samples.png_of(png_head(2**31 - 1, 2**31 - 1), zeros), None
    yield "png with 50 MB of text", samples.png_of(png_head(3, 3), zlib.compress(bytes(30)), samples.chunk(
        b"zTXt", b"a\0\0" + zeros) * 3), None
    yield "png with a profile of 50 MB", samples.png_of(png_head(3, 3), zlib.compress(bytes(30)), samples.chunk(
        b"iCCP", b"a\0\0" + zeros)), None
    jpeg = samples.jpeg(16, 16)
    at = jpeg.index(b"\xff\xc0") + 5
    yield "jpeg 65500x65500", jpeg[:at] + struct.pack(">HH", 65500, 65500) + jpeg[at + 4:], "LIMIT"
    yield "jpeg just below", jpeg[:at] + struct.pack(">HH", 999, 999) + jpeg[at + 4:], "FORMAT"
    progressive = samples.jpegtran(samples.jpeg(60, 60), "-progressive")
    scan = progressive.rindex(b"\xff\xc4")  # the last scan with its table, again and again
    yield "jpeg of 5000 scans", progressive[:-2] + progressive[scan:-2] * 5000 + b"\xff\xd9", None
    gif = samples.saved(Image.new("P", (500, 500)), format="GIF", save_all=True,
                        append_images=[Image.new("P", (500, 500), n) for n in range(1, 9)])
    yield "gif of 9 frames", gif, "LIMIT"
    gif = bytearray(samples.saved(samples.picture(5, 5), format="GIF"))
    gif[6:10] = struct.pack("<HH", 65535, 65535)
    yield "gif 65535x65535", bytes(gif), None  # browsers and libnsgif take the frame's size
    yield "bmp 30000x30000", rle_bitmap()[:18] + struct.pack("<ii", 30000, 30000) + rle_bitmap()[26:], "LIMIT"
    yield "ppm 2^31", b"P6 2147483647 2147483647 255\n", None
    tiff = bytearray(samples.saved(samples.picture(13, 11), format="TIFF"))
    for tag in (256, 257):
        entry = tiff.index(struct.pack("<HHI", tag, 4, 1)) if struct.pack("<HHI", tag, 4, 1) in tiff else \
            tiff.index(struct.pack("<HHI", tag, 3, 1))
        tiff[entry + 2:entry + 12] = struct.pack("<HII", 4, 1, 100000)
    yield "tiff 100000x100000", bytes(tiff), "LIMIT"
    loop = bytearray(samples.saved(samples.picture(13, 11), format="TIFF"))
    at = struct.unpack_from("<I", loop, 4)[0]
    count = struct.unpack_from("<H", loop, at)[0]
    struct.pack_into("<I", loop, at + 2 + 12 * count, at)
    yield "tiff whose directory is its own successor", bytes(loop), None
    yield "webp 16383x16383", webp_head(16383, 16383), "LIMIT"


def webp_head(width, height):
    data = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + bytes(20)
    return b"RIFF" + struct.pack("<I", len(data) + 13) + b"WEBPVP8L" + struct.pack("<I", len(data)) + data + b"\0"


def check_bombs(field, _):
    for name, data, wanted in bombs():
        end = field.throw(data)
        field.check_well()
        print(f"  {name}, {len(data)} bytes: {end}")
        assert wanted is None or end == wanted, name


def check_noise(field, _):
    rng = random.Random(3)
    heads = [b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0", b"RIFF\xff\0\0\0WEBPVP8L", b"GIF89a",
             b"P6\n9 9\n255\n", b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x0a", b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypavif"]
    for head in heads:
        for _ in range(40):
            field.throw(head + rng.randbytes(rng.choice((0, 1, 20, 300, 5000))))
    field.check_well()


def main():
    field = Field(sys.argv[1])
    files = small_files()
    for check in (check_noise, check_bombs, check_truncations, check_flips):
        check(field, files)
        print("ok", check.__name__)
    print(f"  {sum(field.ends.values())} files: {dict(field.ends)}; the slowest took {field.slowest:.2f} s of processor time, "
          f"the largest worker {field.largest // 1024} MiB")
    assert field.largest < MEMORY // 1024 and field.fresh().close() == 0


main()
