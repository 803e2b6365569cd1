"""Checks that other programs do: shells, shellcheck, clang-format, clang-tidy, ctest."""
import concurrent.futures
import os
import re
import shutil

from lint_rules import FLOOR
from lint_tree import Skip, run

RULES_SHELL = ("shell",)
RULES_SHELLCHECK = ("shellcheck",)
RULES_FORMAT = ("format",)
RULES_TIDY = ("tidy",)
RULES_FLOOR = ("floor",)


def scripts(tree):
    """[(path, shell)] of all shell scripts: by their first line, or by their name (parts that a script reads in)."""
    found = []
    for path in tree.files:
        first = re.match(rb"#!\s*/(?:usr/)?bin/(?:env +)?(bash|dash|sh)\b", tree.bytes_of(path)[:80])
        if first:
            found.append((path, first[1].decode()))
        elif path.endswith((".sh", ".bash", ".sbatch")):
            found.append((path, "bash"))
    return found


def check_shell(tree):
    found = scripts(tree)
    for path, shell in found:
        status, _, err = run([shell, "-n", os.path.join(tree.root, path)])
        if status != 0:
            tree.report("shell", path, 0, err.strip())
    return f"{len(found)} scripts"


def check_shellcheck(tree):
    if not shutil.which("shellcheck"):
        raise Skip("shellcheck is not installed")
    found = scripts(tree)
    for path, shell in found:
        whole = tree.bytes_of(path).startswith(b"#!")
        # A part sets and uses variables of the others, and what it reads in is found at run time.
        more = [] if whole else ["-S", "warning", "-e", "SC1090,SC2034,SC2154"]
        _, out, err = run(["shellcheck", "-f", "gcc", "-s", shell] + more + [path], cwd=tree.root)
        for line in (out + err).splitlines():
            tree.report("shellcheck", path, 0, line.removeprefix(path + ":"), path)
    return f"{len(found)} scripts"


def tool(name, version):
    """The clang tool of this major version: others format and judge differently."""
    for candidate in (f"{name}-{version}", name):
        if shutil.which(candidate):
            found = re.search(r"version (\d+)\.", run([candidate, "--version"])[1])
            if found and int(found[1]) == version:
                return candidate
    raise Skip(f"{name} {version} is not installed")


def check_format(tree):
    program = tool("clang-format", 14)
    paths = tree.under("src", "tests")
    status, _, err = run([program, "--dry-run"] + paths, cwd=tree.root)
    for path in sorted(set(re.findall(r"^(\S+?):\d+:\d+: warning: code should be", err, re.M))):
        tree.report("format", path, 0, f"{program} -i would change it", path)
    if status != 0:
        tree.report("format", ".clang-format", 0, err.strip())
    return f"{len(paths)} files"


def check_tidy(tree):
    if not os.environ.get("MPISCAN_TIDY"):
        raise Skip("slow: set MPISCAN_TIDY=1 to run it")
    program = tool("clang-tidy", 14)
    paths = tree.under("src", ext=".c")
    command = [program, "--quiet", "-p", tree.build, "--extra-arg=-Wno-unknown-warning-option"]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = list(pool.map(lambda path: run(command + [os.path.join(tree.root, path)]), paths))
    seen = set()  # a header's findings come once for each file that includes it
    for path, (status, out, err) in zip(paths, results):
        found = re.findall(r"^(/\S+?):(\d+):\d+: (?:warning|error): (.*) \[([\w.,-]+)\]$", out, re.M)
        for file, line, text, rule in sorted(set(found) - seen):
            tree.report("tidy", os.path.relpath(file, tree.root), int(line), f"{text} ({rule})", rule)
        seen.update(found)
        if status != 0 and not found:
            tree.report("tidy", path, 0, (out + err).strip())
    return f"{len(paths)} files"


def check_floor(tree):
    command = [tree.options.ctest, "-N"] + (["-C", tree.options.config] if tree.options.config else [])
    status, out, err = run(command, cwd=tree.build)
    cases = re.findall(r"^ +Test +#\d+: (\S+)( \(Disabled\))?", out, re.M)
    if status != 0:
        tree.report("floor", "tests", 0, f"ctest -N: {err.strip()}")
    for name, disabled in cases:
        if disabled:
            tree.report("floor", "tests", 0, f"{name} is disabled")
    count = sum(not disabled for _, disabled in cases)
    if count < FLOOR:
        tree.report("floor", "tests", 0, f"{count} test cases, at least {FLOOR} (lint_rules.py) are expected")
    return f"{count} cases, floor {FLOOR}"
