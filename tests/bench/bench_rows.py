"""What is measured: a row for each line of the table of bars, and what each bar asks for.

A row's `measure` gets the bench and fills its result; most rows only differ in what is searched for and where, and share
compare() of bench_compare.py. The others are in bench_special.py.
"""
import dataclasses

import bench_special
from bench_compare import Spec, compare


@dataclasses.dataclass(frozen=True)
class Bar:
    """At least (or at most) `limit`: of a tool's median time over mpiscan's when `tool` is set, else of a figure."""
    limit: float
    tool: str = ""
    figure: str = ""
    at_most: bool = False
    unit: str = ""

    @property
    def text(self):
        sign = "≤" if self.at_most else "≥"
        if self.tool:
            speed = "at least as fast as" if self.limit == 1 else f"{sign} {self.limit:g} ×"
            return f"{speed} {self.tool}"
        return f"{self.figure} {sign} {self.limit:g}{' ' + self.unit if self.unit else ''}"


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    title: str
    sets: tuple  # of the data, for the check of room
    measure: object  # (bench) -> None, fills bench.result
    bars: tuple = ()
    timed: bool = True  # its figures depend on how busy the machine is


def searching(name, title, data, *bars, **spec):
    """A row that compares programs on one search."""
    def measure(bench):
        compare(bench, Spec(data=data, **spec))
    return Row(name, title, (data,), measure, bars)


def packed(suffix, *bars):
    return searching(suffix, f"300 MB of text in one .{suffix}, one keyword", "packed." + suffix, *bars, packed=suffix)


ROWS = [
    searching("one", "one 1 GB file, one keyword", "one", Bar(1, "rg")),
    searching("files", "64 files of 16 MB, one keyword", "files", Bar(1.5, "rg")),
    searching("small", "20,000 files of 24 KB in 100 directories, one keyword", "small", Bar(1, "rg")),
    searching("words8", "1 GB, 8 caseless keywords", "one", Bar(6, "rg"), words=8, ignore_case=True),
    searching("words100", "1 GB, 100 caseless keywords", "one", Bar(8, "rg"), Bar(3, "ugrep"), words=100,
              ignore_case=True),
    searching("words1000", "1 GB, 1,000 caseless keywords", "one", Bar(8, "rg"), Bar(3, "ugrep"), words=1000,
              ignore_case=True),
    searching("words10000", "1 GB, 10,000 caseless keywords", "one", Bar(5, "rg"), words=10000, ignore_case=True),
    searching("regex", "1 GB, 5 caseless regular expressions", "one", Bar(8, "rg"), regex=True, ignore_case=True),
    searching("half", "1 GB, a keyword on every second line", "half", Bar(1, "rg")),
    packed("gz", Bar(5, "rg"), Bar(3, "ugrep")),
    packed("zst", Bar(1.5, "rg")),
    packed("xz"),
    packed("bz2"),
    packed("lz4"),
    Row("ranks", "two ranks against one, 4 GB, 8 caseless keywords", ("four",), bench_special.two_ranks,
        (Bar(0.93, figure="efficiency"), Bar(5, figure="spread of busy times", at_most=True, unit="%"))),
    Row("skew", "two ranks, one 1 GB file beside 2,000 small ones, 8 caseless keywords", ("skew",), bench_special.skew,
        (Bar(0.05, figure="imbalance", at_most=True),)),
    searching("whole", "mpirun -np 2, 4 GB, 8 caseless keywords, against tools on two cores", "four", Bar(5, "rg"),
              words=8, ignore_case=True, cores=2),
    Row("memory", "anonymous memory of a rank beyond MPI's own", ("one", "long_line", "skew", "packed.gz"),
        bench_special.memory,
        tuple(Bar(64, figure=figure, at_most=True, unit="MB") for figure in bench_special.MEMORY_FIGURES), timed=False),
    Row("start", "mpirun -np 2 on one small file, whole process", ("tiny",), bench_special.start,
        (Bar(1.2, figure="against an empty MPI program", at_most=True),)),
    Row("syscalls", "system calls per file, 20,000 files of 24 KB", ("small",), bench_special.system_calls,
        timed=False),
]
