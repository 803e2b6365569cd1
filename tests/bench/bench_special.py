"""The rows that are not a comparison of programs: mpiscan's own figures, its start, its memory, its system calls."""
import json
import os
import re
import shutil

import bench_measure
from bench_compare import CannotRun, Figure, Measure, Spec, check_counts, is_refusal, make_search
from bench_tools import Grep, Ripgrep, summary_of

MEMORY_FIGURES = ("a 1 GB file", "a line of 1 GB", "10,000 keywords", "2,001 files, two ranks", "300 MB in a .gz")


def json_run(bench, mpiscan, search, ranks, *options):
    """The objects that mpiscan reports, [] when it does not support what is to be searched; and the run."""
    start = mpiscan.launcher(ranks) if ranks > 1 else []
    watch = os.path.basename(mpiscan.program)
    ran = bench.run([[*start, mpiscan.program, *mpiscan.search_options(search), *options]], ranks, watch=watch)
    fault = mpiscan.fault(ran.output)
    if fault and is_refusal(fault):
        return [], ran
    if fault or ran.codes != [0]:
        raise CannotRun(f"mpiscan failed: exit {ran.codes}: {fault or ran.errors.decode('utf-8', 'replace')[-300:]}")
    return [json.loads(line) for line in ran.output.split(b"\n") if line], ran


def label(version, name):
    return name if version.name == "mpiscan" else f"{version.name}: {name}"


def reported(bench, search, names, options, values_of):
    """Figures (name -> unit) from the reports of two ranks, once a round; values_of(objects) -> a value for each."""
    values = {version: [] for version in bench.versions}
    for number in range(bench.rounds + 1):
        bench_measure.wait_for_quiet(bench.patience)
        for version in bench.versions[::1 if number % 2 else -1]:
            objects, _ = json_run(bench, version, search, 2, *options)
            if number > 0:
                values[version].append(values_of(objects))
    for version in bench.versions:
        for (name, unit), column in zip(names.items(), zip(*values[version])):
            bench.result.figures.append(Figure(label(version, name), list(column), unit))


def need_cores(bench, ranks):
    if bench.cores < ranks:
        raise CannotRun(f"{bench.cores} core, {ranks} are needed")


def busy_spread(objects):
    """Largest busy time over the smallest, less 1, in percent."""
    busy = [o["busy_seconds"] for o in objects if o["type"] == "rank"]
    return 100 * (max(busy) / max(min(busy), 1e-9) - 1)


def two_ranks(bench):
    """From mpiscan's own report: pairs of runs on two ranks and on one, in one process, alternately."""
    def values_of(objects):
        summary = objects[-1]
        one = summary["baseline"]["seconds"]
        return summary["efficiency"], busy_spread(objects), one, one / summary["speedup"]

    need_cores(bench, 2)
    search = make_search(bench, Spec("four", words=8, ignore_case=True))
    names = {"efficiency": "", "spread of busy times": "%", "one rank": "s", "two ranks": "s"}
    reported(bench, search, names, ["--baseline", "run", "--repeat", "3"], values_of)


def skew(bench):
    need_cores(bench, 2)
    search = make_search(bench, Spec("skew", words=8, ignore_case=True))
    reported(bench, search, {"imbalance": "", "two ranks": "s"}, ["--baseline", "off"],
             lambda objects: (objects[-1]["imbalance"], objects[-1]["wall_seconds"]))


def memory(bench):
    """The peak of a rank. Without a launcher no MPI is started; with two ranks the memory of an
    empty MPI program is subtracted."""
    cases = [Spec("one"), Spec("long_line"), Spec("one", words=10000, ignore_case=True), Spec("skew", cores=2),
             Spec("packed.gz", packed="gz")]
    empty = 0
    if bench.cores >= 2 and bench.empty_mpi:
        empty = max(int(w) for w in bench.run([[*bench.mpiscan.launcher(2), bench.empty_mpi]], 2).output.split())
    for name, spec in zip(MEMORY_FIGURES, cases):
        if spec.cores > 1 and not empty:
            bench.result.notes.append(f"{name}: not measured, an empty MPI program on two cores is needed")
            continue
        own = empty if spec.cores > 1 else 0
        search = make_search(bench, spec)
        for version in bench.versions:
            peaks = peaks_of(bench, version, search, own)
            note = f"{empty / 1e6:.1f} MB of MPI itself subtracted" if own else ""
            bench.result.figures.append(Figure(label(version, name), peaks, "MB", note if peaks else "not supported"))


def peaks_of(bench, version, search, own):
    """In MB, less `own` bytes."""
    runs = [json_run(bench, version, search, search.cores, "--baseline", "off") for _ in range(min(3, bench.rounds))]
    return [(ran.anon_process - own) / 1e6 for objects, ran in runs if objects]


def start(bench):
    """Whole processes: mpirun with mpiscan, mpirun with a program that only starts and ends MPI."""
    need_cores(bench, 2)
    if not bench.empty_mpi:
        raise CannotRun("no empty MPI program: build the target bench_empty_mpi or say --empty-mpi")
    search = make_search(bench, Spec("tiny"))
    empty, launcher = Measure("empty MPI program"), bench.mpiscan.launcher(2)
    ours = {v.name: Measure(v.name) for v in bench.versions}
    commands = [(ours[v.name], [*launcher, v.program, *v.search_options(search), "--baseline", "off"])
                for v in bench.versions] + [(empty, [*launcher, bench.empty_mpi])]
    for number in range(3 * bench.rounds + 1):
        if number % 3 == 0:
            bench_measure.wait_for_quiet(bench.patience)
        for measure, command in commands[::1 if number % 2 else -1]:
            ran = bench.run([command], 2)
            if ran.codes != [0]:
                raise CannotRun(f"{measure.tool}: exit {ran.codes}: {ran.errors.decode('utf-8', 'replace')[-300:]}")
            if number > 0:
                measure.seconds.append(ran.seconds)
                measure.cpu.append(ran.cpu)
            elif measure is not empty:
                measure.hits = summary_of(ran.output).get("matching_lines")
    bench.result.measures += [*ours.values(), empty]
    for version in bench.versions:
        ratio = bench_measure.median(ours[version.name].seconds) / bench_measure.median(empty.seconds)
        bench.result.figures.append(Figure(label(version, "against an empty MPI program"), [ratio]))


def system_calls(bench):
    """strace -f -c; all calls of the whole process over the number of files."""
    if not shutil.which("strace"):
        raise CannotRun("strace is not installed")
    search = make_search(bench, Spec("small"))
    files = sum(len(names) for _, _, names in os.walk(search.path))
    for tool in (*bench.versions, Ripgrep(), Grep()):
        if tool.missing():
            bench.result.notes.append(f"{tool.name}: {tool.missing()}")
            continue
        log = os.path.join(bench.scratch, "strace")
        ran = bench.run([["strace", "-f", "-c", "-U", "calls,name", "-o", log, *tool.pipe(search)[0]]], 1)
        calls = read_strace(log)
        if not calls:
            raise CannotRun(f"strace: {ran.errors.decode('utf-8', 'replace')[-300:]}")
        total = sum(calls.values()) / files
        most = sorted(calls.items(), key=lambda item: -item[1])[:6]
        note = ", ".join(f"{name} {number / files:.2f}" for name, number in most if number / files >= 0.01)
        bench.result.figures.append(Figure(f"{tool.name}: calls per file", [total], "", note))
        bench.result.measures.append(Measure(tool.name, hits=tool.count(ran.output), note="under strace: not timed"))
    check_counts(bench.result)


def read_strace(path):
    with open(path, encoding="ascii", errors="replace") as file:
        found = re.findall(r"^ *(\d+) +(\w+)$", file.read(), re.M)
    return {name: int(calls) for calls, name in found if name != "total"}
