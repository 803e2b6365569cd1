#!/usr/bin/env python3
"""Runs one command-line case: cases/NAME.sh in a new empty directory, against cases/NAME.out.

NAME.out, NAME.err  what standard output and standard error must be (no file: nothing)
NAME.rc             the exit code (no file: 0); 77 from the script skips the case

Expected lines hold exactly, but for those that begin with "glob:". In these * is any text and <n> a number, as in
"12", "0.5" or "1.2e-05"; "glob:..." alone is any number of lines. This program never writes an expectation.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(HERE, "cases")
DROPPED = re.compile(r"OMPI_COMM|OMPI_UNIVERSE|PMIX_|PMI_|SLURM_|LD_PRELOAD$|NO_COLOR$|MPISCAN")
NUMBER = rb"-?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?"


def expectation(name, kind, default):
    try:
        with open(os.path.join(CASES, name + "." + kind), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return default


def pattern(expected):
    """The expected text as one regular expression over all bytes."""
    parts = []
    for line in expected.splitlines(keepends=True):
        if line == b"glob:...\n":
            parts.append(rb"(?:[^\n]*\n)*")
        elif line.startswith(b"glob:"):
            text = re.escape(line[5:]).replace(rb"<n>", NUMBER).replace(rb"\*", rb"[^\n]*")
            parts.append(text)
        else:
            parts.append(re.escape(line))
    return re.compile(b"".join(parts))


def differs(expected, got, what):
    if pattern(expected).fullmatch(got):
        return False
    lines = expected.splitlines(keepends=True)
    good = 0
    while good < len(lines) and pattern(b"".join(lines[:good + 1])).match(got):
        good += 1
    missing = lines[good].decode("utf-8", "backslashreplace") if good < len(lines) else "(the end)\n"
    print("%s: expected line %d: %s--- got\n%s---" % (what, good + 1, missing, got.decode("utf-8", "backslashreplace")))
    return True


def environment(options, directory):
    env = {key: value for key, value in os.environ.items() if not DROPPED.match(key)}
    env.update(pair.split("=", 1) for pair in options.env)
    env.update(
        PATH=os.path.join(directory, "bin") + os.pathsep + env.get("PATH", "/usr/bin:/bin"), LC_ALL="C.UTF-8",
        BUILT=os.path.dirname(options.program), CASES=CASES, PRELUDE=os.path.join(HERE, "prelude.sh"),
        MPIRUN=options.mpirun, PYTHON=sys.executable,
        TERM="xterm", ASAN_OPTIONS=env.get("ASAN_OPTIONS", "detect_leaks=0"))
    return env


def run(name, options, directory):
    os.mkdir(os.path.join(directory, "bin"))
    os.mkdir(os.path.join(directory, "work"))
    shutil.copy2(options.program, os.path.join(directory, "bin", "mpiscan"))
    done = subprocess.run(["sh", os.path.join(CASES, name + ".sh")], cwd=os.path.join(directory, "work"),
                          env=environment(options, directory), stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=240, check=False)
    if done.returncode == 77:
        print("SKIPPED: %s" % done.stdout.decode())
        return 77
    code = int(expectation(name, "rc", b"0"))
    wrong = differs(expectation(name, "out", b""), done.stdout, "standard output")
    wrong = differs(expectation(name, "err", b""), done.stderr, "standard error") or wrong
    if done.returncode != code:
        print("exit code: expected %d, got %d" % (code, done.returncode))
        wrong = True
    return 1 if wrong else 0


def side_files():
    """Every side file belongs to a script, every script expects something."""
    names = os.listdir(CASES)
    scripts = {name[:-3] for name in names if name.endswith(".sh")}
    others = {name for name in names if not name.endswith(".sh")}
    lost = sorted(n for n in others if n.rpartition(".")[0] not in scripts or n.rpartition(".")[2] not in
                  ("out", "err", "rc"))
    idle = sorted(n for n in scripts if n + ".out" not in others and n + ".err" not in others)
    print("".join("belongs to no case: %s\n" % n for n in lost) + "".join("expects nothing: %s\n" % n for n in idle))
    return 1 if lost or idle or not scripts else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--mpirun", default="mpirun")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--side-files", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.side_files:
        return side_files()
    codes = []
    for name in options.names:
        directory = tempfile.mkdtemp(prefix="mpiscan-cli-")
        try:
            codes.append(run(name, options, directory))
        finally:
            subprocess.run(["rm", "-rf", directory], check=False)
        print("%s: %s" % ({0: "ok", 77: "SKIPPED"}.get(codes[-1], "FAILED"), name))
    return 1 if 1 in codes else 77 if codes and set(codes) == {77} else 0


if __name__ == "__main__":
    sys.exit(main())
