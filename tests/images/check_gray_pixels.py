"""The general method against Pillow's convert("L") and against the formulas written out: formats, 16 bit, alpha, palettes,
pages and frames."""
import io
import shutil
import struct
import subprocess
import sys

from PIL import Image, ImageChops, ImageSequence

from gray_worker import Worker
import gray_samples as samples

MODES = {"PNG": ("RGB", "RGBA", "L", "LA", "P", "1"), "TIFF": ("RGB", "RGBA", "L", "LA", "P", "1"),
         "BMP": ("RGB", "RGBA", "L", "P", "1"), "PPM": ("RGB", "L", "1"), "GIF": ("P", "L"),
         "JPEG2000": ("RGB", "RGBA", "L"), "WEBP": ("RGB", "RGBA")}
SIZES = [(1, 1), (2, 3), (61, 43), (130, 7)]


def in_mode(size, mode):
    if mode in ("P", "1"):
        return samples.picture(*size).convert(mode)
    return samples.picture(*size, mode=mode)


def levels_off(one, two):
    return ImageChops.difference(one, two).getextrema()[1]


def check_formats(worker):
    """Within one level of Pillow, alpha and size unchanged; `how` makes Pillow write without loss."""
    tried, worst = 0, 0
    for form, modes in MODES.items():
        for mode in modes:
            for size in SIZES:
                given = in_mode(size, mode)
                data = samples.saved(given, format=form, **({"lossless": True, "exact": True} if form == "WEBP" else {}))
                right = Image.open(io.BytesIO(data))
                reply, made = worker.convert(data)
                case = f"{form} {mode} {size}: {reply}"
                assert (reply.code, reply.method, reply.width, reply.height, reply.pages) == ("OK", "general", *size, 1), case
                image = Image.open(io.BytesIO(made))
                assert image.size == size and reply.nbytes == len(made), case
                alpha = "A" in right.getbands() and form != "BMP"
                assert ("A" in image.getbands()) == alpha or form == "WEBP", case
                worst = max(worst, levels_off(image.convert("RGB").convert("L"), right.convert("RGB").convert("L")))
                assert worst <= 1, case
                if alpha:
                    assert levels_off(image.getchannel("A"), right.getchannel("A")) == 0, case
                tried += 1
    print(f"  {tried} images, at most {worst} level off")


def check_same_format(worker):
    for form, target in (("JPEG", "JPEG"), ("PNG", "PNG"), ("TIFF", "TIFF"), ("WEBP", "WEBP"), ("GIF", "WEBP"),
                         ("BMP", "PNG"), ("PPM", "PPM"), ("JPEG2000", "PNG")):
        _, made = worker.convert(samples.saved(samples.picture(), format=form))
        assert Image.open(io.BytesIO(made)).format == target, form


def check_targets(worker):
    for target, name in (("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP"), ("tiff", "TIFF")):
        for form in ("JPEG", "PNG", "GIF", "TIFF"):
            reply, made = worker.convert(samples.saved(samples.picture(), format=form), target=target)
            image = Image.open(io.BytesIO(made))
            assert (reply.code, reply.to, image.format, image.size) == ("OK", target, name, (61, 43)), reply


def check_formulas(worker):
    pixel = Image.new("RGB", (5, 4), (200, 100, 50))
    for form in ("PNG", "TIFF", "BMP", "PPM", "GIF"):
        for formula, value in (("bt601", 124), ("bt709", 117), ("linear", 128)):
            reply, made = worker.convert(samples.saved(pixel, format=form), formula=formula)
            image = Image.open(io.BytesIO(made)).convert("RGB")
            assert reply.code == "OK" and image.getpixel((4, 3)) == (value,) * 3, (form, formula, image.getpixel((4, 3)))
    for formula in ("bt601", "bt709", "linear"):  # gray keeps its value
        ramp = Image.merge("RGB", [Image.frombytes("L", (256, 1), bytes(range(256)))] * 3)
        _, made = worker.convert(samples.saved(ramp, format="PNG"), formula=formula)
        assert Image.open(io.BytesIO(made)).tobytes() == bytes(range(256)), formula


def bit_fields(masks, pixel, bits):
    """A BMP of one color, its channels at `masks` (red, green, blue)."""
    nrow = (bits // 8 * 5 + 3) // 4 * 4
    row = struct.pack("<I", pixel)[:bits // 8] * 5
    body = row.ljust(nrow, b"\0") * 4
    head = struct.pack("<IiiHHIIiiII3I", 40, 5, 4, 1, bits, 3, len(body), 0, 0, 0, 0, *masks)
    return struct.pack("<2sIHHI", b"BM", 14 + len(head) + len(body), 0, 0, 14 + len(head)) + head + body


def check_bit_fields(worker):
    for bits, masks, pixel, rgb in ((16, (0xF800, 0x07E0, 0x001F), 0xFC00, (255, 129, 0)),
                                    (32, (0x3FF, 0xFFC00, 0x3FF00000), 512 | 1023 << 10, (127, 255, 0)),
                                    (32, (0xFFFFFFFC, 2, 1), 0x80000003, (127, 255, 255)),
                                    (32, (0, 0xFF00, 0xFFFFFFFF), 0xFF00, (0, 255, 0))):
        reply, made = worker.convert(bit_fields(masks, pixel, bits))
        value = (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) // 1000
        image = Image.open(io.BytesIO(made))
        assert reply.code == "OK" and image.getpixel((4, 3)) == value, (masks, reply, image.getpixel((4, 3)), value)


def to_light(v):
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def to_value(light):
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def check_linear_exactly(worker):
    """Every level of linear light's formula, computed again in double precision."""
    given = samples.picture(97, 61)
    _, made = worker.convert(samples.saved(given, format="PNG"), formula="linear")
    for (r, g, b), ours in zip(given.getdata(), Image.open(io.BytesIO(made)).getdata()):
        light = 0.2126 * to_light(r / 255) + 0.7152 * to_light(g / 255) + 0.0722 * to_light(b / 255)
        assert abs(ours - to_value(light) * 255) < 0.501, ((r, g, b), ours)


def check_16_bit(worker):
    """16 bit are kept: compared sample by sample, the gray file read back as PGM; alpha by its own PNG."""
    for bands in (1, 2, 3, 4):
        data, rows = samples.png16(23, 11, bands)
        reply, made = worker.convert(data)
        assert reply.code == "OK" and made[24:26] == bytes((16, {1: 0, 3: 0, 2: 4, 4: 4}[bands])), reply
        if bands in (1, 3):
            _, plain = worker.convert(made, target="ppm")
            ours = struct.unpack(f">{23 * 11}H", plain.split(b"\n", 3)[3])
            flat = [row[i:i + bands] for row in rows for i in range(0, 23 * bands, bands)]
            for pixel, value in zip(flat, ours):
                exact = pixel[0] if bands == 1 else 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
                assert abs(exact - value) <= 1, (pixel, value)
        else:
            alpha = Image.open(io.BytesIO(made)).getchannel("A")  # Pillow shows the upper 8 bits
            wanted = [row[i] >> 8 for row in rows for i in range(bands - 1, 23 * bands, bands)]
            assert all(abs(a - b) <= 1 for a, b in zip(alpha.getdata(), wanted)), bands
    given = samples.png16(23, 11, 3)[0]
    for target in ("jpeg", "webp"):
        reply, made = worker.convert(given, target=target)
        assert reply.code == "OK", reply
        mean = sum(Image.open(io.BytesIO(made)).convert("L").getdata()) / (23 * 11)
        assert 100 < mean < 155, mean
    tiff = worker.convert(given, target="tiff")[1]
    assert Image.open(io.BytesIO(tiff)).mode.startswith("I;16")


def check_alpha_to_jpeg(worker):
    """JPEG has no alpha: a white background."""
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    _, made = worker.convert(samples.saved(clear, format="PNG"), target="jpeg")
    assert Image.open(io.BytesIO(made)).getpixel((3, 3)) == 255


def check_frames(worker):
    """Animations keep frames, delays and loop."""
    frames = [samples.picture(seed=seed) for seed in range(5)]
    delays = [50, 120, 80, 200, 40]
    for form, more in (("GIF", {}), ("WEBP", {"lossless": True})):
        data = samples.saved(frames[0], format=form, save_all=True, append_images=frames[1:], duration=delays, loop=3,
                             **more)
        reply, made = worker.convert(data)
        assert (reply.code, reply.to, reply.pages, reply.height) == ("OK", "webp", 5, 43), reply
        ours, theirs = Image.open(io.BytesIO(made)), Image.open(io.BytesIO(data))
        assert ours.n_frames == 5 and ours.info["loop"] in (3, 4), ours.info
        for number, (one, two) in enumerate(zip(ImageSequence.Iterator(ours), ImageSequence.Iterator(theirs))):
            one.load()
            two.load()
            assert levels_off(one.convert("RGB").convert("L"), two.convert("RGB").convert("L")) <= 1, (form, number)
            assert one.info["duration"] == delays[number], (form, number, one.info)
        reply, _ = worker.convert(data, target="png")
        assert reply.code == "FORMAT" and "5 pages" in reply.text, reply


def check_pages(worker):
    """All pages of a TIFF, of one size or of several, in several modes."""
    for sizes in ([(61, 43)] * 3, [(61, 43), (20, 30), (100, 5)]):
        pages = [samples.picture(*size, seed=n) for n, size in enumerate(sizes)]
        data = samples.saved(pages[0], format="TIFF", save_all=True, append_images=pages[1:])
        reply, made = worker.convert(data)
        assert (reply.code, reply.pages) == ("OK", 3), reply
        ours = Image.open(io.BytesIO(made))
        assert ours.n_frames == 3
        for page, right in zip(ImageSequence.Iterator(ours), pages):
            assert page.size == right.size and levels_off(page.convert("L"), right.convert("L")) <= 1


def check_fax(worker):
    """A black and white page stays one: 1 bit, and not many times its size."""
    page = samples.picture(400, 300).convert("1")
    data = samples.saved(page, format="TIFF", compression="group4")
    reply, made = worker.convert(data)
    image = Image.open(io.BytesIO(made))
    assert reply.code == "OK" and image.mode == "1" and image.tobytes() == page.tobytes(), (reply, image.mode)
    assert len(made) < 2 * len(data)


def check_hash(worker):
    """The same image gives the same bytes and hash, in another worker too; other bytes give another hash."""
    other = Worker(sys.argv[1])
    hashes = set()
    for form in ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "PPM"):
        data = samples.saved(samples.picture(), format=form)
        (one, first), (two, second) = worker.convert(data), other.convert(data)
        assert first == second and one.hash == two.hash and len(first) == one.nbytes, form
        hashes.add(one.hash)
        if shutil.which("xxh128sum"):
            printed = subprocess.run(["xxh128sum"], input=first, stdout=subprocess.PIPE, check=True).stdout
            assert printed.split()[0].decode() == one.hash, form
    assert len(hashes) == 6
    assert other.close() == 0


def main():
    worker = Worker(sys.argv[1])
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check(worker)
            print("ok", name)
    assert worker.close() == 0


main()
