#!/usr/bin/env python3
"""Measures `mpiscan logs` beside ripgrep, ugrep, GNU grep, zgrep, GNU parallel + grep and Python, on the same files.

    tests/bench/bench_logs.py                        everything: about 9 GB of data, a quarter of an hour
    tests/bench/bench_logs.py --only gz,words8       some rows; --list names them
    tests/bench/bench_logs.py --scale 0.05 --rounds 2    small data; bars are not judged then
    tests/bench/bench_logs.py --before OTHER/build/bin/mpiscan --tools before    two builds of mpiscan alone

Writes report.md, plot.svg and results.json into --out; rows that were measured there before are kept beside new ones.
Exit: 0 done, whatever the bars say; 1 counts disagree or a program failed; 2 it cannot be done here.
"""
import argparse
import dataclasses
import datetime
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import bench_data
import bench_measure
import bench_plot
import bench_report
from bench_compare import CannotRun, Result
from bench_rows import ROWS
from bench_tools import others, versions_of

FORM = 1  # of results.json; rows of another form are not kept
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


class Bench:
    """What every row needs: the programs, the data, the limits, and the result that is being filled."""

    def __init__(self, options, scratch, store):
        self.versions = versions_of(options.mpiscan, options.mpirun, options.before)
        self.mpiscan = self.versions[0]
        self.tools = [*self.versions, *(t for t in others() if not options.tools or t.name in options.tools)]
        self.empty_mpi = options.empty_mpi if os.path.exists(options.empty_mpi) else ""
        self.rounds, self.limit, self.patience = options.rounds, options.limit, options.patience
        self.cores = len(os.sched_getaffinity(0))
        self.scratch, self.store, self.result = scratch, store, None

    def run(self, pipe, ranks, watch=None):
        env = bench_measure.mpi_environment() if ranks > 1 else bench_measure.plain_environment()
        return bench_measure.run(pipe, env, self.limit, self.scratch, watch)


def measure_row(bench, row, scale):
    """A row as plain data."""
    bench.result = Result(row.name, row.title)
    print(f"{row.name}: {row.title}", file=sys.stderr, flush=True)
    try:
        for name in row.sets:
            bench.store.directory(name)
        bench_measure.wait_for_quiet(bench.patience)
        machine, before = bench_measure.Machine(), bench_measure.load_average()
        row.measure(bench)
    except (CannotRun, bench_data.CannotMake) as error:
        bench.result.notes.append(f"not measured: {error}")
        bench.result.failed = bench.result.failed or "mpiscan failed" in str(error)
        machine, before = bench_measure.Machine(), bench_measure.load_average()
    plain = dataclasses.asdict(bench.result)
    plain.update(date=now(), timed=row.timed, others=machine.others(), load=[before[0], bench_measure.load_average()[0]])
    plain["before"] = bench_report.before_ratios(plain)
    plain["bars"] = [bench_report.judge(plain, bar, scale) for bar in row.bars]
    for line in bench_report.details(plain)[2:]:
        print("   ", line, file=sys.stderr, flush=True)
    return plain


def now():
    return datetime.datetime.now().strftime("%Y-%m-%d %H:%M")


def file_system_of(path):
    """The type of the mount that holds the path."""
    best = ("", "?")
    with open("/proc/self/mounts", encoding="utf-8", errors="replace") as file:
        for line in file:
            _, mount, kind, *_ = line.split(" ")
            if os.path.commonpath([mount, os.path.realpath(path)]) == mount and len(mount) >= len(best[0]):
                best = (mount, kind)
    return best[1]


def machine_of(directory):
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        models = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cpu": models[0] if models else platform.machine(), "cores": os.cpu_count(),
            "memory_gb": round(memory / 2**30), "kernel": platform.release(),
            "file_system": file_system_of(directory), "date": now()[:10]}


def choose_directory(options, rows, make_store):
    """The store in --dir, else in the directory for temporary files, else in memory; None when nowhere is room."""
    directories = [options.dir] if options.dir else [tempfile.gettempdir(), "/dev/shm"]
    sets = [name for row in rows for name in row.sets]
    for directory in directories:
        if not os.path.isdir(directory):
            continue
        store = make_store(os.path.join(os.path.abspath(directory), "mpiscan-bench"))
        need, free = store.room(sets), shutil.disk_usage(directory).free
        if free > need * 1.05 + 100 * bench_data.MB:
            print(f"data: {need / 1e9:.1f} GB to make in {store.top}", file=sys.stderr)
            return store
        print(f"{directory}: the data need {need / 1e9:.1f} GB, {free / 1e9:.1f} GB are free", file=sys.stderr)
    return None


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="list the rows and their bars")
    parser.add_argument("--only", default="", metavar="ROW,...", help="these rows")
    parser.add_argument("--tools", default="", metavar="TOOL,...", help="compare only with these programs")
    parser.add_argument("--before", default="", metavar="PROGRAM", help="another build of mpiscan, run in the same rounds")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="runs of each program (default 7)")
    parser.add_argument("--scale", type=float, default=1, metavar="X", help="size of the data (default 1)")
    parser.add_argument("--seed", type=int, default=42, metavar="N", help="of the data (default 42)")
    parser.add_argument("--dir", metavar="DIR", help="for the data (default: $TMPDIR or /tmp, else /dev/shm)")
    parser.add_argument("--keep", action="store_true", help="keep the data, for the next run")
    parser.add_argument("--out", default="bench-out", metavar="DIR", help="for the report (default bench-out)")
    parser.add_argument("--limit", type=float, default=60, metavar="SECONDS",
                        help="of one program in one row; one whose first run takes longer is stopped (default 60)")
    parser.add_argument("--patience", type=float, default=0, metavar="SECONDS",
                        help="wait that long before a round for others to leave the cores alone (default 0)")
    parser.add_argument("--update-readme", action="store_true", help="write the tables into README.md and "
                        "tests/bench/README.md")
    parser.add_argument("--saved", action="store_true", help="measure nothing: the rows that --out has")
    programs = os.path.join(TOP, "build", "bin")
    parser.add_argument("--mpiscan", default=os.path.join(programs, "mpiscan"), metavar="PROGRAM")
    parser.add_argument("--empty-mpi", default=os.path.join(programs, "bench_empty_mpi"), metavar="PROGRAM")
    parser.add_argument("--mpirun", default="mpirun", metavar="PROGRAM")
    options = parser.parse_args()
    options.only, options.tools = ([w for w in words.split(",") if w] for words in (options.only, options.tools))
    unknown = set(options.only) - {row.name for row in ROWS}
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}; --list names them")
    if options.rounds < 1 or options.scale <= 0:
        parser.error("--rounds and --scale have to be positive")
    if options.update_readme and options.scale != 1:
        parser.error("--update-readme needs --scale 1")
    return options


def earlier_results(options):
    """What results.json of --out has, when it is of the same data and form; else no rows."""
    try:
        with open(os.path.join(options.out, "results.json"), encoding="utf-8") as file:
            results = json.load(file)
    except FileNotFoundError:
        return {"rows": {}, "versions": {}}
    same = (results.get("form"), results["scale"], results["seed"]) == (FORM, options.scale, options.seed)
    return results if same else {"rows": {}, "versions": {}}


def write_all(options, results):
    rows = [results["rows"][row.name] for row in ROWS if row.name in results["rows"]]
    written = {"results.json": json.dumps(results, indent=1) + "\n", "report.md": bench_report.report(results, rows),
               "plot.svg": bench_plot.svg(results, rows)}
    for name, content in written.items():
        with open(os.path.join(options.out, name), "w", encoding="utf-8") as out:
            out.write(content)
    return rows


def update_readmes(results, rows, top=TOP):
    """All tables into tests/bench/README.md, a few rows into README.md."""
    for path, block in (("tests/bench/README.md", bench_report.block(results, bench_report.all_tables(rows))),
                        ("README.md", bench_report.block(results, bench_report.few_rows(rows)))):
        with open(os.path.join(top, path), encoding="utf-8") as file:
            changed = bench_report.replace_block(file.read(), block)
        with open(os.path.join(top, path), "w", encoding="utf-8") as out:
            out.write(changed)


def measure_all(options, rows, store):
    """Measures the rows, writing the report anew after each, so that an interrupted run leaves what it has."""
    with tempfile.TemporaryDirectory(prefix="mpiscan-bench-logs-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as at:
        bench = Bench(options, at, store)
        earlier = earlier_results(options)
        versions = {t.name.partition(" ")[0]: t.version() for t in bench.tools
                    if t.name not in ("before", "rg --no-unicode") and not t.missing()}
        results = {"machine": machine_of(store.top), "versions": {**earlier["versions"], **versions}, "form": FORM,
                   "scale": options.scale, "seed": options.seed, "rows": earlier["rows"]}
        for row in rows:
            results["rows"][row.name] = measure_row(bench, row, options.scale)
            written = write_all(options, results)
    print("\n".join(bench_report.before_table(written)), file=sys.stderr)
    if options.update_readme:
        update_readmes(results, written)
    return any(results["rows"][row.name]["failed"] for row in rows)


def report_saved(options):
    try:
        with open(os.path.join(options.out, "results.json"), encoding="utf-8") as file:
            results = json.load(file)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    if options.update_readme and results["scale"] != 1:
        print(f"{options.out}: of scale {results['scale']:g}, not for the READMEs", file=sys.stderr)
        return 2
    rows = write_all(options, results)
    print("\n".join(bench_report.before_table(rows)), file=sys.stderr)
    if options.update_readme:
        update_readmes(results, rows)
    return 0


def main():
    options = parse_options()
    if options.list:
        for row in ROWS:
            print(f"{row.name:12}{row.title}" + "".join(f"\n{'':14}{bar.text}" for bar in row.bars))
        return 0
    if options.saved:
        return report_saved(options)
    for program in filter(None, (options.mpiscan, options.before)):
        if not os.access(program, os.X_OK):
            print(f"{program}: no such program: build it, or name another by --mpiscan or --before", file=sys.stderr)
            return 2
    rows = [row for row in ROWS if not options.only or row.name in options.only]
    store = choose_directory(options, rows, lambda top: bench_data.Store(top, options.mpiscan, options.scale, options.seed))
    if not store:
        print("no room: use another directory (--dir), fewer rows (--only), or less data (--scale)", file=sys.stderr)
        return 2
    os.makedirs(options.out, exist_ok=True)
    os.makedirs(store.top, exist_ok=True)
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that what is made is removed
    try:
        failed = measure_all(options, rows, store)
    finally:
        if not options.keep:
            shutil.rmtree(store.top, ignore_errors=True)
    print(f"{options.out}/report.md, {time.monotonic() - began:.0f} s", file=sys.stderr)
    if failed:
        print("counts DISAGREE, or a program failed: see the report", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
