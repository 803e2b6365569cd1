#!/usr/bin/env python3
"""Draws efficiency against ranks, 16 to 16,384 of them, for three ways to share the work, rehearsed in simulated time.

    tests/bench/rehearse.py                      measures sizes and speed here, then rehearses: some minutes, 2 GB
    tests/bench/rehearse.py --ranks 16,256 --seeds 1 --usual      short, with the speed and sizes in rehearse.c

Writes rehearsal.md, rehearsal.svg and rehearsal.json into --out. README.md says what is rehearsed.
"""
import argparse
import concurrent.futures
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import bench_measure
import bench_plot
import bench_words

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
POLICIES = {"static": ("as many files each", "#8c8c8c"), "balanced": ("the plan", "#dd8452"),
            "stealing": ("the plan, and tasks stolen", "#4c72b0")}
WIDTH, HEIGHT, LEFT, RIGHT, TOP_EDGE, BOTTOM = 760, 420, 64, 24, 52, 74


def sizes_below(directories):
    """The sizes of all regular files that are not empty, ascending."""
    sizes = []
    for directory in directories:
        for root, _, names in os.walk(directory):
            for name in names:
                try:
                    status = os.lstat(os.path.join(root, name))
                except OSError:
                    continue
                if status.st_mode & 0o170000 == 0o100000 and status.st_size > 0:
                    sizes.append(status.st_size)
    return sorted(sizes)


def fit(sizes):
    """Log-normal by the median and the middle two thirds; the largest hundredth as Pareto by Hill's estimator."""
    def at(share):
        return sizes[int(share * (len(sizes) - 1))]
    least = at(0.99)
    above = [size for size in sizes if size > least]
    return {"mu": math.log(at(0.5)), "sigma": (math.log(at(0.84)) - math.log(at(0.16))) / 2, "tail": 0.01, "least": least,
            "alpha": len(above) / sum(math.log(size / least) for size in above), "most": sizes[-1]}


def busy(mpiscan, directory, words):
    """Seconds that one rank is busy with the files, and their bytes: the quickest of five runs."""
    runs = []
    for _ in range(5):
        out = subprocess.run([mpiscan, "logs", directory, "-i", "-f", words, "--format", "json"], check=True, stdout=subprocess.PIPE,
                             env=bench_measure.plain_environment()).stdout
        rank = next(o for o in map(json.loads, out.splitlines()) if o["type"] == "rank")
        runs.append((rank["busy_seconds"], rank["bytes"]))
    return min(runs)


def speed(mpiscan):
    """Bytes a second, and seconds a file beyond its bytes."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as root:
        words = os.path.join(root, "words")
        with open(words, "w", encoding="utf-8") as file:
            file.write("\n".join(bench_words.EIGHT) + "\n")
        large, small = os.path.join(root, "large"), os.path.join(root, "small")
        for directory, files, lines in ((large, 4, 700000), (small, 5000, 1)):
            subprocess.run([mpiscan, "generate", "logs", directory, "--style", "syslog", "--files", str(files), "--lines",
                            str(lines), "--seed", "42"], check=True, stdout=subprocess.DEVNULL)
        seconds, nbytes = busy(mpiscan, large, words)
        seconds_small, nbytes_small = busy(mpiscan, small, words)
    rate = nbytes / seconds
    return {"rate": rate, "open": max((seconds_small - nbytes_small / rate) / 5000, 1e-7)}


def rehearse(program, ranks, seed, parameters):
    words = [f"{name}={value!r}" for name, value in {**parameters, "ranks": ranks, "seed": seed}.items()]
    out = subprocess.run([program, *words], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def table(runs, parameters, all_ranks):
    lines = ["| ranks | files | " + " | ".join(f"{name}: {what}" for name, (what, _) in POLICIES.items())
             + " | longest task | steal requests per rank (most to one) | from the last task to the end | plan |",
             "|" + "---|" * (len(POLICIES) + 6)]
    for ranks in all_ranks:
        cells = []
        for policy in POLICIES:
            values = [100 * r["efficiency"] for r in runs if r["ranks"] == ranks and r["policy"] == policy]
            cells.append(f"{statistics.median(values):.1f} % ({min(values):.1f}..{max(values):.1f})")
        stealing = [r for r in runs if r["ranks"] == ranks and r["policy"] == "stealing"]
        cells.append(f"{statistics.median(r['longest_task'] / r['best_seconds'] for r in stealing):.2f} of the best time")
        cells.append(f"{max(r['requests_per_rank'] for r in stealing):.0f} ({max(r['most_requests'] for r in stealing)})")
        cells.append(f"{1e3 * max(r['end_seconds'] for r in stealing):.1f} ms")
        cells.append(f"{statistics.median(r['plan_seconds'] for r in stealing):.2g} s")
        lines.append(f"| {ranks:,} | {stealing[0]['files']:,} | " + " | ".join(cells) + " |")
    given = ", ".join(f"{name} {value:.4g}" for name, value in parameters.items())
    return "\n".join(lines) + f"\n\nParameters other than those in `rehearse.c`: {given or 'none'}.\n"


def plot(runs, all_ranks):
    low, high = math.log2(all_ranks[0]), max(math.log2(all_ranks[-1]), math.log2(all_ranks[0]) + 1)

    def x(ranks):
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log2(ranks) - low) / (high - low)

    def y(efficiency):
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP_EDGE) * efficiency

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="Helvetica, Arial, sans-serif">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             bench_plot.text(12, 22, "Efficiency against ranks (simulated time; medians and extremes over seeds)", size=14,
                             weight="bold")]
    for tenth in range(0, 11, 2):
        parts.append(bench_plot.line(LEFT, y(tenth / 10), WIDTH - RIGHT, y(tenth / 10), "#ddd"))
        parts.append(bench_plot.text(LEFT - 8, y(tenth / 10) + 4, f"{tenth * 10} %", "end", 11, fill="#555"))
    parts += [bench_plot.text(x(ranks), HEIGHT - BOTTOM + 18, f"{ranks:,}", "middle", 11, fill="#555") for ranks in all_ranks]
    for i, (policy, (what, color)) in enumerate(POLICIES.items()):
        parts += curve([r for r in runs if r["policy"] == policy], all_ranks, x, y, color)
        at = LEFT + i * 230
        parts.append(bench_plot.line(at, HEIGHT - 26, at + 24, HEIGHT - 26, color, 3))
        parts.append(bench_plot.text(at + 30, HEIGHT - 22, f"{policy}: {what}"))
    return "\n".join(parts + ["</svg>"]) + "\n"


def curve(runs, all_ranks, x, y, color):
    values = {ranks: [r["efficiency"] for r in runs if r["ranks"] == ranks] for ranks in all_ranks}
    points = " ".join(f"{x(ranks):.1f},{y(statistics.median(v)):.1f}" for ranks, v in values.items())
    parts = [f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2.5"/>']
    parts += [bench_plot.line(x(ranks), y(min(v)), x(ranks), y(max(v)), color) for ranks, v in values.items()]
    return parts


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", default="16,64,256,1024,4096,16384", metavar="N,...")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="rehearsals of each (default 3)")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="concurrent rehearsals (default 1)")
    parser.add_argument("--usual", action="store_true", help="measure nothing: take the values in rehearse.c")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=NUMBER", help="a parameter of rehearse.c")
    parser.add_argument("--directories", default="/usr,/var", metavar="DIR,...", help="whose files' sizes are measured")
    parser.add_argument("--out", default="bench-out", metavar="DIR", help="for what comes out (default bench-out)")
    programs = os.path.join(TOP, "build", "bin")
    parser.add_argument("--mpiscan", default=os.path.join(programs, "mpiscan"), metavar="PROGRAM")
    parser.add_argument("--program", default=os.path.join(programs, "bench_rehearse"), metavar="PROGRAM")
    return parser.parse_args()


def main():
    options = parse_options()
    all_ranks = sorted(int(word) for word in options.ranks.split(","))
    parameters = {} if options.usual else {**fit(sizes_below(options.directories.split(","))), **speed(options.mpiscan)}
    parameters.update((name, float(value)) for name, _, value in (word.partition("=") for word in options.set))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = [pool.submit(rehearse, options.program, ranks, seed, parameters)
                for ranks in all_ranks for seed in range(1, options.seeds + 1)]
        runs = [run for job in jobs for run in job.result()]
    os.makedirs(options.out, exist_ok=True)
    written = {"rehearsal.json": json.dumps({"parameters": parameters, "runs": runs}, indent=1) + "\n",
               "rehearsal.md": table(runs, parameters, all_ranks), "rehearsal.svg": plot(runs, all_ranks)}
    for name, content in written.items():
        with open(os.path.join(options.out, name), "w", encoding="utf-8") as out:
            out.write(content)
    print(written["rehearsal.md"], end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
