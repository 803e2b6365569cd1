"""Images for the tests of the worker, made by Pillow, cjpeg and a few lines of bytes; seeded, small."""
import atexit
import io
import os
import random
import shutil
import struct
import subprocess
import tempfile
import zlib

from PIL import Image, TiffImagePlugin

DIRECTORY = tempfile.mkdtemp(prefix="mpiscan-gray-")
atexit.register(shutil.rmtree, DIRECTORY, ignore_errors=True)


def clean():
    shutil.rmtree(DIRECTORY, ignore_errors=True)


def file(data, name="given"):
    path = os.path.join(DIRECTORY, name)
    with open(path, "wb") as to:
        to.write(data)
    return path


def picture(width=61, height=43, mode="RGB", seed=1):
    """Smooth areas, edges and noise; alpha too where the mode has it."""
    rng = random.Random(seed)
    bands = len(mode)
    smooth = [Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270))).resize((width, height))
              for _ in range(bands)]
    noise = [Image.frombytes("L", (width, height), rng.randbytes(width * height)) for _ in range(bands)]
    mixed = [Image.blend(s, n, 0.15) for s, n in zip(smooth, noise)]
    for band in mixed:
        band.paste(rng.randrange(256), (width // 4, height // 4, width // 2, height // 2))
    return Image.merge(mode, mixed) if bands > 1 else mixed[0]


def saved(image, **how):
    to = io.BytesIO()
    image.save(to, **how)
    return to.getvalue()


def png(width=61, height=43, mode="RGB", interlaced=False):
    """Made by hand when interlaced, as Pillow cannot: one color, as the seven passes are of one length a pixel."""
    if not interlaced:
        return saved(picture(width, height, mode), format="PNG")
    packer = zlib.compressobj(1)
    parts = []
    for x, y, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        row = b"\0" + b"\x40\x80\xc0" * ((width - x + dx - 1) // dx)
        for _ in range((height - y + dy - 1) // dy):
            parts.append(packer.compress(row))
    data = b"".join(parts) + packer.flush()
    return png_of(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1), data)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(head, data, extra=b""):
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png16(width, height, bands, seed=3):
    """A 16-bit PNG and its samples, row by row."""
    rng = random.Random(seed)
    rows = [[rng.randrange(65536) for _ in range(width * bands)] for _ in range(height)]
    data = b"".join(b"\0" + struct.pack(f">{len(row)}H", *row) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[bands], 0, 0, 0)
    return png_of(head, zlib.compress(data)), rows


def jpeg(width=61, height=43, **how):
    return saved(picture(width, height), format="JPEG", **{"quality": 80, **how})


def tiff(width=61, height=43, **how):
    return saved(picture(width, height), format="TIFF", **how)


def cjpeg(image, *options):
    return subprocess.run(["cjpeg", *options], input=saved(image, format="PPM"), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout


def jpegtran(data, *options):
    return subprocess.run(["jpegtran", *options], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def with_segments(data, *segments):
    """Segments inserted after SOI and the JFIF segment."""
    at = 20 if data[2:4] == b"\xff\xe0" else 2
    return data[:at] + b"".join(segments) + data[at:]


def exif(orientation=6, thumbnail=b"", big=False):
    """An EXIF block: make, orientation, an Exif directory with a comment; then IFD1 with the thumbnail."""
    order = ">" if big else "<"
    head = (b"MM" if big else b"II") + struct.pack(order + "HI", 42, 8)
    comment = b"ASCII\0\0\0what was seen"
    make_at, exif_at = 8 + 2 + 3 * 12 + 4, 8 + 2 + 3 * 12 + 4 + 8
    comment_at = exif_at + 2 + 12 + 4
    next_at = comment_at + len(comment) + len(comment) % 2
    picture_at = next_at + 2 + 2 * 12 + 4
    short = struct.pack(order + "HH", orientation, 0)
    main = struct.pack(order + "H", 3) + struct.pack(order + "HHII", 0x10F, 2, 7, make_at)
    main += struct.pack(order + "HHI", 0x112, 3, 1) + short + struct.pack(order + "HHII", 0x8769, 4, 1, exif_at)
    main += struct.pack(order + "I", next_at if thumbnail else 0)
    sub = struct.pack(order + "HHHIII", 1, 0x9286, 7, len(comment), comment_at, 0)
    block = head + main + b"Kamera\0\0" + sub + comment + b"\0" * (len(comment) % 2)
    if thumbnail:
        block += struct.pack(order + "HHHII", 2, 0x201, 4, 1, picture_at)
        block += struct.pack(order + "HHII", 0x202, 4, 1, len(thumbnail)) + struct.pack(order + "I", 0) + thumbnail
    return block


def exif_tags():
    """The same and more for a TIFF, as Pillow wants it."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[271], tags[306], tags[315], tags[270] = "Kamera", "2020:02:02 20:02:02", "somebody", "a picture"
    tags[0x8769] = {0x9286: b"ASCII\0\0\0what was seen", 33434: 0.125}
    tags[0x8825] = {2: (50.0, 4.0, 30.5)}
    return tags


def webp_chunks(data):
    at, found = 12, {}
    while at + 8 <= len(data):
        length, = struct.unpack_from("<I", data, at + 4)
        found[data[at:at + 4]] = data[at + 8:at + 8 + length]
        at += 8 + length + length % 2
    return found


def by_vips(image):
    """What Pillow cannot write: HEIC, AVIF, JPEG XL, as far as the vips program here can."""
    found, given = {}, file(saved(image, format="PPM"), "given.ppm")
    for name, command in (("heic", ["heifsave", "--compression", "hevc"]), ("avif", ["heifsave", "--compression", "av1"]),
                          ("jxl", ["jxlsave"])):
        made = os.path.join(DIRECTORY, f"made.{name}")
        run = subprocess.run(["vips", command[0], given, made, *command[1:]], stderr=subprocess.DEVNULL, check=False)
        if run.returncode == 0:
            with open(made, "rb") as got:
                found[name] = got.read()
    return found
