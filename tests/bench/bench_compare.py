"""One row, several programs: the same search by each in turn, round after round, with counts that have to agree.

The first round is discarded as a warm-up; in it the memory is sampled. Every other round starts with another program. A
program gets about `limit` seconds in a row; one whose first run takes longer than that is stopped.
"""
import dataclasses
import os

import bench_data
import bench_measure
import bench_words
from bench_tools import Search


VERSIONS = ("mpiscan", "before")


@dataclasses.dataclass
class Spec:
    """What a row searches for; `words` is how many keywords."""
    data: str
    words: int = 1
    ignore_case: bool = False
    regex: bool = False
    packed: str = ""
    cores: int = 1


@dataclasses.dataclass
class Measure:
    """What one program did in a row."""
    tool: str
    seconds: list = dataclasses.field(default_factory=list)
    cpu: list = dataclasses.field(default_factory=list)
    hits: int = None
    anon: int = 0  # bytes, peak of the tree of processes
    disagrees: bool = False
    note: str = ""
    rounds: int = 0
    stopped: float = 0  # seconds after which its first run was stopped, 0 when it ended by itself


@dataclasses.dataclass
class Figure:
    """A number of a special row, once per round."""
    name: str
    values: list
    unit: str = ""
    note: str = ""


@dataclasses.dataclass
class Result:
    """A row as it was measured; plain data, so that it can be kept as JSON."""
    name: str
    title: str
    measures: list = dataclasses.field(default_factory=list)
    figures: list = dataclasses.field(default_factory=list)
    bars: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)
    failed: bool = False


class CannotRun(Exception):
    """A row or a program cannot be measured here; the text says why."""


def make_search(bench, spec):
    directory = bench.store.directory(spec.data)
    path = bench_data.only_file(directory) if len(os.listdir(directory)) == 1 else directory
    words = bench_words.EXPRESSIONS if spec.regex else bench.store.words(spec.words)
    need_memory(bench_data.size_of(path))
    return Search(path, words, bench.store.keyword_file(words, "regex" if spec.regex else spec.words),
                  spec.ignore_case, spec.regex, spec.packed, spec.cores)


def need_memory(nbytes):
    """A warm cache is one that holds all of the files."""
    available = bench_data.available_memory()
    if available < nbytes + 1000 * bench_data.MB:
        raise CannotRun(f"{nbytes / 1e9:.1f} GB of files do not stay in memory: {available / 1e9:.1f} GB are available")


def compare(bench, spec):
    if spec.cores > bench.cores:
        raise CannotRun(f"{bench.cores} core, {spec.cores} are needed")
    search = make_search(bench, spec)
    runners = []
    for tool in bench.tools:
        measure = Measure(tool.name)
        why = tool.missing() or tool.why_not(search)
        if why:
            bench.result.notes.append(f"{tool.name}: {why}")
            continue
        bench.result.measures.append(measure)
        runners.append((tool, measure))
    warm_up(bench, search, runners)
    for number in range(1, bench.rounds + 1):
        bench_measure.wait_for_quiet(bench.patience)
        turn = number % max(1, len(runners))
        for tool, measure in runners[turn:] + runners[:turn]:
            if number <= measure.rounds:
                timed_run(bench, tool, measure, search)
    check_counts(bench.result)


def warm_up(bench, search, runners):
    """Sets what a program counts, its memory, and in how many rounds there is time for it; or why it cannot do it."""
    read_once(search.path)
    for tool, measure in runners:
        ran = bench.run(tool.pipe(search), search.cores, watch=os.path.basename(tool.program))
        measure.anon = ran.anon_tree
        measure.note = problem_of(tool, ran, bench.limit)
        measure.stopped = bench.limit if ran.stopped else 0
        if not measure.note:
            measure.hits = tool.count(ran.output)
            measure.rounds = int(min(bench.rounds, max(1, bench.limit // max(ran.seconds, 1e-3))))
        elif not is_refusal(measure.note) and (tool.name in VERSIONS or not ran.stopped):
            bench.result.failed = True


def problem_of(tool, ran, limit):
    """What went wrong, or ''."""
    if ran.stopped:
        return f"stopped after {limit:g} s"
    fault = tool.fault(ran.output) if hasattr(tool, "fault") else None
    if fault:
        return f"not searched yet ({fault})" if is_refusal(fault) else f"INCOMPLETE: {fault}"
    if any(code not in tool.ok_codes for code in ran.codes):
        last = ran.errors.decode("utf-8", "replace").strip().split("\n")[-1]
        return f"FAILED, exit {ran.codes}: {last[:100]}"
    return ""


def is_refusal(text):
    """Compressed data of a kind that the program does not support."""
    return "are not searched" in text


def timed_run(bench, tool, measure, search):
    ran = bench.run(tool.pipe(search), search.cores)
    problem = problem_of(tool, ran, bench.limit)
    if problem or tool.count(ran.output) != measure.hits:
        measure.note = problem or f"{tool.count(ran.output)} matching lines in one run, {measure.hits} in another"
        measure.disagrees = measure.disagrees or not problem
        bench.result.failed = True
        return
    measure.seconds.append(ran.seconds)
    measure.cpu.append(ran.cpu)


def check_counts(result):
    """GNU grep is right when it ran, else the first other program; who counts something else is flagged."""
    counted = [m for m in result.measures if m.hits is not None]
    oracles = [m for m in counted if m.tool in ("grep", "zgrep")] or [m for m in counted if m.tool not in VERSIONS]
    oracles = oracles or counted[:1]
    for measure in counted:
        if measure.hits != oracles[0].hits:
            measure.disagrees = True
            measure.note = f"DISAGREES with {oracles[0].tool}: {measure.hits}, not {oracles[0].hits}"
    result.failed = result.failed or any(m.disagrees for m in result.measures)


def read_once(path):
    """Into the cache."""
    files = [path] if os.path.isfile(path) else [os.path.join(at, n) for at, _, names in os.walk(path) for n in names]
    for name in files:
        with open(name, "rb", buffering=0) as file:
            while file.read(1 << 22):
                pass
