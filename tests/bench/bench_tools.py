"""The programs that are compared, and how each is called to search the same bytes and print the same counts.

A tool gives its command lines for a Search (a pipe of one or two commands, never a shell), a reason when it cannot do
that search, and reads its counts from what it printed.
"""
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclasses.dataclass
class Search:
    """What to search for, where, and on how many cores."""
    path: str
    words: list
    words_file: str
    ignore_case: bool = False
    regex: bool = False
    packed: str = ""  # gz, zst, xz, bz2, lz4
    cores: int = 1

    @property
    def one_file(self):
        return os.path.isfile(self.path)

    @property
    def patterns(self):
        """One keyword as an argument, more by a file; grep, ripgrep, ugrep and mpiscan agree on the spelling."""
        return ["-e", self.words[0]] if len(self.words) == 1 else ["-f", self.words_file]

    def flags(self, fixed, regex, ignore_case="-i"):
        return [regex if self.regex else fixed] * bool(regex if self.regex else fixed) + [ignore_case] * self.ignore_case


def sum_of_counts(output):
    """`path:count` or `count` on each line."""
    return sum(int(line.rpartition(b":")[2]) for line in output.split(b"\n") if line)


def summary_of(output):
    """The last object of mpiscan's JSON lines, or {} when there is none."""
    lines = output.rstrip(b"\n").rpartition(b"\n")
    try:
        return json.loads(lines[2])
    except ValueError:
        return {}


class Tool:
    """A program by its name; `ok_codes` are the exit codes of a search that went well."""
    name = program = version_pattern = ""
    ok_codes = (0, 1)

    def why_not(self, search):
        """None, or why this search is not this tool's."""
        del search

    def missing(self):
        return None if shutil.which(self.program) else f"{self.program} is not installed"

    def pipe(self, search):
        raise NotImplementedError

    def count(self, output):
        return sum_of_counts(output)

    def version(self):
        done = subprocess.run([self.program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        found = re.search(self.version_pattern or r"\d+(\.\d+)*", done.stdout.decode("utf-8", "replace"))
        return found[0] if found else "?"


class Mpiscan(Tool):
    """Without a launcher on one core, by mpirun on more. No comparison run: that would be a second search.

    `before` is the name of another build of it (--before): it gets the same searches in the same rounds.
    """
    ok_codes = (0,)

    def __init__(self, program, mpirun, name="mpiscan"):
        self.program, self.mpirun, self.name = program, mpirun, name

    def launcher(self, ranks):
        return [self.mpirun, "-np", str(ranks)]

    def search_options(self, search):
        """JSON: the summary has the sum of the counts, and whether every file was searched."""
        return ["logs", "--format", "json", *search.flags("-F", "-E"), *search.patterns, search.path]

    def pipe(self, search):
        start = self.launcher(search.cores) if search.cores > 1 else []
        return [[*start, self.program, *self.search_options(search), "--baseline", "off"]]

    def count(self, output):
        return summary_of(output).get("matching_lines")

    def fault(self, output):
        """The message of the first fault, or None when every file was searched."""
        if summary_of(output).get("complete"):
            return None
        for line in output.split(b"\n"):
            if line.startswith(b'{"type":"fault"'):
                return json.loads(line)["message"]
        return "no complete answer"


class Ripgrep(Tool):
    """ripgrep with its defaults: it maps a file that is named, and reads those that it finds."""
    name = program = "rg"

    def pipe(self, search):
        return [["rg", f"-j{search.cores}", "-c", "-H", *search.flags("-F", ""),
                 "--no-config",              # the user's settings are not measured
                 "-a",                       # no stop at a NUL byte, as mpiscan
                 "--no-ignore", "--hidden",  # every file, as mpiscan
                 *(["-z"] if search.packed else []),
                 *search.patterns, search.path]]


class RipgrepBytes(Ripgrep):
    """The same without Unicode case folding, the costly part of -i. mpiscan's own -i does fold fixed strings."""
    name = "rg --no-unicode"

    def why_not(self, search):
        return None if search.ignore_case else "differs from rg only where case is ignored"

    def pipe(self, search):
        command = super().pipe(search)[0]
        return [[command[0], "--no-unicode", *command[1:]]]


class Ugrep(Tool):
    """ugrep; its extended expressions are the default."""
    name = program = "ugrep"
    version_pattern = r"(?<=ugrep )\d+(\.\d+)*"

    def pipe(self, search):
        return [["ugrep", f"-J{search.cores}", "-c", "-H", *search.flags("-F", "-E"),
                 "-a", "--hidden",  # as for ripgrep; ignore files count only when asked for, settings only for `ug`
                 *(["-z"] if search.packed else []),
                 *([] if search.one_file else ["-r"]),
                 *search.patterns, search.path]]


class Grep(Tool):
    """GNU grep; LC_ALL=C is set for all tools and is its fastest. It has no threads, so it is one core's."""
    name = program = "grep"

    def why_not(self, search):
        if search.packed:
            return "does not decompress"
        return "one core only" if search.cores > 1 else None

    def pipe(self, search):
        return [[*grep_command(search), *([] if search.one_file else ["-r"]), search.path]]


def grep_command(search):
    return ["grep", "-a", "-c", "-H", *search.flags("-F", "-E"), *search.patterns]


class Zgrep(Tool):
    """zgrep and its kin: shell scripts that join a decompressor and grep by a pipe, so they use a second core."""
    name, program = "zgrep", "zgrep"
    scripts = {"gz": "zgrep", "zst": "zstdgrep", "xz": "xzgrep", "bz2": "bzfgrep"}  # bzgrep takes no -F

    def why_not(self, search):
        if search.packed not in self.scripts:
            return "nothing to decompress" if not search.packed else "no such script"
        script = self.scripts[search.packed]
        return None if shutil.which(script) else f"{script} is not installed"

    def pipe(self, search):
        flags = [] if search.packed == "bz2" else search.flags("-F", "-E")
        return [[self.scripts[search.packed], "-a", "-c", *flags, *search.patterns, search.path]]


class ParallelGrep(Tool):
    """GNU parallel starting grep on two cores: a share of the files each, or a part of the one file each."""
    name, program = "parallel + grep", "parallel"

    def missing(self):
        if not shutil.which("parallel"):
            return "parallel is not installed"
        done = subprocess.run(["parallel", "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return None if b"GNU parallel" in done.stdout else "parallel is not GNU parallel"

    def why_not(self, search):
        return "grep does not decompress" if search.packed else None

    def pipe(self, search):
        parallel = ["parallel", "--will-cite", "-j2"]
        grep = ["-q", *grep_command(search)]  # -q: quote for the shell that parallel starts
        if search.one_file:
            return [[*parallel, "--pipepart", "--block", "-1", "-a", search.path, *grep]]
        return [["find", search.path, "-type", "f", "-print0"], [*parallel, "-0", "-m", *grep]]

    @property
    def ok_codes(self):  # the number of jobs that failed: grep's 1 is "no match"
        return range(0, 102)


class Python(Tool):
    """python_grep.py: what one writes in an afternoon, a process per core and a task per file."""
    name = "Python"
    program = sys.executable

    def why_not(self, search):
        if search.packed not in ("", "gz", "bz2", "xz"):
            return "not in Python's library"
        return "re tries alternatives one by one: hours" if len(search.words) > 8 else None

    def pipe(self, search):
        return [[self.program, os.path.join(HERE, "python_grep.py"), "-j2", *search.flags("-F", "-E"),
                 *search.patterns, search.path]]


def versions_of(mpiscan, mpirun, before):
    """mpiscan, and the build to compare it with if there is one."""
    return [Mpiscan(mpiscan, mpirun), *([Mpiscan(before, mpirun, "before")] if before else [])]


def others():
    return [Ripgrep(), RipgrepBytes(), Ugrep(), Grep(), Zgrep(), ParallelGrep(), Python()]
