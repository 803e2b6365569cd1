#!/usr/bin/env python3
"""Counts the matching lines of files with Python's own means: re over a mapped file, a task per file, a pool of processes.

One of the programs that the benchmark compares with; nobody is meant to use it.
"""
import argparse
import bz2
import gzip
import lzma
import mmap
import multiprocessing
import os
import re

OPENERS = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
state = {}


def prepare(options):
    """In each process, once."""
    words = [word.encode() for word in options.e]
    for path in options.f:
        with open(path, "rb") as file:
            words += file.read().split(b"\n")[:-1]
    flags = re.IGNORECASE if options.i else 0
    state["find"] = re.compile(b"|".join(b"(?:%s)" % w if options.E else re.escape(w) for w in words), flags).search


def count_mapped(path):
    """One search from match to match; a line counts once."""
    if os.path.getsize(path) == 0:
        return 0
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as data:
        count, match = 0, state["find"](data)
        while match:
            count += 1
            end = data.find(b"\n", match.end())
            match = state["find"](data, end + 1) if end >= 0 else None
        return count


def count_packed(path, directory_cache):
    with directory_cache(path) as lines:
        return sum(1 for line in lines if state["find"](line))


def count(path):
    directory_cache = OPENERS.get(os.path.splitext(path)[1])
    return path, count_packed(path, directory_cache) if directory_cache else count_mapped(path)


def files_below(path):
    if os.path.isfile(path):
        return [path]
    return [os.path.join(at, name) for at, _, names in os.walk(path) for name in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-e", action="append", default=[], metavar="WORD")
    parser.add_argument("-f", action="append", default=[], metavar="FILE")
    parser.add_argument("-i", action="store_true", help="ignore case")
    parser.add_argument("-E", action="store_true", help="regular expressions")
    parser.add_argument("-F", action="store_true", help="fixed strings, the default")
    parser.add_argument("-j", type=int, default=1, metavar="N", help="processes")
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    files = [file for path in options.paths for file in files_below(path)]
    with multiprocessing.Pool(options.j, prepare, (options,)) as pool:
        chunk = max(1, len(files) // (options.j * 32))
        for path, lines in pool.imap_unordered(count, files, chunk):
            print(f"{path}:{lines}")


if __name__ == "__main__":
    main()
