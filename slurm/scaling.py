#!/usr/bin/env python3
"""Table and plot of the measurements of scaling.sbatch: DIRECTORY/RANKS-REPEAT.json, each the JSON report of a run.

Needs Python's standard library only. Exit code 1 when two runs had different answers: the times are not comparable then.
"""
import argparse
import json
import math
import os
import re
import statistics
import sys


def last_line(path):
    """The summary of a JSON report, and the hosts of its ranks."""
    hosts, summary = set(), None
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith('{"type":"rank"'):
                hosts.add(json.loads(line).get("host", "?"))
            elif line.startswith('{"type":"summary"'):
                summary = json.loads(line)
    if summary is None:
        sys.exit("%s has no summary: the run did not end" % path)
    return summary, len(hosts)


def read_runs(directory):
    """-> {ranks: (list of seconds, hosts)}, bytes; exits when two answers differ."""
    runs, digests, nbytes = {}, {}, 0
    for name in sorted(os.listdir(directory)):
        match = re.fullmatch(r"(\d+)-(\d+)\.json", name)
        if match:
            summary, hosts = last_line(os.path.join(directory, name))
            runs.setdefault(int(match[1]), ([], hosts))[0].append(summary["wall_seconds"])
            digests.setdefault(summary["digest"], name)
            nbytes = summary["bytes"]
    if not runs:
        sys.exit("no RANKS-REPEAT.json in " + directory)
    if len(digests) > 1:
        print("THE RUNS DISAGREE: " + ", ".join("%s in %s" % pair for pair in digests.items()))
        sys.exit(1)
    return runs, nbytes


def rows_of(runs, nbytes):
    """(ranks, hosts, median, least, most, speed-up, efficiency, GB/s) for each number of ranks."""
    least_ranks = min(runs)
    base = statistics.median(runs[least_ranks][0])
    rows = []
    for ranks, (seconds, hosts) in sorted(runs.items()):
        median = statistics.median(seconds)
        speedup = base / median if median > 0 else math.nan
        rows.append((ranks, hosts, median, min(seconds), max(seconds), speedup, speedup * least_ranks / ranks,
                     nbytes / median / 1e9 if median > 0 else math.nan))
    return rows


def print_table(rows, runs, nbytes):
    print("ranks  hosts   seconds    (least ..   most)  speed-up  efficiency    GB/s")
    for row in rows:
        print("%5d  %5d  %8.3f  (%7.3f .. %7.3f)  %8.2f  %8.1f %%  %6.2f" % (*row[:6], 100 * row[6], row[7]))
    print("\nMedians of %s runs each over %.3f GB; enumerate to merge, without MPI's start. Base: %d rank%s, %.3f s. "
          "All answers are the same." % (" or ".join(sorted({str(len(s)) for s, _ in runs.values()})), nbytes / 1e9,
                                         rows[0][0], "" if rows[0][0] == 1 else "s", rows[0][2]))


def plot(rows, path):
    """Speed-up against ranks, both axes in powers of two; dashed: the ideal."""
    width, height, left, bottom = 560, 400, 60, 50
    top = math.log2(max([r[0] / rows[0][0] for r in rows] + [r[5] for r in rows] + [2]))
    low = math.log2(min([r[5] for r in rows] + [1]))
    span_x = max(math.log2(rows[-1][0] / rows[0][0]), 1)

    def x(ranks):
        return left + math.log2(ranks / rows[0][0]) / span_x * (width - left - 20)

    def y(speedup):
        return height - bottom - (math.log2(speedup) - low) / (top - low) * (height - bottom - 30)

    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">'
             % (width, height), '<rect width="100%" height="100%" fill="white"/>',
             '<text x="%d" y="18">Speed-up over %d rank%s (%.3f s)</text>'
             % (left, rows[0][0], "" if rows[0][0] == 1 else "s", rows[0][2])]
    for power in range(math.floor(low), math.ceil(top) + 1):
        if low <= power <= top:
            parts.append('<path d="M%d %.1fH%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%g</text>'
                         % (left, y(2 ** power), width - 20, left - 8, y(2 ** power) + 4, 2 ** power))
    for row in rows:
        parts.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x(row[0]), height - bottom + 20, row[0]))
    parts.append('<text x="%d" y="%d" text-anchor="middle">ranks</text>' % ((left + width) / 2, height - 10))
    ends = (rows[0][0], rows[-1][0])
    parts.append('<path d="M%.1f %.1fL%.1f %.1f" stroke="#999" stroke-dasharray="4 4"/>'
                 % (x(ends[0]), y(1), x(ends[1]), y(ends[1] / ends[0])))
    parts.append('<path d="M%s" fill="none" stroke="#1668b0" stroke-width="2"/>'
                 % "L".join("%.1f %.1f" % (x(r[0]), y(r[5])) for r in rows))
    for row in rows:
        parts.append('<circle cx="%.1f" cy="%.1f" r="4" fill="#1668b0"><title>%d ranks: %.3f s, %.2f times</title></circle>'
                     % (x(row[0]), y(row[5]), row[0], row[2], row[5]))
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(parts) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--svg", help="write the plot to this file")
    options = parser.parse_args()
    runs, nbytes = read_runs(options.directory)
    rows = rows_of(runs, nbytes)
    print_table(rows, runs, nbytes)
    if options.svg:
        plot(rows, options.svg)


if __name__ == "__main__":
    main()
