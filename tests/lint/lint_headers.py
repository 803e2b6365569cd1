"""Headers: guards, MS_MUST_CHECK, and that each compiles by itself; and the head comment of every C file."""
import concurrent.futures
import json
import os
import re
import shlex

from lint_ctext import Scan, code
from lint_rules import MAX_HEAD_COMMENT_LINES
from lint_tree import run

RULES = ("guard", "must-check", "alone", "head-comment", "see-header")
SEE_HEADER = re.compile(r"/\*[^.]*\bsee [\w/]+\.h\.?\s*\*/\Z", re.I)


def check_guard(tree, path, guards):
    """MS_<DIRECTORY>_<FILE>_H in src/; in tests/ any name, but of its own. `guards` is {name: path} of those seen."""
    text = code(tree.read(path)).strip()
    found = re.match(r"#ifndef (\w+)\n#define (\w+)\n", text)
    wanted = "MS_" + re.sub(r"\W", "_", path.removeprefix("src/")).upper()
    if not found or found[1] != found[2] or not re.search(r"\n#endif$", text):
        tree.report("guard", path, 0, "no include guard around all of it")
    elif path.startswith("src/") and found[1] != wanted:
        tree.report("guard", path, 0, f"guard {found[1]} should be {wanted}")
    elif guards.setdefault(found[1], path) != path:
        tree.report("guard", path, 0, f"{guards[found[1]]} has the same guard")


def check_must_check(tree, path):
    """Every function of a header of src/ that returns an ms_code is marked MS_MUST_CHECK."""
    for line, text in Scan(tree.read(path)).declarations:
        found = re.search(r"\bms_code\s+(\w+)\s*\(", text)
        if found and not re.match(r"\s*typedef\b", text) and "MS_MUST_CHECK" not in text[: found.start()].split():
            tree.report("must-check", path, line, f"{found[1]} returns ms_code without MS_MUST_CHECK", found[1])


def check_head_comment(tree, path):
    """A source whose header has the same base name needs none: the header says what both are for."""
    found = re.match(r"/\*.*?\*/|(?://[^\n]*\n)+", tree.read(path), re.S)
    if not found and path.endswith(".c") and path[:-2] + ".h" in tree.files:
        return
    if found and SEE_HEADER.match(found[0]):
        tree.report("see-header", path, 1, "a head comment that only names the header: leave it out", path)
    elif not found or len(found[0]) < 20:
        text = "does not begin with a comment that says what it is for"
        tree.report("head-comment", path, 1, text, os.path.basename(path))
    elif found[0].strip().count("\n") + 1 > MAX_HEAD_COMMENT_LINES:
        tree.report("head-comment", path, 1, f"head comment of more than {MAX_HEAD_COMMENT_LINES} lines", path)


def compile_commands(tree):
    """{directory: (working directory, arguments)}: how the build compiles some C file of the directory."""
    with open(os.path.join(tree.build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    commands = {}
    for entry in entries:
        directory = os.path.relpath(os.path.dirname(os.path.realpath(entry["file"])), tree.root)
        words = shlex.split(entry["command"]) if "command" in entry else entry["arguments"]
        commands.setdefault(directory, (entry["directory"], words))
    return commands


def alone_command(words, header):
    """The same compiler and flags, but only the syntax of the header."""
    kept, skip = [], False
    for word in words:
        if skip or word == "-c":
            skip = False
        elif word in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif not re.fullmatch(r".*\.c|-M.*|-O\d|-fsanitize.*", word):
            kept.append(word)
    return kept + ["-O0", "-U_FORTIFY_SOURCE", "-fsyntax-only", "-x", "c", header]


def check_alone(tree, headers):
    commands = compile_commands(tree)
    jobs = {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path in headers:
            directory = os.path.dirname(path)
            if directory in commands:
                cwd, words = commands[directory]
                jobs[path] = pool.submit(run, alone_command(words, os.path.join(tree.root, path)), cwd=cwd)
            elif path.startswith("src/"):
                tree.report("alone", path, 0, "compile_commands.json has no file of its directory")
    for path, job in jobs.items():
        status, _, err = job.result()
        if status != 0:
            first = next((line for line in err.splitlines() if "error" in line), err.strip())
            tree.report("alone", path, 0, f"does not compile by itself: {first}")
    return len(jobs)


def check(tree):
    headers = tree.under("src", "tests", ext=".h")
    guards = {}
    for path in headers:
        check_guard(tree, path, guards)
        if path.startswith("src/"):
            check_must_check(tree, path)
    for path in tree.under("src", "tests"):
        check_head_comment(tree, path)
    return f"{len(headers)} headers, {check_alone(tree, headers)} compiled by themselves"
