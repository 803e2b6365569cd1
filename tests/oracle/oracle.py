"""mpiscan against GNU grep on seeded random logs. A failure prints the seed and how to run that case again.

Runs --cases cases from --seed on, each at the next of --ranks (0: without the launcher). More is: --cases 100000.
"""
import argparse
import base64
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mpi"))

import harness  # noqa: E402
from cases import KINDS, WINDOW, make_case  # noqa: E402
from greps import SAMPLE, CannotJudge, Grep  # noqa: E402


class Refused(Exception):
    """mpiscan says that it cannot compile an expression."""


class Differs(Exception):
    """The two do not agree."""


def need(holds, text, got=None, wanted=None):
    if not holds:
        raise Differs("%s\n  mpiscan: %.600r\n  grep:    %.600r" % (text, got, wanted))


def same(got, wanted, text):
    need(got == wanted, text, got, wanted)


def field_bytes(thing, name):
    if name in thing:
        return thing[name].encode("utf-8")
    return base64.b64decode(thing[name + "_base64"], validate=True)


def scan_arguments(case, directory):
    args = ["logs", "--format", "json", "--baseline", "off", "--max-line", str(case.max_line)]
    args += ["--buffer-size", str(case.window)] if case.window != WINDOW else []
    args += ["-P" if case.kind == "perl" else "-E"] * case.regex + ["-x"] * case.whole + ["-i"] * case.ignore_case + ["-w"] * case.word + ["--grep-status"] * case.grep_status
    args += {"count": [], "lines": ["-n"], "names": ["-l"], "without": ["-L"]}[case.view]
    args += ["-v"] * case.invert + ["-m", str(case.max_count)] * bool(case.max_count)
    args += [word for keyword in case.required for word in ("--and", keyword)]
    args += [word for keyword in case.excluded for word in ("--not", keyword)]
    args += ["--event-start", b"^[" + case.event + b"]"] * bool(case.event)
    args += ["-B", str(case.before)] * bool(case.before) + ["-A", str(case.after)] * bool(case.after)
    if case.from_file and case.keywords:
        with open(os.path.join(directory, "patterns"), "wb") as out:
            out.write(b"\n".join(case.keywords) + b"\n")
        args += ["-f", "patterns"]
    else:
        args += [word for keyword in case.keywords for word in ("-e", keyword)]
    return args + [log.name for log in case.logs]


class Answer:
    """mpiscan's objects, sorted by kind."""

    def __init__(self, ran):
        objects = harness.read_json(ran.out)
        self.summary = objects[-1]
        self.files = {}
        self.lines = {}
        self.order = []
        for thing in objects[:-1]:
            if thing["type"] == "file":
                self.files[thing["path"]] = thing
                self.order.append(thing["path"])
            elif thing["type"] in ("line", "context"):
                self.lines.setdefault(thing["path"], []).append(thing)
            else:
                need(thing["type"] in ("rank", "binary"), "an object that nobody expects", thing)


def labels_of(case):
    """keyword -> what JSON calls it; None when a keyword is escaped there: not UTF-8, or with a NUL."""
    if any(b"\0" in keyword for keyword in case.keywords):
        return None
    try:
        return {keyword: keyword.decode("utf-8") for keyword in case.keywords}
    except UnicodeDecodeError:
        return None


def compare_line(case, log, starts, got, wanted, number, hits):
    """One line or context object against grep's line."""
    is_match, offset, text = wanted
    what = "%s line %d" % (log.name, number)
    same(got["type"], "line" if is_match else "context", what + ": match or context")
    same(got["byte_offset"], log.start + starts[number - 1], what + ": byte offset")
    if b"\r\n" not in log.text:
        same(got["byte_offset"], log.start + offset, what + ": grep's byte offset")
    shown = field_bytes(got, "text")
    if len(text) <= case.max_line:
        same(shown, text, what + ": text")
        need("text_bytes" not in got, what + ": a whole text has no text_bytes", got)
    else:
        at = got.get("text_offset", 0)
        need(text[at:at + len(shown)] == shown and (case.max_line - 6 <= len(shown) <= case.max_line), what + ": part of the text",
             shown[:100], text[at:at + 100])
        need(is_match or at == 0, what + ": context from its beginning", at)
        if is_match and not case.regex and not case.ignore_case and not case.invert and case.max_line >= 64:
            need(any(k in shown for k in case.keywords or [b""]), what + ": a keyword in the part shown", shown)
        same(got["text_bytes"], len(text), what + ": text_bytes")
    if is_match and hits is not None:
        checked, all_checked, labels = hits
        listed = [k for k in got["keywords"] if all_checked or k in checked]
        same(listed, [labels[k] for k, lines in checked.values() if number in lines.get(log.name, ())], what + ": keywords")
        need((len(got["keywords"]) > 0) == bool(case.keywords and not case.invert), what + ": a line without keywords", got)


def line_starts(text):
    starts = [0]
    at = text.find(b"\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find(b"\n", at + 1)
    return starts


def compare_lines(case, answer, wanted, hits):
    for log in case.logs:
        got = answer.lines.get(log.name, [])
        grep = wanted[log.name]
        same([thing["line_number"] for thing in got], sorted(grep), log.name + ": numbers of lines")
        starts = line_starts(log.text)
        for thing in got:
            number = thing["line_number"]
            compare_line(case, log, starts, thing, grep[number], number, hits)


def compare_counts(case, answer, wanted, hits):
    """File objects and totals."""
    counts = {name: sum(1 for line in lines.values() if line[0]) for name, lines in wanted.items()}
    counts = {name: n for name, n in counts.items() if n > 0}
    same({path: thing["matching_lines"] for path, thing in answer.files.items()}, counts, "matching lines of the files")
    same(answer.summary["matching_lines"], sum(counts.values()), "all matching lines")
    for path, thing in answer.files.items():
        if hits is not None:
            checked, all_checked, labels = hits
            grep = {labels[k]: len(lines[path]) for k, lines in checked.values() if path in lines}
            got = {k: n for k, n in thing["keywords"].items() if all_checked or k in checked}
            same(got, grep, path + ": lines of each keyword")
            same(list(got), list(grep), path + ": order of the keywords")
        if len(case.keywords) == 1 and not case.invert:
            same(list(thing["keywords"].values()), [counts[path]], path + ": lines of the only keyword")


def compare_summary(case, answer, ran, status):
    summary = answer.summary
    files = summary["files"]
    same((files["enumerated"], files["scanned"], files["skipped"], files["failed"]), (len(case.logs), len(case.logs), 0, 0),
         "ledger")
    need(summary["complete"], "complete", summary)
    same(ran.code, status if case.grep_status else 0, "exit code")
    same(answer.order, sorted(answer.order), "order of the files")
    if case.view == "without":
        same(summary["matching_files"], len(case.logs) - len(answer.files), "number of files with hits")
    else:
        same(summary["matching_files"], len(answer.files), "number of files with hits")
    if case.view in ("count", "lines") and not case.max_count:
        same(summary["bytes"], sum(len(log.text) for log in case.logs), "bytes of text")


def compare_early_stop(case, answer, first_hits):
    """With -l a file is searched up to and with its first matching line."""
    wanted = 0
    for log in case.logs:
        starts = line_starts(log.text) + [len(log.text)]
        wanted += starts[first_hits[log.name]] if log.name in first_hits else len(log.text)
    same(answer.summary["bytes"], wanted, "bytes of text up to the first matching lines")


def compare_count_stop(case, answer, wanted):
    """With -m a file is searched up to and with the last line that is shown or counted."""
    size = 0
    for log in case.logs:
        starts = line_starts(log.text) + [len(log.text)]
        lines = wanted[log.name]
        full = sum(1 for line in lines.values() if line[0]) == case.max_count
        last = max([n for n, line in lines.items() if case.view == "lines" or line[0]], default=0)
        size += starts[last] if full else len(log.text)
    same(answer.summary["bytes"], size, "bytes of text up to the last line")


def check_by_keyword(case, grep, answer, wanted):
    """grep's lines of each keyword, or of a sample when there are many: those that mpiscan has found first."""
    labels = labels_of(case)
    if labels is None:
        return None
    chosen = case.keywords
    if len(chosen) > SAMPLE:
        found = {k for thing in answer.files.values() for k in thing.get("keywords", ())}
        hit = [k for k in chosen if labels[k] in found]
        missed = [k for k in chosen if labels[k] not in found]
        picked = set(hit[::len(hit) * 2 // SAMPLE + 1] + missed[::len(missed) * 2 // SAMPLE + 1])
        chosen = [k for k in chosen if k in picked]
    by_keyword = grep.by_keyword(chosen, wanted)
    return {labels[k]: (k, by_keyword.get(k, {})) for k in chosen}, len(chosen) == len(case.keywords), labels


def check_case(case, mpiscan, ranks, root):
    scanned, grepped = os.path.join(root, "scan"), os.path.join(root, "grep")
    for directory in (scanned, grepped):
        os.makedirs(directory, exist_ok=True)
    for log in case.logs:
        for directory, data in ((scanned, log.stored), (grepped, log.plain())):
            with open(os.path.join(directory, log.name), "wb") as out:
                out.write(data)
    ran = mpiscan.run(ranks, scan_arguments(case, scanned), cwd=scanned, timeout=120)
    if ran.code == 2 and case.regex and b"not a valid regular expression" in ran.err:
        raise Refused(ran.err.decode("utf-8", "replace").strip())
    need(ran.out.endswith(b"\n"), "no answer: %s" % ran)
    answer = Answer(ran)
    grep = Grep(case, grepped)
    if case.view in ("names", "without"):
        names = grep.names_with_hits(case.keywords)
        others = [log.name for log in case.logs if log.name not in names]
        same(answer.order, sorted(names if case.view == "names" else others), "names of files with or without hits")
        status = 0 if names else 1
        compare_early_stop(case, answer, grep.first_hits(case.keywords))
    else:
        composed = case.is_composed()
        status, wanted = grep.composed() if composed else grep.lines(case.keywords, case.before, case.after)
        hits = check_by_keyword(case, grep, answer, wanted)
        compare_counts(case, answer, wanted, hits)
        if case.max_count:
            compare_count_stop(case, answer, wanted)
        if case.view == "lines":
            compare_lines(case, answer, wanted, hits)
        else:
            same(answer.lines, {}, "lines that were not requested")
    compare_summary(case, answer, ran, status)
    return len(answer.files)


def again(options, seed, ranks):
    return "%s %s --mpiscan %s --seed %d --cases 1 --ranks %d --keep DIRECTORY" % (
        sys.executable, os.path.abspath(__file__), options.mpiscan, seed, ranks)


def run_one(options, mpiscan, seed, ranks, tally):
    case = make_case(seed)
    with tempfile.TemporaryDirectory() as scratch:
        try:
            tally["hits"] += check_case(case, mpiscan, ranks, options.keep or scratch) > 0
            tally["agreed"] += 1
        except Refused as refused:
            tally["refused"] += 1
            if options.verbose:
                print("seed %d: %s" % (seed, refused))
        except CannotJudge as why:
            tally["unjudged"] += 1
            if options.verbose:
                print("seed %d: grep: %s" % (seed, why))
        except (Differs, TimeoutError, ValueError, KeyError) as error:
            tally["failed"] += 1
            args = scan_arguments(case, scratch)
            print("FAILED: seed %d (%s), %d ranks\n  %s: %s\n  mpiscan %s\n  again: %s" % (
                seed, case.kind, ranks, type(error).__name__, error, " ".join(map(repr, args))[:2000],
                again(options, seed, ranks)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=len(KINDS))
    parser.add_argument("--ranks", default="0", help="numbers of ranks, in turn, with commas between")
    parser.add_argument("--most-failures", type=int, default=5, help="stop after so many")
    parser.add_argument("--keep", help="put the logs into this directory and leave them there")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    mpiscan = harness.from_arguments(options)
    ranks = [int(word) for word in options.ranks.split(",")]
    tally = dict.fromkeys(("agreed", "hits", "refused", "unjudged", "failed"), 0)
    for i in range(options.cases):
        if tally["failed"] < options.most_failures:
            run_one(options, mpiscan, options.seed + i, ranks[i % len(ranks)], tally)
    print("seeds %d to %d: %s" % (options.seed, options.seed + options.cases - 1, tally))
    if options.cases >= 3 * len(KINDS): # too few that say something would be no test
        useless = tally["agreed"] < 0.9 * options.cases or tally["hits"] < 0.5 * options.cases
        sys.exit(1 if tally["failed"] or useless else 0)
    sys.exit(1 if tally["failed"] else 0)


if __name__ == "__main__":
    main()
