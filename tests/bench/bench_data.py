"""The benchmark's data: made once, seeded, by `mpiscan generate`, packers and small generators; checked for room first.

Each data set is a directory below the store. It is made when a row first needs it and gets a stamp, so that a second run
with --keep takes it as it is. Sizes are at scale 1; --scale shrinks them all.
"""
import os
import shutil
import subprocess

import bench_words

LINE = 109.3  # bytes of a mean line of --style syslog
MB = 10**6
KEYWORD = b" unauthorized access"
PACKERS = {  # one member or frame each, the input kept; the default level but for xz, whose default takes minutes
    "gz": ["gzip", "-c"],
    "zst": ["zstd", "-q", "-c"],
    "xz": ["xz", "-1", "-T1", "-c"],
    "bz2": ["bzip2", "-c"],
    "lz4": ["lz4", "-q", "-c"],
}


class CannotMake(Exception):
    """A data set cannot be made here; the text says why."""


class Store:
    """Data sets by name: directory() makes one if it is not there, room() says how many bytes it takes."""

    def __init__(self, top, mpiscan, scale, seed):
        self.top, self.mpiscan, self.scale, self.seed = top, mpiscan, scale, seed
        self.sets = {
            "one": (1000, self._one),
            "files": (64 * 16, lambda d: self._generate(d, 64, 16 * MB, 0.5)),
            "small": (100 * 200 * 0.024, self._small),
            "four": (64 * 64, lambda d: self._generate(d, 64, 64 * MB, 0.5)),
            "half": (1090, self._half),
            "text": (300, lambda d: self._generate(d, 1, 300 * MB, 1)),
            "long_line": (1000, self._longline),
            "skew": (0, self._skew),  # hard links
            "tiny": (1, lambda d: self._generate(d, 1, 20000, 1, scaled=False)),
        }
        for suffix in PACKERS:
            self.sets["packed." + suffix] = (60, lambda d, s=suffix: self._pack(d, s))
        self.needs = {"half": ["one"], "long_line": ["one"], "skew": ["one", "small"]}
        self.needs.update({"packed." + suffix: ["text"] for suffix in PACKERS})

    def with_needs(self, names):
        return list(dict.fromkeys(n for name in names for n in [*self.needs.get(name, []), name]))

    def room(self, names):
        """Bytes that these sets, and those they are made of, still take."""
        return sum(int(self.sets[n][0] * MB * self.scale) for n in self.with_needs(names) if not self._is_made(n))

    def directory(self, name):
        for needed in self.needs.get(name, []):
            self.directory(needed)
        path = os.path.join(self.top, name)
        if not self._is_made(name):
            shutil.rmtree(path, ignore_errors=True)
            os.makedirs(path)
            self.sets[name][1](path)
            with open(self._stamp_path(name), "w", encoding="ascii") as out:
                out.write(self._stamp())
        return path

    def keyword_file(self, words, name):
        """The words, one a line, in a file outside of all data sets."""
        path = os.path.join(self.top, f"words.{name}")
        with open(path, "w", encoding="ascii") as out:
            out.write("\n".join(words) + "\n")
        return path

    def words(self, count):
        return bench_words.keywords(count, self.seed)

    def _stamp(self):
        return f"mpiscan bench 1, scale {self.scale}, seed {self.seed}\n"

    def _stamp_path(self, name):
        return os.path.join(self.top, f"stamp.{name}")

    def _is_made(self, name):
        try:
            with open(self._stamp_path(name), encoding="ascii") as file:
                return file.read() == self._stamp()
        except FileNotFoundError:
            return False

    def _generate(self, directory, files, nbytes, inject, seed=0, scaled=True):
        lines = max(20, round(nbytes * (self.scale if scaled else 1) / LINE))
        run_quietly([self.mpiscan, "generate", "logs", directory, "--style", "syslog", "--files", str(files),
                     "--lines", str(lines), "--inject", str(inject), "--seed", str(self.seed + seed)])

    def _one(self, directory):
        self._generate(directory, 1, 1000 * MB, 1)

    def _small(self, directory):
        """100 directories of 200 files of 24 KB; a smaller scale makes fewer directories, not smaller files."""
        for i in range(max(1, round(100 * self.scale))):
            self._generate(os.path.join(directory, f"host{i:03}"), 200, 24000, 0.05, seed=i, scaled=False)

    def _half(self, directory):
        """The file of `one` with the keyword at the end of every second line."""
        with open(only_file(self.directory("one")), "rb") as source, open(os.path.join(directory, "half.log"), "wb") as out:
            odd = 0
            while block := source.readlines(8 * MB):
                block[odd::2] = [line[:-1] + KEYWORD + b"\n" for line in block[odd::2]]
                odd = (odd + len(block)) % 2
                out.writelines(block)

    def _longline(self, directory):
        """The file of `one` as a single line."""
        with open(only_file(self.directory("one")), "rb") as source, open(os.path.join(directory, "line.log"), "wb") as out:
            while block := source.read(8 * MB):
                out.write(block.replace(b"\n", b" "))
            out.write(b"\n")

    def _pack(self, directory, suffix):
        source = only_file(self.directory("text"))
        if not shutil.which(PACKERS[suffix][0]):
            raise CannotMake(f"no command {PACKERS[suffix][0]} to make the data")
        with open(os.path.join(directory, os.path.basename(source) + "." + suffix), "wb") as out:
            subprocess.run([*PACKERS[suffix], source], stdout=out, stdin=subprocess.DEVNULL, check=True)

    def _skew(self, directory):
        """A big file beside 2,000 small ones."""
        os.link(only_file(self.directory("one")), os.path.join(directory, "big.log"))
        for i, host in enumerate(sorted(os.listdir(self.directory("small")))[:10]):
            source = os.path.join(self.directory("small"), host)
            os.makedirs(os.path.join(directory, f"small{i}"))
            for name in os.listdir(source):
                os.link(os.path.join(source, name), os.path.join(directory, f"small{i}", name))


def run_quietly(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode != 0:
        raise CannotMake(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')}")


def only_file(directory):
    names = os.listdir(directory)
    if len(names) != 1:
        raise CannotMake(f"{directory} holds {len(names)} files, one was expected")
    return os.path.join(directory, names[0])


def size_of(path):
    """Bytes of all files below the path."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(path) for name in names)


def available_memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        fields = dict(line.split(":") for line in file)
    return int(fields["MemAvailable"].split()[0]) * 1024
