#!/usr/bin/env python3
"""The images job against other tools on the same photos, whole batch, one core: seconds, processor seconds, ratios, and
whether the pixels are right. Makes its photos itself (seeded), and again at quality 85, as cameras and phones send them.
Tools that are missing are skipped, and named. It asserts nothing.

usage: bench_images.py MPISCAN [--count N] [--megapixels N] [--repeat N] [--dir DIR]
"""
import argparse
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

try:
    from PIL import Image, ImageChops
except ImportError:
    Image = None

ENV = {**os.environ, "OMP_NUM_THREADS": "1", "MAGICK_THREAD_LIMIT": "1", "VIPS_CONCURRENCY": "1", "LC_ALL": "C"}


def one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def timed(commands, cwd):
    """(wall, user + system) of commands that run one after the other on one core, in the photos' directory."""
    before, since = os.times(), time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, env=ENV, preexec_fn=one_core, cwd=cwd, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    after = os.times()
    return (time.perf_counter() - since,
            after.children_user - before.children_user + after.children_system - before.children_system)


def commands_of(mpiscan, files, root):
    """name -> (directory made, commands). What can take a batch in one process gets it in one."""
    directory = {name: os.path.join(root, name.replace(" ", "-")) for name in
              ("mpiscan", "jpegtran", "vips", "gm mogrify", "mogrify")}
    out = lambda name, path: os.path.join(directory[name], os.path.basename(path))
    found = {"mpiscan": [[mpiscan, "images", "-o", directory["mpiscan"], *files]]}
    if files[0].endswith(".jpg"):
        found["jpegtran"] = [["jpegtran", "-grayscale", "-outfile", out("jpegtran", f), f] for f in files]
    found["vips"] = [["vips", "colourspace", f, out("vips", f), "b-w"] for f in files]
    found["gm mogrify"] = [["gm", "mogrify", "-output-directory", directory["gm mogrify"], "-colorspace", "Gray",
                            *map(os.path.basename, files)]]
    found["mogrify"] = [["mogrify", "-path", directory["mogrify"], "-colorspace", "Gray", *files]]
    return {name: (directory[name], commands) for name, commands in found.items() if shutil.which(commands[0][0])}


def normal(path):
    """Equal bytes then mean equal coefficients."""
    return subprocess.run(["jpegtran", "-grayscale", "-optimize", "-copy", "none", path], check=True,
                          stdout=subprocess.PIPE).stdout


def agreement(files, directory):
    """How the converted pixels compare with the expected ones, as text."""
    texts, worst = [], 0
    made = [os.path.join(directory, os.path.basename(f)) for f in files]
    if files[0].endswith(".jpg") and shutil.which("jpegtran"):
        same = sum(normal(a) == normal(b) for a, b in zip(files, made))
        texts.append(f"Y coefficients kept in {same} of {len(files)}")
    if Image:
        for a, b in zip(files, made):
            with open(b, "rb") as file, Image.open(a) as before, Image.open(io.BytesIO(file.read())) as after:
                before.draft("L", before.size)  # a JPEG's Y, not computed from RGB
                worst = max(worst, ImageChops.difference(before.convert("L"), after.convert("L")).getextrema()[1])
        texts.append(f"at most {worst} levels off Pillow's gray")
    return "; ".join(texts)


def compare(title, mpiscan, files, repeat, root):
    todo = commands_of(mpiscan, files, root)
    figures = {name: [] for name in todo}
    for turn in range(repeat + 1):  # the first turn warms up
        for name, (directory, commands) in todo.items():
            shutil.rmtree(directory, ignore_errors=True)
            os.makedirs(directory)
            one = timed(commands, os.path.dirname(files[0]))
            if turn > 0:
                figures[name].append(one)
    nbytes = sum(map(os.path.getsize, files))
    print(f"\n{title}: {len(files)} files, {nbytes / 1e6:.1f} MB; medians of {repeat} alternating turns, start included")
    print(f"{'':12}{'batch s':>9}{'ms/image':>10}{'cpu s':>8}{'cpu ms/image':>14}{'to mpiscan':>12}{'cpu':>7}   pixels")
    base = [statistics.median(column) for column in zip(*figures["mpiscan"])]
    for name, (directory, _) in todo.items():
        wall, cpu = (statistics.median(column) for column in zip(*figures[name]))
        print(f"{name:12}{wall:9.3f}{wall * 1000 / len(files):10.1f}{cpu:8.3f}{cpu * 1000 / len(files):14.1f}"
              f"{wall / base[0]:12.2f}{cpu / base[1]:7.2f}   {agreement(files, directory)}", flush=True)


def photos(mpiscan, count, megapixels, root):
    """kind -> files. Of each three generated photos one is a PNG, so `count` means JPEGs."""
    made = os.path.join(root, "photos")
    subprocess.run([mpiscan, "generate", "images", made, "--count", str(count + count // 2), "--megapixels",
                    str(megapixels), "--seed", "42"], check=True, stdout=subprocess.DEVNULL)
    names = sorted(os.listdir(made))
    kinds = {"JPEG as generated": [os.path.join(made, n) for n in names if n.endswith(".jpg")],
             "PNG": [os.path.join(made, n) for n in names if n.endswith(".png")]}
    if shutil.which("djpeg") and shutil.which("cjpeg"):
        again = os.path.join(root, "q85")
        os.makedirs(again)
        kinds["JPEG of quality 85"] = []
        for path in kinds["JPEG as generated"]:
            kinds["JPEG of quality 85"].append(os.path.join(again, os.path.basename(path)))
            with open(kinds["JPEG of quality 85"][-1], "wb") as file:
                pixels = subprocess.run(["djpeg", path], check=True, stdout=subprocess.PIPE).stdout
                subprocess.run(["cjpeg", "-quality", "85"], input=pixels, check=True, stdout=file)
    return kinds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mpiscan")
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--megapixels", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--dir", default=tempfile.gettempdir(), help="where the photos and results go (default: the temporary directory)")
    given = parser.parse_args()
    missing = [tool for tool in ("jpegtran", "djpeg", "cjpeg", "vips", "gm", "mogrify") if not shutil.which(tool)]
    print("load", *os.getloadavg(), "on", os.cpu_count(), "cores;", f"missing: {' '.join(missing)}" if missing else
          "all tools are here", "" if Image else "; no Pillow: pixels are not compared")
    with tempfile.TemporaryDirectory(prefix="mpiscan-bench-", dir=os.path.abspath(given.dir)) as root:
        mpiscan = os.path.abspath(given.mpiscan)
        for title, files in photos(mpiscan, given.count, given.megapixels, root).items():
            compare(title, mpiscan, files, given.repeat, root)
    print("\nload", *os.getloadavg())


if __name__ == "__main__":
    sys.exit(main())
