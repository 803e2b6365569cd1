"""mpiscan on systemd journals that systemd-journal-remote makes of random entries, against what journalctl prints of them.

Regular and compact, keyed and not, compressed and not; plain files, compressed ones, and members of archives. One line an
entry: further lines of journalctl's are joined by a blank. Entries without a MESSAGE, which journalctl leaves out, are
lines here. Skipped where systemd's programs are missing.
"""
import argparse
import base64
import gzip
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mpi"))

import harness  # noqa: E402

REMOTE = "/lib/systemd/systemd-journal-remote"
STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000 ")
BOOTS = ("0f3f1c1d2b3a4e5f8091a2b3c4d5e6f7", "1f3f1c1d2b3a4e5f8091a2b3c4d5e6f7")
OPTIONAL = (b"_HOSTNAME=web1", b"_HOSTNAME=db", b"SYSLOG_IDENTIFIER=sshd", b"SYSLOG_IDENTIFIER=zz", b"_COMM=cron",
            b"_PID=4711", b"SYSLOG_PID=12", b"_SOURCE_REALTIME_TIMESTAMP=1700000000123456",
            b"_SOURCE_REALTIME_TIMESTAMP=none", b"PRIORITY=3", b"_SYSTEMD_UNIT=ssh.service")
WORDS = (b"failed", b"password", b"error", b"for", b"user", b"\xc3\xa4\xc3\xb6", b"\xff", b"\t", b"[31m", b"\n", b"tail")


def message(rng):
    words = [rng.choice(WORDS) for _ in range(rng.choice([0, 1, 5, 12, 400]))]
    return b"MESSAGE=" + b" ".join(words)


def export(rng, nentries):
    """Entries in the journal export format (https://systemd.io/JOURNAL_EXPORT_FORMATS/)."""
    out = []
    time = 1764460800000000
    for _ in range(nentries):
        time += rng.randrange(1, 3000000)
        out.append(b"__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\n"
                   % (time, time - 1764460700000000, rng.choice(BOOTS).encode()))
        fields = rng.sample(OPTIONAL, rng.randrange(len(OPTIONAL))) + [b"NUMBER=%d" % rng.randrange(9999)]
        fields += [message(rng)] if rng.random() < 0.95 else []
        for field in fields:
            name, _, value = field.partition(b"=")
            plain = b"\n" not in value and value.isascii() and value.replace(b"\t", b" ").decode().isprintable()
            out.append(field + b"\n" if plain else name + b"\n" + struct.pack("<Q", len(value)) + value + b"\n")
        out.append(b"\n")
    return b"".join(out)


def expected(path):
    """journalctl's lines, one an entry."""
    env = dict(os.environ, SYSTEMD_URLIFY="0", LC_ALL="C.UTF-8")
    done = subprocess.run(["journalctl", "--file", path, "--all", "--quiet", "--no-pager", "--utc", "-o",
                           "short-iso-precise"], env=env, capture_output=True, check=True)
    entries = []
    for line in done.stdout.split(b"\n")[:-1]:
        if STAMP.match(line):
            entries.append([line])
        elif not line.startswith(b"-- Boot "):
            entries[-1].append(line)
    for entry in entries:
        while len(entry) > 1 and not entry[-1].strip(b" "):
            entry.pop()
    return [b" ".join([entry[0]] + [line.strip(b" ") for line in entry[1:]]) for entry in entries]


def blanks(line):
    """Runs of blanks as one: journalctl indents further lines."""
    return re.sub(rb" +", b" ", line).strip(b" ")


def found(options, argv):
    """The lines that mpiscan finds, with their numbers."""
    done = harness.run([options.mpiscan, "logs", "--format", "json", "-n", "-E", "-e", "^", "--baseline", "off",
                        "--max-line", "1M", *argv], env=harness.unlaunched())
    if done.code != 0:
        raise AssertionError(str(done))
    return [(row["line_number"], shown(row)) for row in harness.read_json(done.out) if row.get("type") == "line"]


def same(options, argv, want, about):
    got = found(options, argv)
    if [number for number, _ in got] != list(range(1, len(got) + 1)):
        raise AssertionError("%s: line numbers are not those of the entries" % about)
    at = 0
    for line in want:
        line = blanks(line).decode("utf-8", "replace")
        while at < len(got) and got[at][1] != line and got[at][1].endswith(":"):
            at += 1  # an entry without a MESSAGE
        if at == len(got) or got[at][1] != line:
            raise AssertionError("%s: entry %d is %r, not %r"
                                 % (about, at + 1, got[at:at + 1], line))
        at += 1
    if any(not line.endswith(":") for _, line in got[at:]):
        raise AssertionError("%s: more lines than entries" % about)


def shown(row):
    """A line of the report as text in which bytes that are not UTF-8 are replaced."""
    if "text_base64" in row:
        return blanks(base64.b64decode(row["text_base64"])).decode("utf-8", "replace")
    return blanks(row["text"].encode("utf-8", "surrogateescape")).decode("utf-8", "replace")


def one_case(options, seed, directory):
    rng = random.Random(seed)
    source, path = os.path.join(directory, "e"), os.path.join(directory, "j")
    with open(source, "wb") as out:
        out.write(export(rng, rng.choice([1, 3, 5, 30, 500])))
    env = dict(os.environ, SYSTEMD_JOURNAL_COMPACT=rng.choice("01"), SYSTEMD_JOURNAL_KEYED_HASH=rng.choice("01"),
               SYSTEMD_JOURNAL_COMPRESS=rng.choice(["zstd", "lz4", "xz"]))
    subprocess.run([REMOTE, "--compress=" + rng.choice(["yes", "no"]), "--output=" + path + ".journal", source],
                   env=env, check=True, capture_output=True)
    os.rename(path + ".journal", path)
    shutil.copy(path, path + ".journal")
    want = expected(path + ".journal")
    os.remove(path + ".journal")
    same(options, [path], want, "journal")
    with open(path, "rb") as file, gzip.open(path + ".gz", "wb", 1) as packed:
        shutil.copyfileobj(file, packed)
    same(options, [path + ".gz"], want, "journal in gzip")
    with tarfile.open(path + ".tgz", "w:gz", compresslevel=1) as made:
        made.add(path, "var/log/journal/system.journal")
    same(options, [path + ".tgz"], want, "journal in a compressed archive")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mpiscan", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=10)
    options = parser.parse_args()
    if not shutil.which("journalctl") or not os.access(REMOTE, os.X_OK):
        print("SKIPPED: journalctl or systemd-journal-remote is not installed")
        return 77
    nwrong = 0
    for seed in range(options.seed, options.seed + options.cases):
        with tempfile.TemporaryDirectory(prefix="mpiscan-journals-") as directory:
            try:
                one_case(options, seed, directory)
            except AssertionError as error:
                print("seed %d: %s" % (seed, error))
                nwrong += 1
    print("%d cases, %d wrong" % (options.cases, nwrong))
    return 1 if nwrong else 0


if __name__ == "__main__":
    sys.exit(main())
