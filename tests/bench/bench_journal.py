#!/usr/bin/env python3
"""Measures what --journal costs: a run of two ranks of some seconds, with and without it, alternately.

    tests/bench/bench_journal.py                 some minutes; 0.3 GB of files, most of them linked many times
    tests/bench/bench_journal.py --scale 0.01 --rounds 1     a short test

20,000 small files and 9,600 of 3 MB are searched for 8 keywords; the files are in memory, the journal is not (--dir).
Exit: 0 done, whatever it costs; 1 a run failed or the digests differ.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import bench_measure
import bench_words

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
SETS = (("small", 200, 180, 100), ("middle", 64, 30000, 150))  # name, files, lines of each, links to each
BAR = 0.02


def make_files(mpiscan, root, scale):
    """Hard links are separate files to mpiscan: each is read and reported."""
    for name, files, lines, links in SETS:
        directory = os.path.join(root, name, "0000")
        few = max(1, round(lines * min(1, 10 * scale)))
        subprocess.run([mpiscan, "generate", "logs", directory, "--style", "syslog", "--files", str(files), "--lines", str(few),
                        "--seed", "42", "--inject", "0.3"], check=True, stdout=subprocess.DEVNULL)
        for i in range(1, max(2, round(links * scale))):
            other = os.path.join(root, name, f"{i:04}")
            os.mkdir(other)
            for file in os.listdir(directory):
                os.link(os.path.join(directory, file), os.path.join(other, file))


def run(options, command, journal):
    """-> seconds of the whole process, of CPU, of the work without MPI's start; the summary."""
    words = ["--journal", journal] if journal else []
    children = os.times()
    begin = time.perf_counter()
    ran = subprocess.run([options.mpirun, "-np", "2", options.mpiscan, *command, *words], env=bench_measure.mpi_environment(),
                         stdout=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - begin
    used = os.times()
    cpu = used.children_user + used.children_system - children.children_user - children.children_system
    if ran.returncode != 0:
        sys.exit(f"mpiscan failed: {ran.returncode}")
    summary = json.loads(ran.stdout.splitlines()[-1])
    return {"process": seconds, "CPU": cpu, "run": summary["wall_seconds"]}, summary


def measure(options, command):
    """Runs of both kinds in turn, another one first each time; the first round is a warm-up."""
    times, digests, written = {False: [], True: []}, set(), 0
    for i in range(options.rounds + 1):
        for journaled in (i % 2 == 1, i % 2 == 0):
            with tempfile.TemporaryDirectory(dir=options.dir) as directory:
                measured, summary = run(options, command, os.path.join(directory, "journal") if journaled else None)
                written = max([written] + [sum(e.stat().st_size for e in os.scandir(d.path)) for d in os.scandir(directory)])
            digests.add((summary["digest"], summary["matching_lines"]))
            if i > 0:
                times[journaled].append(measured)
    return times, digests, written


def report(times, written, summary):
    files = summary["files"]["scanned"]
    lines = [f"{files:,} files, {summary['bytes'] / 1e9:.1f} GB searched; {written / 1e6:.1f} MB of journal; "
             f"{len(times[True])} rounds; load {bench_measure.load_average()}", "",
             "| seconds | without | with --journal | cost | bar |", "|---|---|---|---|---|"]
    for name in ("process", "run", "CPU"):
        pair = [[m[name] for m in times[journaled]] for journaled in (False, True)]
        cost = statistics.median(b / a - 1 for a, b in zip(*pair))
        cells = [f"{statistics.median(v):.3f} ({min(v):.3f}..{max(v):.3f})" for v in pair]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} | {100 * cost:+.2f} % (median of pairs) | "
                     f"{'at most 2 %: ' + ('met' if cost <= BAR else '**missed**')} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="of both runs (default 7)")
    parser.add_argument("--scale", type=float, default=1, metavar="X", help="size of the data (default 1)")
    parser.add_argument("--dir", default=tempfile.gettempdir(), metavar="DIR", help="for the journals (default $TMPDIR or /tmp)")
    parser.add_argument("--mpiscan", default=os.path.join(TOP, "build", "bin", "mpiscan"), metavar="PROGRAM")
    parser.add_argument("--mpirun", default="mpirun", metavar="PROGRAM")
    options = parser.parse_args()
    root = tempfile.mkdtemp(prefix="mpiscan-bench-journal-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        make_files(options.mpiscan, root, options.scale)
        words = os.path.join(root, "words")
        with open(words, "w", encoding="utf-8") as file:
            file.write("\n".join(bench_words.EIGHT) + "\n")
        command = ["logs", *(os.path.join(root, s[0]) for s in SETS), "-i", "-f", words, "--baseline", "off", "--format", "json"]
        _, summary = run(options, command, None)
        times, digests, written = measure(options, command)
    finally:
        shutil.rmtree(root)
    print(report(times, written, summary))
    if digests != {(summary["digest"], summary["matching_lines"])}:
        print("the digests DIFFER")
        return 1
    print("all digests are the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
