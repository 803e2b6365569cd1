"""The lossless JPEG method against jpegtran -grayscale: the same coefficients and quantization, for every subsampling, odd
sizes, baseline, progressive, arithmetic and restart markers; and the JPEGs for which it is not used."""
import io
import itertools
import subprocess
import sys

from PIL import Image, ImageChops

from gray_worker import Worker
import gray_samples as samples

SAMPLINGS = {"4:4:4": "1x1", "4:2:2": "2x1", "4:2:0": "2x2", "4:4:0": "1x2", "4:1:1": "4x1", "4:1:0": "4x2",
             "3x1": "3x1", "1x1,2x2": "1x1,2x2,2x2", "2x2,1x2,2x1": "2x2,1x2,2x1",
             "2x1,1x2,1x2": "2x1,1x2,1x2"}
NOT_FULL = ("1x1,2x2", "2x1,1x2,1x2")  # their Y is subsampled
SIZES = [(1, 1), (7, 9), (8, 8), (16, 16), (17, 15), (31, 33), (61, 43), (250, 1), (1, 250)]
CODINGS = {"baseline": [], "optimized": ["-optimize"], "progressive": ["-progressive"], "restart": ["-restart", "1"],
           "restart in blocks": ["-restart", "3B"], "arithmetic": ["-arithmetic"], "low": ["-quality", "5"],
           "best": ["-quality", "100"], "grayscale": ["-grayscale"]}


def normal(data):
    """Sequential, optimal tables, no metadata: equal bytes then mean equal coefficients."""
    return samples.jpegtran(data, "-optimize", "-copy", "none")


def check_coefficients(worker):
    tried = 0
    for (name, factors), size, (coding, options) in itertools.product(SAMPLINGS.items(), SIZES, CODINGS.items()):
        if coding == "grayscale" and factors not in ("1x1", "2x2"):
            continue
        data = samples.cjpeg(samples.picture(*size), "-sample", factors, *options)
        reply, made = worker.convert(data)
        case = f"{name} {size} {coding}: {reply}"
        if name in NOT_FULL and coding != "grayscale":
            assert (reply.code, reply.method) == ("OK", "general"), case
            assert Image.open(io.BytesIO(made)).size == size, case
            continue
        assert (reply.code, reply.method, reply.width, reply.height) == ("OK", "lossless", *size), case
        right = samples.jpegtran(data, "-grayscale")
        assert normal(made) == normal(right), case
        image = Image.open(io.BytesIO(made))
        assert (image.mode, image.size) == ("L", size), case
        assert bool(image.info.get("progressive")) == (coding == "progressive"), case
        if coding == "optimized":
            assert len(made) <= len(right), f"{case}: {len(right)} by jpegtran"
        tried += 1
    print(f"  {tried} JPEGs have the coefficients that jpegtran gives them")


def check_decoded_is_y(worker):
    """Decoding gives exactly the Y that the color JPEG has."""
    data = samples.cjpeg(samples.picture(), "-sample", "2x2")
    _, made = worker.convert(data)
    y = subprocess.run(["djpeg", "-grayscale", "-pnm"], input=data, stdout=subprocess.PIPE, check=True).stdout
    ours = subprocess.run(["djpeg", "-pnm"], input=made, stdout=subprocess.PIPE, check=True).stdout
    assert ours == y


def check_general_method(worker):
    """What libjpeg does not decide to be Y: RGB by component ids, CMYK by Adobe's marker. Pillow knows no profile of inks."""
    color = samples.picture(80, 60)
    rgb = samples.cjpeg(color, "-rgb", "-quality", "95")
    cmyk = samples.saved(color.convert("CMYK"), format="JPEG", quality=95)
    adobe = cmyk.index(b"Adobe\0")
    ycck = cmyk[:adobe + 11] + b"\2" + cmyk[adobe + 12:]  # the same numbers read as YCCK
    for name, data, most in (("rgb", rgb, 1), ("cmyk", cmyk, 25), ("ycck", ycck, 25)):
        reply, made = worker.convert(data)
        assert (reply.code, reply.method, reply.to) == ("OK", "general", "jpeg"), (name, reply)
        assert Image.open(io.BytesIO(made)).mode == "L"
        _, exact = worker.convert(data, target="png")
        right = Image.open(io.BytesIO(data)).convert("L")
        difference = ImageChops.difference(Image.open(io.BytesIO(exact)), right)
        mean = sum(level * n for level, n in enumerate(difference.histogram())) / (80 * 60)
        assert mean <= most, (name, mean)
        print(f"  {name}: {mean:.1f} levels off Pillow's in the mean, {difference.getextrema()[1]} at most")


def check_cmyk_is_not_negative(worker):
    """Paper white, black ink and full cyan, as Adobe writes them (inverted), through each gray formula."""
    for ink, low, high in (((0, 0, 0, 0), 250, 255), ((0, 0, 0, 255), 0, 60), ((255, 0, 0, 0), 60, 170)):
        data = samples.saved(Image.new("CMYK", (32, 32), ink), format="JPEG", quality=95)
        for formula in ("bt601", "bt709", "linear"):
            reply, made = worker.convert(data, formula=formula)
            value = Image.open(io.BytesIO(made)).getpixel((9, 9))
            assert reply.code == "OK" and low <= value <= high, (ink, formula, value, reply)


def check_broken_is_said(worker):
    """Damage that libjpeg only warns of is a fault: part of an image must not be taken for all of it."""
    data = samples.jpeg(200, 150, subsampling=2)
    for cut in (len(data) - 2, len(data) // 2, 400, 30):
        reply, _ = worker.convert(data[:cut])
        assert reply.code == "FORMAT" and reply.text, (cut, reply)
    reply, _ = worker.convert(data[:len(data) // 2] + data[-2:])  # too few data before the end marker
    assert reply.code == "FORMAT" and "Corrupt" in reply.text, reply
    reply, _ = worker.convert(data[:-2] + b"\0\0\0\0" + data[-2:])  # padding before the end: some cameras
    assert reply.code == "OK", reply
    reply, made = worker.convert(data + b"what follows a picture" * 100)
    assert reply.code == "OK" and b"what follows" not in made, reply


def check_scans(worker):
    data = samples.jpegtran(samples.jpeg(), "-progressive")
    scans = data.count(b"\xff\xda")
    for allowed, code in ((scans, "OK"), (scans - 1, "LIMIT"), (1, "LIMIT")):
        reply, _ = worker.convert(data, max_scans=allowed)
        assert reply.code == code, (scans, allowed, reply)


def main():
    worker = Worker(sys.argv[1])
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check(worker)
            print("ok", name)
    assert worker.close() == 0


main()
