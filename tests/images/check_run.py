"""The images job as a user runs it: a tree of pictures at 1, 2 and 4 ranks against Pillow, the same bytes every time; what
lands where; what becomes of hostile inputs, clashes, full disks and files that are no images.

usage: check_run.py MPISCAN MPIEXEC
"""
import ctypes
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

try:
    from PIL import Image, ImageChops
except ImportError:
    print("no Pillow here")
    sys.exit(77)

import gray_samples as samples

FAILURES = []


def check(right, what):
    if not right:
        FAILURES.append(what)
        print("FAILED:", what)


class Place:
    """A directory for one case."""

    def __init__(self, mpiscan, mpiexec):
        self.mpiscan, self.mpiexec = mpiscan, mpiexec
        self.root = tempfile.mkdtemp(prefix="mpiscan-images-")

    def write(self, name, data):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    def read(self, name):
        with open(os.path.join(self.root, name), "rb") as file:
            return file.read()

    def run(self, *args, ranks=1, program=None):
        launcher = [self.mpiexec, "-n", str(ranks)] if ranks > 1 else []
        done = subprocess.run([*launcher, program or self.mpiscan, *args], cwd=self.root, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def objects(self, *args, ranks=1):
        code, out, err = self.run(*args, "--format", "json", ranks=ranks)
        lines = [json.loads(line) for line in out.splitlines()][1:]  # the first says what was searched for
        check(lines and lines[-1]["type"] == "summary", "no summary: %s" % err)
        return code, lines

    def end(self):
        shutil.rmtree(self.root)


def tree(place):
    """name -> bytes of valid images of many kinds."""
    files = {
        "in/a.jpg": samples.jpeg(61, 43), "in/sub/b.JPEG": samples.jpeg(64, 64, quality=80),
        "in/sub/deep/c.png": samples.png(33, 21), "in/alpha.png": samples.png(20, 30, mode="RGBA"),
        "in/palette.png": samples.png(20, 30, mode="P"), "in/d.tif": samples.tiff(31, 17),
        "in/no_ending": samples.png(9, 9), "in/wrong.png": samples.jpeg(40, 30),
        "in/e.webp": samples.saved(samples.picture(24, 24), format="WEBP", lossless=True),
        "in/f.bmp": samples.saved(samples.picture(25, 14), format="BMP"),
    }
    for name, data in files.items():
        place.write(name, data)
    return files


def more(place):
    """name -> bytes of the other formats, subsamplings and kinds; their pixels are checked in check_gray_*.py."""
    picture = samples.picture(37, 23)
    frames = [samples.picture(16, 12, seed=n).convert("P") for n in range(3)]
    files = {"in/more/g.gif": samples.saved(frames[0], format="GIF", save_all=True, append_images=frames[1:]),
             "in/more/pages.tif": samples.saved(picture, format="TIFF", save_all=True, append_images=[picture]),
             "in/more/h.ppm": samples.saved(picture, format="PPM"), "in/more/deep.png": samples.png16(13, 9, 3)[0],
             "in/more/i.jp2": samples.saved(picture, format="JPEG2000")}
    for sampling in ("1x1", "2x1", "2x2", "4x1", "1x2"):
        files["in/more/%s.jpg" % sampling] = samples.cjpeg(picture, "-sample", sampling)
    files["in/more/progressive.jpg"] = samples.cjpeg(picture, "-progressive")
    files["in/more/restart.jpg"] = samples.cjpeg(picture, "-restart", "1")
    files.update(("in/more/%s/made.%s" % (name, name), data) for name, data in samples.by_vips(picture).items())
    for name, data in files.items():
        place.write(name, data)
    return files


def expect_gray(name, data, output):
    """Within a level of Pillow's luma for what is stored without loss."""
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(output))
    check(before.size == after.size, "%s: %s became %s" % (name, before.size, after.size))
    if before.format == "JPEG":
        check(after.mode == "L", "%s: mode %s" % (name, after.mode))
        luma = before.convert("YCbCr").getchannel("Y") if before.mode == "RGB" else before
        worst = max(ImageChops.difference(luma, after).getextrema())
        check(worst <= 2, "%s: Y is %d levels off" % (name, worst))  # Pillow converts to RGB and back, which rounds
        return
    wanted = before.convert("RGB").convert("L")
    found = after.convert("RGBA").getchannel(0) if after.mode == "LA" else after.convert("L")
    worst = max(ImageChops.difference(wanted, found).getextrema())
    check(worst <= 1, "%s: %d levels off" % (name, worst))


def same_at_any_rank_count(place):
    looked_at = tree(place)
    files = {**looked_at, **more(place)}
    digests, outputs = set(), []
    for ranks in (1, 2, 4):
        code, lines = place.objects("images", "in", "-o", "gray%d" % ranks, ranks=ranks)
        check(code == 0, "%d ranks: exit code %d" % (ranks, code))
        digests.add(lines[-1]["digest"])
        images = [line for line in lines if line["type"] == "image"]
        check(len(images) == len(files), "%d ranks: %d images" % (ranks, len(images)))
        check([image["path"] for image in images] == sorted(files), "%d ranks: not in order" % ranks)
        outputs.append({image["path"]: place.read(image["output"]) for image in images})
        for image in images:
            lossless = image["path"] in ("in/sub/b.JPEG", "in/wrong.png") or image["path"].endswith(".jpg")
            check(image["method"] == ("jpeg-lossless" if lossless else "general"), "%(path)s went %(method)s" % image)
    check(outputs[0] == outputs[1] == outputs[2], "the outputs depend on the number of ranks")
    for name, data in looked_at.items():
        expect_gray(name, data, outputs[0][name])
    check(len(digests) == 1, "digests %s" % digests)  # the output directory is not in it
    place.objects("images", "in", "-o", "gray")
    check(os.path.exists(os.path.join(place.root, "gray/sub/deep/c.png")), "the tree is not mirrored")
    check(os.path.exists(os.path.join(place.root, "gray/f.png")), "a BMP does not become a PNG")
    leftovers = [name for _, _, names in os.walk(place.root) for name in names if name.endswith(".tmp")]
    check(not leftovers, "left over: %s" % leftovers)


def output_within_input(place):
    tree(place)
    _, first = place.objects("images", "in", "-o", "in/gray")
    _, second = place.objects("images", "in", "-o", "in/gray")
    check(first[-1]["digest"] == second[-1]["digest"], "the output directory was enumerated again")


def clashes_before_any_work(place):
    place.write("in/x.bmp", samples.saved(samples.picture(8, 8), format="BMP"))
    place.write("in/x.png", samples.png(8, 8))
    place.write("in/y.png", samples.png(8, 8))
    code, lines = place.objects("images", "in", "-o", "gray", ranks=2)
    faults = [line["path"] for line in lines if line["type"] == "fault"]
    check(code == 1 and faults == ["in/x.bmp", "in/x.png"], "code %d, faults %s" % (code, faults))
    check(os.listdir(os.path.join(place.root, "gray")) == ["y.png"], "outputs of a clash")


def comparison_writes_nothing(place):
    """The one-rank comparison converts too, but commits no output: each file appears once."""
    files = [name for name in tree(place) if name.count("/") == 1]
    os.makedirs(os.path.join(place.root, "gray"))
    libc, appears = ctypes.CDLL(None, use_errno=True), 0x180  # IN_MOVED_TO, IN_CREATE
    watch = libc.inotify_init1(os.O_NONBLOCK)
    check(libc.inotify_add_watch(watch, os.path.join(place.root, "gray").encode(), appears) > 0, "cannot watch")
    code, lines = place.objects("images", "in", "-o", "gray", "--repeat", "2", ranks=2)
    check(code == 0 and lines[-1]["baseline"]["kind"] != "none", "not compared: %d %s" % (code, lines[-1]))
    events, at, names = os.read(watch, 1 << 20), 0, []
    while at < len(events):
        _, what, _, length = struct.unpack_from("iIII", events, at)
        if not what & 0x40000000:  # IN_ISDIR
            names.append(events[at + 16:at + 16 + length].rstrip(b"\0"))
        at += 16 + length
    check(len(names) == len(set(names)) == len(files), "files got their names: %s" % sorted(names))
    os.close(watch)


def inputs_stay(place):
    files = tree(place)
    os.symlink("in", os.path.join(place.root, "link"))
    for directory in ("in", "./in/", "link"):
        code, out, err = place.run("images", "in", "-o", directory, ranks=2 if directory == "in" else 1)
        check(code == 2 and b"is an input directory too" in err and out == b"", "onto the inputs: %d %s" % (code, err))
    code, out, err = place.run("images", "in", "-o", "in/a.jpg")
    check(code == 2 and b"is not a directory" in err, "a file for a directory: %d %s" % (code, err))
    code, lines = place.objects("images", "in/a.jpg", "-o", "in", ranks=2)
    check(code == 1 and lines[0].get("message") == "its output would replace an input", "to be replaced: %s" % lines[0])
    for name, data in files.items():
        check(place.read(name) == data, "%s has changed" % name)


def bad_ones_cost_themselves(place):
    files = tree(place)
    good = len(files)
    place.write("in/cut.jpg", files["in/a.jpg"][:300])
    place.write("in/cut.png", files["in/sub/deep/c.png"][:60])
    place.write("in/x.log", b"unauthorized access\n")
    place.write("in/x.svg", b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>\n")
    place.write("in/bomb.png", samples.png_of(struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0), zlib.compress(b"x")))
    for ranks in (1, 2):
        code, lines = place.objects("images", "in", "-o", "gray", ranks=ranks)
        kinds = [line["type"] for line in lines]
        check(code == 1 and kinds.count("image") == good, "%d images, code %d" % (kinds.count("image"), code))
        check(kinds.count("fault") == 3 and kinds.count("skip") == 2, "faults and skips: %s" % kinds)
        reasons = {line["path"]: line["reason"] for line in lines if line["type"] == "skip"}
        check(reasons == {"in/x.log": "is not an image", "in/x.svg": "is an SVG drawing: not converted"}, reasons)
    code, lines = place.objects("all", "in", "-o", "gray2", ranks=2)
    kinds = [line["type"] for line in lines]
    check(kinds.count("image") == good and kinds.count("file") == 1 and kinds.count("skip") == 0, "all: %s" % kinds)
    code, lines = place.objects("logs", "in", ranks=2)
    kinds = [line["type"] for line in lines]
    check(code == 0 and kinds.count("file") == 1 and kinds.count("skip") == good + 3, "logs: %s" % kinds)


def without_its_worker(place):
    tree(place)
    place.write("in/x.log", b"unauthorized access\n")
    alone = os.path.join(place.root, "mpiscan")
    shutil.copy(place.mpiscan, alone)
    code, out, err = place.run("images", "in", "-o", "gray", program=alone)
    check(code == 2 and b"mpiscan-gray" in err and out == b"", "without the worker: %d %s" % (code, err))
    code, out, err = place.run("logs", "in/x.log", program=alone)
    check(code == 0 and b"1 matching line" in out, "logs need no worker: %d %s" % (code, err))


def no_place_for_the_output(place):
    place.write("in/a.png", samples.png(9, 9))
    place.write("file", b"")
    code, out, err = place.run("images", "in", "-o", "file/gray", ranks=2)
    check(code == 3 and out == b"" and b"file" in err and b"Not a directory" in err, "into a file: %d %s" % (code, err))


def main():
    os.environ.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")
    for case in (same_at_any_rank_count, output_within_input, clashes_before_any_work, inputs_stay,
                 comparison_writes_nothing, bad_ones_cost_themselves, without_its_worker, no_place_for_the_output):
        place = Place(os.path.abspath(sys.argv[1]), sys.argv[2])
        try:
            case(place)
        finally:
            place.end()
        print(case.__name__)
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
