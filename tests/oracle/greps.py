"""What GNU grep says of a case's logs: the right answer."""
import os
import re

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
        self.env = dict(harness.unlaunched(), LC_ALL="C")
        self.pattern_file = os.path.join(directory, "patterns")

    def call(self, keywords, options):
        """-> (exit status, output) for a line matched by any of the keywords."""
        case = self.case
        how = ["-F"] if not case.regex else ["-P"] if case.perl else ["-E"]
        if case.perl:
            keywords = [b"|".join(b"(?:" + k + b")" for k in keywords)] if len(keywords) > 1 else keywords
        with open(self.pattern_file, "wb") as out:
            out.write(b"".join(k + b"\n" for k in keywords))
        flags = ["-i"] * case.ignore_case + ["-w"] * case.word
        ran = harness.run(["grep", "-a", "-H", "-Z", *how, *flags, *options, "-f", self.pattern_file, "--", *self.names],
                          cwd=self.directory, env=self.env)
        if ran.code not in (0, 1) or ran.err:
            raise CannotJudge(str(ran))
        return ran.code, ran.out

    def lines(self, keywords, before=0, after=0):
        """-> (exit status, {name: {line number: (is match, byte offset, text)}})."""
        status, out = self.call(keywords, ["-n", "-b", "-B", str(before), "-A", str(after)])
        found = {name: {} for name in self.names}
        for line in out.split(b"\n")[:-1]:
            if line == b"--":
                continue
            head = LINE.match(line)
            name, number, mark, offset = head.groups()
            found[name.decode()][int(number)] = (mark == b":", int(offset), line[head.end():])
        return status, found

    def names_with_hits(self, keywords):
        return [name.decode() for name in self.call(keywords, ["-l"])[1].split(b"\0")[:-1]]

    def first_hits(self, keywords):
        """{name: number of the first matching line}"""
        heads = [LINE.match(line) for line in self.call(keywords, ["-n", "-b", "-m", "1"])[1].split(b"\n")[:-1]]
        return {head.group(1).decode(): int(head.group(2)) for head in heads}

    def by_keyword(self, wanted):
        """{keyword: {name: line numbers}} for each keyword of `wanted` alone."""
        answer = {}
        for keyword in wanted:
            found = self.lines([keyword])[1]
            answer[keyword] = {name: set(lines) for name, lines in found.items() if lines}
        return answer
