"""What GNU grep says of a case's logs: the right answer."""
import os
import re
from dataclasses import replace

import harness

LINE = re.compile(rb"([^\0]+)\0(\d+)([:-])(\d+)[:-]", re.DOTALL)
SAMPLE = 24  # keywords of a large set that are checked one by one


class CannotJudge(Exception):
    """grep gave up (e.g. PCRE's limits), so the case says nothing."""


class Grep:
    """Runs grep in the directory that holds the logs as grep is to see them."""

    def __init__(self, case, directory):
        self.case, self.directory = case, directory
        self.names = [log.name for log in case.logs]
        # other texts may be no UTF-8, of which grep says something else
        characters = case.kind == "characters" or (case.word and not case.regex)
        self.env = dict(harness.unlaunched(), LC_ALL="C.UTF-8" if characters else "C")
        self.pattern_file = os.path.join(directory, "patterns")

    def call(self, keywords, options):
        """-> (exit status, output) for a line matched by any of the keywords."""
        case = self.case
        how = ["-F"] if not case.regex else ["-P"] if case.perl else ["-E"]
        if case.perl:
            keywords = [b"|".join(b"(?:" + k + b")" for k in keywords)] if len(keywords) > 1 else keywords
        with open(self.pattern_file, "wb") as out:
            out.write(b"".join(k + b"\n" for k in keywords))
        flags = ["-i"] * case.ignore_case + ["-w"] * case.word + ["-x"] * case.whole
        if not case.is_composed():
            flags += ["-v"] * case.invert + ["-m", str(case.max_count)] * bool(case.max_count)
        ran = harness.run(["grep", "-a", "-H", "-Z", *how, *flags, *options, "-f", self.pattern_file, "--", *self.names],
                          cwd=self.directory, env=self.env)
        if ran.code not in (0, 1) or ran.err:
            raise CannotJudge(str(ran))
        return ran.code, ran.out

    def lines(self, keywords, before=0, after=0):
        """-> (exit status, {name: {line number: (is match, byte offset, text)}})."""
        status, out = self.call(keywords, ["-n", "-b", "-B", str(before), "-A", str(after)])
        return status, self.parse(out)

    def parse(self, out):
        found = {name: {} for name in self.names}
        for line in out.split(b"\n")[:-1]:
            if line == b"--":
                continue
            head = LINE.match(line)
            name, number, mark, offset = head.groups()
            found[name.decode()][int(number)] = (mark == b":", int(offset), line[head.end():])
        return found

    def every_line(self):
        """As `lines`, of all lines."""
        ran = harness.run(["grep", "-a", "-H", "-Z", "-n", "-b", "-F", "-e", "", "--", *self.names], cwd=self.directory,
                          env=self.env)
        return self.parse(ran.out)

    def numbers(self, keywords):
        """{name: numbers of the lines that one of them matches}"""
        return {name: set(lines) for name, lines in self.lines(keywords)[1].items()}

    def composed(self):
        """As `lines`, for --and and --not, and with whole events: grep says which lines each keyword matches."""
        case, every = self.case, self.every_line()
        chosen = {name: set(lines) for name, lines in every.items()}
        for keywords, wanted in [(case.keywords, True), *(([k], True) for k in case.required),
                                 *(([k], False) for k in case.excluded)]:
            found = self.numbers(keywords) if keywords else None
            for name in self.names if found is not None else ():
                chosen[name] = chosen[name] & found[name] if wanted else chosen[name] - found[name]
        answer = {}
        for name, lines in every.items():
            numbers = sorted(set(lines) - chosen[name] if case.invert else chosen[name])
            numbers = numbers[:case.max_count or len(numbers)]
            shown = set(numbers)
            if case.event and case.view == "lines":
                starts = [n for n, line in lines.items() if line[2][:1] and line[2][:1] in case.event]
                shown = {n for number in numbers for n in self.event_of(number, starts, len(lines))}
            answer[name] = {n: (n in numbers, *lines[n][1:]) for n in shown}
        return 0 if any(any(line[0] for line in lines.values()) for lines in answer.values()) else 1, answer

    @staticmethod
    def event_of(number, starts, nlines):
        first = max((n for n in starts if n <= number), default=1)
        return range(first, min((n for n in starts if n > number), default=nlines + 1))

    def names_with_hits(self, keywords):
        return [name.decode() for name in self.call(keywords, ["-l"])[1].split(b"\0")[:-1]]

    def first_hits(self, keywords):
        """{name: number of the first matching line}"""
        heads = [LINE.match(line) for line in self.call(keywords, ["-n", "-b", "-m", "1"])[1].split(b"\n")[:-1]]
        return {head.group(1).decode(): int(head.group(2)) for head in heads}

    def by_keyword(self, wanted, within):
        """{keyword: {name: line numbers}} for each keyword of `wanted` alone, among the lines `within`."""
        answer = {}
        case, self.case = self.case, replace(self.case, invert=False, max_count=0)
        for keyword in wanted if not case.invert else ():
            found = self.lines([keyword])[1]
            chosen = {name: {n for n in lines if within[name].get(n, (False,))[0]} for name, lines in found.items()}
            answer[keyword] = {name: lines for name, lines in chosen.items() if lines}
        self.case = case
        return answer
