"""Compresses the oracle's logs: Python's own modules, and the zstd and lz4 programs where they are installed."""
import bz2
import gzip
import lzma
import shutil
import subprocess


def by_program(*command):
    def packed(data):
        return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout
    return packed if shutil.which(command[0]) else None


def packer(name):
    """name -> a function over bytes; gzip stands in for a program that is not installed."""
    return PACKERS[name] or PACKERS["gzip"]


PACKERS = {
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
    "gzip stored": lambda data: gzip.compress(data, 0, mtime=0),
    "bzip2": lambda data: bz2.compress(data, 1),
    "xz": lzma.compress,
    "xz sha256": lambda data: lzma.compress(data, check=lzma.CHECK_SHA256, preset=0),
    "lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE),
    "zstd": by_program("zstd", "-qc"),
    "zstd long": by_program("zstd", "-qc", "--long=27", "--ultra", "-20"),
    "lz4": by_program("lz4", "-qc"),
    "lz4 linked": by_program("lz4", "-qc", "-BD", "-BX", "--content-size"),
}


def pack(rng, data):
    """The data in one to three members, padded now and then, and now and then packed once more."""
    name = rng.choice(sorted(PACKERS))
    boundaries = sorted(rng.randrange(len(data) + 1) for _ in range(rng.choice([0, 0, 1, 2])))
    parts = [data[begin:end] for begin, end in zip([0] + boundaries, boundaries + [len(data)])]
    packed = b"".join(packer(name)(part) for part in parts) + bytes(rng.choice([0, 0, 0, 4, 1000]))
    return packer(rng.choice(sorted(PACKERS)))(packed) if rng.random() < 0.2 else packed
