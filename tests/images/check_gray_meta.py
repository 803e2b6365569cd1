"""What a gray image keeps of the metadata, read back by Pillow and byte by byte: orientation, EXIF without its thumbnail,
XMP, comments, no color profile; with strip, nothing but the orientation."""
import io
import itertools
import struct
import sys

from PIL import Image, ImageChops, ImageCms, ImageOps

from gray_worker import Worker
import gray_samples as samples

THUMBNAIL = samples.jpeg(16, 12, quality=50)
COLOUR = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
GRAY = COLOUR[:16] + b"GRAY" + COLOUR[20:]
XMP = b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>"
APP1, APP2, APP13, COM = 0xE1, 0xE2, 0xED, 0xFE


def full_jpeg(orientation=6, big=False, profile=COLOUR, **how):
    icc = b"ICC_PROFILE\0\x01\x01" + profile
    return samples.with_segments(
        samples.jpeg(**how), samples.segment(APP1, b"Exif\0\0" + samples.exif(orientation, THUMBNAIL, big)),
        samples.segment(APP1, b"http://ns.adobe.com/xap/1.0/\0" + XMP), samples.segment(APP2, icc),
        samples.segment(APP2, b"MPF\0II*\0"), samples.segment(APP13, b"Photoshop 3.0\x008BIM\x04\x0c" + THUMBNAIL),
        samples.segment(0xE0, b"JFXX\0\x10" + THUMBNAIL), samples.segment(COM, b"a remark"))


def upright(data):
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data)))


def says(made, what):
    """In the open, or in a compressed text chunk of a PNG."""
    texts = [value for value in Image.open(io.BytesIO(made)).info.values() if isinstance(value, str)]
    return what in made or any(what.decode() in text for text in texts)


def directory(data, at=0):
    """Tags of the main directory of a TIFF structure in data at `at`, and the link after them."""
    order = ">" if data[at:at + 2] == b"MM" else "<"
    place, = struct.unpack_from(order + "I", data, at + 4)
    count, = struct.unpack_from(order + "H", data, at + place)
    tags = [struct.unpack_from(order + "H", data, at + place + 2 + 12 * n)[0] for n in range(count)]
    return tags, struct.unpack_from(order + "I", data, at + place + 2 + 12 * count)[0]


def check_jpeg_keeps(worker):
    for big, formula in itertools.product((False, True), ("bt601", "bt709")):
        for orientation in range(1, 9):
            data = full_jpeg(orientation, big)
            reply, made = worker.convert(data, formula=formula)
            image = Image.open(io.BytesIO(made))
            exif = image.getexif()
            case = f"{formula} {orientation} {reply}"
            assert reply.code == "OK" and image.mode == "L", case
            assert exif[0x112] == orientation and exif[0x10F] == "Kamera", case
            assert exif.get_ifd(0x8769)[0x9286] == b"ASCII\0\0\0what was seen", case
            assert directory(made, made.index(b"Exif\0\0") + 6) == ([0x10F, 0x112, 0x8769], 0), case
            assert b"\xff\xd8" not in made[2:], case
            assert "icc_profile" not in image.info and XMP in made and b"8BIM" not in made, case
            assert b"MPF" not in made and b"JFXX" not in made, case
            assert (b"a remark" in made) == (formula == "bt601"), case
            assert upright(made).size == upright(data).size, case


def check_gray_profile_stays(worker):
    _, made = worker.convert(full_jpeg(profile=GRAY))
    assert Image.open(io.BytesIO(made)).info["icc_profile"] == GRAY
    for form in ("PNG", "TIFF"):
        for profile, kept in ((GRAY, True), (COLOUR, False)):
            data = samples.saved(samples.picture(mode="L"), format=form, icc_profile=profile)
            _, made = worker.convert(data)
            assert ("icc_profile" in Image.open(io.BytesIO(made)).info) == kept, (form, kept)
            _, made = worker.convert(data, strip=True)
            assert "icc_profile" not in Image.open(io.BytesIO(made)).info, form


def check_jpeg_strip(worker):
    for formula in ("bt601", "bt709"):
        for orientation in range(1, 9):
            data = full_jpeg(orientation)
            reply, made = worker.convert(data, formula=formula, strip=True)
            assert reply.code == "OK"
            for gone in (b"Kamera", XMP, b"a remark", b"what was seen", b"ICC_PROFILE", b"8BIM"):
                assert gone not in made, gone
            weights = (0.299, 0.587, 0.114, 0) if formula == "bt601" else (0.2126, 0.7152, 0.0722, 0)
            right, ours = upright(data).convert("L", weights), upright(made)
            assert ours.size == right.size
            off = sum(n * level for level, n in enumerate(ImageChops.difference(ours, right).histogram()))
            assert off / (61 * 43) < 3, (formula, orientation, off / (61 * 43))
            if formula == "bt601":
                assert dict(Image.open(io.BytesIO(made)).getexif()) == ({0x112: orientation} if orientation > 1 else {})


def png_with(exif):
    plain = samples.png()
    return plain[:33] + samples.chunk(b"eXIf", exif) + plain[33:]


def check_other_formats_keep(worker):
    """PNG, WebP: the tag is kept in its format; XMP too; no profile."""
    exif = samples.exif(6, THUMBNAIL)
    webp = samples.saved(samples.picture(), format="WEBP", exif=b"Exif\0\0" + exif, xmp=XMP, icc_profile=COLOUR)
    lossless = samples.saved(samples.picture(mode="RGBA"), format="WEBP", lossless=True, exif=exif, xmp=XMP)
    frames = samples.saved(samples.picture(), format="WEBP", save_all=True, append_images=[samples.picture(seed=2)],
                           exif=exif, xmp=XMP, icc_profile=COLOUR)
    png = samples.saved(samples.picture(), format="PNG", icc_profile=COLOUR)
    png = png[:33] + samples.chunk(b"eXIf", exif) + samples.chunk(b"tEXt", b"Title\0a remark") + png[33:]
    for data in (webp, lossless, frames, png):
        reply, made = worker.convert(data)
        image = Image.open(io.BytesIO(made))
        got = image.getexif()
        assert got[0x112] == 6 and got[0x10F] == "Kamera" and not got.get_ifd(1), (reply, dict(got))
        assert THUMBNAIL[100:200] not in made and "icc_profile" not in image.info, reply
        assert (XMP in made) == (data != png) and says(made, b"a remark") == (data == png), reply
        image.load()
        stripped = worker.convert(data, strip=True)[1]
        for gone in (b"Kamera", XMP, b"a remark", b"what was seen"):
            assert not says(stripped, gone), (reply, gone)
        if data != frames:
            turned = Image.open(io.BytesIO(stripped))
            assert turned.size == (43, 61) and turned.getexif().get(0x112, 1) == 1, reply
    chunks = samples.webp_chunks(worker.convert(webp)[1])
    assert chunks[b"VP8X"][0] == 0x0C and struct.unpack("<I", chunks[b"VP8X"][4:7] + b"\0")[0] == 60


def check_xmp_of_png(worker):
    text = b"XML:com.adobe.xmp\0\0\0\0\0" + XMP
    plain = samples.png()
    data = plain[:33] + samples.chunk(b"iTXt", text) + plain[33:]
    for target in ("png", "jpeg", "webp", "tiff"):
        _, made = worker.convert(data, target=target)
        assert says(made, XMP), target
    assert not says(worker.convert(data, strip=True)[1], XMP)


def check_another_format_turns(worker):
    """Where the format changes the pixels are rotated, as not all readers apply the tag there."""
    for orientation in range(1, 9):
        data = full_jpeg(orientation)
        right = upright(data).convert("L")
        for target in ("png", "tiff", "webp"):
            _, made = worker.convert(data, target=target)
            image = Image.open(io.BytesIO(made)).convert("L")
            assert image.size == right.size and image.getexif().get(0x112, 1) == 1, (target, orientation)
            if target != "webp":
                assert ImageChops.difference(image, right).getextrema()[1] <= 1, (target, orientation)


def check_tiff_orientation(worker):
    for orientation in range(1, 9):
        data = samples.saved(samples.picture(), format="TIFF", tiffinfo={274: orientation})
        _, made = worker.convert(data)
        assert Image.open(io.BytesIO(made)).tag_v2[274] == orientation
        _, made = worker.convert(data, strip=True)
        image = Image.open(io.BytesIO(made))
        assert image.tag_v2.get(274, 1) == 1 and image.size == ((43, 61) if orientation > 4 else (61, 43))


def check_exif_and_tiff(worker):
    """EXIF goes into TIFF files, out of them and from one to another, in either byte order."""
    sources = [full_jpeg(1, big) for big in (False, True)]
    for prefix in ("II", "MM"):
        pages = {"save_all": True, "append_images": [samples.picture(20, 9)]} if prefix == "II" else {}
        data = samples.saved(samples.picture(), format="TIFF", tiffinfo=samples.exif_tags(), **pages)
        assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8769)[33434] == 0.125
        sources.append(data if prefix == "II" else big_endian(data))
    for data in sources:
        tiff = data[:1] in b"IM"
        pages = Image.open(io.BytesIO(data)).n_frames if tiff else 1
        for target in ("tiff", "png", "jpeg", "webp") if tiff and pages == 1 else ("tiff",):
            reply, made = worker.convert(data, target=target)
            image = Image.open(io.BytesIO(made))
            got = image.getexif()
            assert (reply.code, got[271]) == ("OK", "Kamera"), (reply, dict(got))
            assert got.get_ifd(0x8769)[0x9286] == b"ASCII\0\0\0what was seen", reply
            if tiff:
                assert (got[315], got[306], got[270]) == ("somebody", "2020:02:02 20:02:02", "a picture"), dict(got)
                assert got.get_ifd(0x8769)[33434] == 0.125 and got.get_ifd(0x8825)[2] == (50.0, 4.0, 30.5), reply
            if target == "tiff":
                tags = directory(made)[0]
                assert tags == sorted(set(tags)), tags
            for page in range(pages):
                image.seek(page)
                image.load()
            stripped = worker.convert(data, target=target, strip=True)[1]
            assert b"Kamera" not in stripped and b"what was seen" not in stripped, reply


def big_endian(data):
    """An uncompressed 8-bit TIFF of Pillow's in the other byte order, all numbers included."""
    out = bytearray(data)
    units = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 7: 1, 10: 4, 12: 8}
    out[:4] = b"MM\0*"

    def turn(at, size):
        out[at:at + size] = out[at:at + size][::-1]

    def directory(at):
        count, = struct.unpack_from("<H", data, at)
        turn(at, 2)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, number = struct.unpack_from("<HHI", data, entry)
            length = number * {5: 8, 10: 8}.get(kind, units[kind])
            values, = struct.unpack_from("<I", data, entry + 8)
            for place, size in ((entry, 2), (entry + 2, 2), (entry + 4, 4)):
                turn(place, size)
            if length > 4:
                turn(entry + 8, 4)
            start = values if length > 4 else entry + 8
            for place in range(start, start + length, units[kind]):
                turn(place, units[kind])
            if tag in (0x8769, 0x8825):
                directory(values)
        turn(at + 2 + 12 * count, 4)

    directory(struct.unpack_from("<I", data, 4)[0])
    turn(4, 4)
    return bytes(out)


def check_hostile_exif(worker):
    """Invalid offsets lose at most the EXIF, never the image."""
    good = samples.exif(6, THUMBNAIL[:40])
    bad = [good[:n] for n in range(len(good))]
    bad += [good[:at] + value + good[at + 1:] for at in range(len(good)) for value in (b"\0", b"\xff", b"\x08")]
    for block in bad:
        data = samples.with_segments(samples.jpeg(8, 8), samples.segment(APP1, b"Exif\0\0" + block))
        for strip in (False, True):
            reply, made = worker.convert(data, strip=strip)
            assert reply.code == "OK" and Image.open(io.BytesIO(made)).size == (8, 8), (block, reply)
    print(f"  {len(bad)} broken blocks")


def main():
    worker = Worker(sys.argv[1])
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check(worker)
            print("ok", name)
    assert worker.close() == 0


main()
