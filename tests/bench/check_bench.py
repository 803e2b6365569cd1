"""The benchmark from end to end on next to nothing: it measures, its report and plot come out, counts agree; a program
that counts wrong is detected, as is a disk without room. Needs only grep, gzip, Python and the build."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import bench_logs
import bench_report

HERE = os.path.dirname(os.path.abspath(__file__))
SEARCHES = ["one", "files", "small", "words8", "words100", "regex", "half"]
TWO_RANKS = ["ranks", "skew", "whole", "start", "memory"]
WRONG_GREP = """#!{python}
import re, subprocess, sys
done = subprocess.run(["{grep}"] + sys.argv[1:], capture_output=True)
sys.stdout.write(re.sub(r":(\\d+)$", lambda m: ":%d" % (int(m[1]) + 1), done.stdout.decode(), flags=re.M))
sys.exit(done.returncode)
"""


class Wrong(Exception):
    """The benchmark did not do what it should."""


def need(holds, text):
    if not holds:
        raise Wrong(text)


def bench(options, directory, *arguments, path=None):
    """-> (exit code, standard error, results or {}, report or '')."""
    out = os.path.join(directory, "out")
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-B", os.path.join(HERE, "bench_logs.py"), "--mpiscan", options.mpiscan, "--empty-mpi",
               options.empty_mpi, "--mpirun", options.mpirun, "--dir", directory, "--out", out, "--keep",
               "--tools", "grep,zgrep,Python", "--rounds", "1", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=200, check=False,
                          env={**os.environ, "PATH": path or os.environ["PATH"]})
    results, report = {}, ""
    if os.path.exists(os.path.join(out, "results.json")):
        with open(os.path.join(out, "results.json"), encoding="utf-8") as file:
            results = json.load(file)
        with open(os.path.join(out, "report.md"), encoding="utf-8") as file:
            report = file.read()
    return done.returncode, done.stderr.decode("utf-8", "replace"), results, report


def check_search(row):
    """mpiscan and grep were timed and counted the same lines, more than none."""
    by_tool = {m["tool"]: m for m in row["measures"]}
    for tool in ("mpiscan", "grep"):
        if tool in by_tool or row["name"] != "whole":
            need(by_tool[tool]["seconds"], f"{row['name']}: {tool} was not timed: {by_tool[tool]['note']}")
    counts = {m["hits"] for m in row["measures"]}
    need(len(counts) == 1 and counts.pop() > 0, f"{row['name']}: counts {[(m['tool'], m['hits']) for m in row['measures']]}")


def check_good_run(options, directory):
    two = TWO_RANKS if len(os.sched_getaffinity(0)) > 1 else []
    names = [*SEARCHES, "gz", *two]
    code, errors, results, report = bench(options, directory, "--scale", "0.002", "--only", ",".join(names))
    need(code == 0, f"exit {code}:\n{errors}")
    need(sorted(results["rows"]) == sorted(names), f"rows {sorted(results['rows'])}")
    for name in names:
        row = results["rows"][name]
        need(f"## {name}: " in report, f"{name} is not in the report")
        need(not row["failed"] and not any("not measured" in n for n in row["notes"]), f"{name}: {row['notes']}")
        if name in SEARCHES or name == "whole":
            check_search(row)
        for figure in row["figures"]:
            need(figure["values"] or figure["note"], f"{name}: nothing for {figure['name']}")
        need(all(b["met"] is None for b in row["bars"]), f"{name}: a bar is judged at a small scale")
    plot = xml.etree.ElementTree.parse(os.path.join(directory, "out", "plot.svg"))
    bars = plot.findall("{http://www.w3.org/2000/svg}rect")
    need(len(bars) > 2 * len(SEARCHES), f"{len(bars)} bars in the plot")
    check_readmes(results, directory)


def check_readmes(results, directory):
    """All rows in the one README, five at most in the other, and nothing else changed."""
    paths = [os.path.join(directory, "top", *parts) for parts in (("tests", "bench", "README.md"), ("README.md",))]
    os.makedirs(os.path.dirname(paths[0]))
    for path in paths:
        with open(path, "w", encoding="utf-8") as out:
            out.write(f"before\n{bench_report.BEGIN}\nold\n{bench_report.END}\nafter\n")
    bench_logs.update_readmes(results, list(results["rows"].values()), os.path.join(directory, "top"))
    for path, rows in zip(paths, (list(results["rows"]), [n for n in results["rows"] if n in bench_report.FEW])):
        with open(path, encoding="utf-8") as file:
            new = file.read()
        need(new.startswith("before\n" + bench_report.BEGIN) and new.endswith(bench_report.END + "\nafter\n")
             and "\nold\n" not in new, f"{path}:\n{new}")
        titles = {name for name, row in results["rows"].items() if f"| {row['title']} |" in new}
        need(titles == set(rows), f"{path} has the rows {sorted(titles)}, not {sorted(rows)}")


def check_before(options, directory):
    """Another build, here the same one, gets the same searches, and its ratios are kept."""
    names = ["one", "skew"] if len(os.sched_getaffinity(0)) > 1 else ["one"]
    code, errors, results, report = bench(options, directory, "--scale", "0.002", "--only", ",".join(names), "--tools", "before",
                                          "--before", options.mpiscan)
    need(code == 0 and "| before / now |" in errors and "| before / now |" in report, f"exit {code}:\n{errors}")
    need(set(results["rows"]["one"]["before"]) == {"time", "CPU"}, f"{results['rows']['one']['before']}")
    if "skew" in names:
        need("two ranks" in results["rows"]["skew"]["before"], f"{results['rows']['skew']}")


def check_wrong_counts(options, directory):
    """A grep that counts one more on each file."""
    grep = os.path.join(directory, "wrong", "grep")
    os.makedirs(os.path.dirname(grep))
    with open(grep, "w", encoding="utf-8") as out:
        out.write(WRONG_GREP.format(python=sys.executable, grep=shutil.which("grep")))
    os.chmod(grep, 0o755)
    code, errors, results, report = bench(options, directory, "--scale", "0.002", "--only", "one,files",
                                          path=os.path.dirname(grep) + os.pathsep + os.environ["PATH"])
    need(code == 1 and "DISAGREE" in errors, f"wrong counts are not seen: exit {code}\n{errors}")
    flagged = {m["tool"] for m in results["rows"]["one"]["measures"] if m["disagrees"]}
    need(flagged == {"mpiscan", "Python"}, f"who differs from grep: {flagged}")
    need(len(re.findall("DISAGREES with grep", report)) >= 4, "the report does not show it")


def check_refusals(options, directory):
    code, errors, _, _ = bench(options, directory, "--scale", "1000000")
    need(code == 2 and "no room" in errors, f"no room: exit {code}\n{errors}")
    code, errors, _, _ = bench(options, directory, "--scale", "0.002", "--update-readme")
    need(code == 2 and "needs --scale 1" in errors, f"READMEs of small data: exit {code}\n{errors}")
    code, errors, _, _ = bench(options, directory, "--only", "nonsense")
    need(code == 2 and "no such row" in errors, f"no such row: exit {code}\n{errors}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mpiscan", required=True)
    parser.add_argument("--empty-mpi", required=True)
    parser.add_argument("--mpirun", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        for check in (check_good_run, check_before, check_wrong_counts, check_refusals):
            try:
                check(options, directory)
            except Wrong as wrong:
                print(f"FAILED: {check.__name__}: {wrong}")
                return 1
    print("the benchmark works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
