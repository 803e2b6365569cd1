"""Sizes: functions, files, lines; prints the median and the longest function."""
import collections
import os
import statistics

from lint_ctext import Scan
from lint_rules import (MAX_COLUMNS, MAX_FILE_LINES, MAX_FILES, MAX_FUNCTION_LINES, MAX_MAIN_LINES, MAX_MEDIAN_FUNCTION_LINES)

RULES = ("function-lines", "files", "median", "file-lines", "columns", "braces")


def check_functions(tree, directory):
    """Reports functions that are too long; returns (lines, name, path) of all."""
    sizes = []
    for path in tree.under(directory):
        scan = Scan(tree.read(path))
        if not scan.balanced:
            tree.report("braces", path, 0, "braces or parentheses do not balance outside of #if branches")
        for function in scan.functions:
            lines = function.last - function.first + 1
            sizes.append((lines, function.name, path))
            if lines > MAX_FUNCTION_LINES:
                tree.report("function-lines", path, function.first,
                            f"{function.name} has {lines} lines, {MAX_FUNCTION_LINES} are allowed", function.name)
    return sizes


def check_lines(tree):
    for path in tree.text_files():
        lines = tree.read(path).split("\n")
        limit = MAX_MAIN_LINES if path == "src/main.c" else MAX_FILE_LINES
        if path.endswith((".c", ".h", ".py")) and len(lines) - 1 > limit:
            tree.report("file-lines", path, 0, f"{len(lines) - 1} lines, {limit} are allowed", path)
        if path.endswith((".c", ".h")):
            for number, line in enumerate(lines, 1):
                if len(line) > MAX_COLUMNS:
                    tree.report("columns", path, number, f"{len(line)} columns, {MAX_COLUMNS} are allowed", path)


def check_directories(tree):
    count = collections.Counter(os.path.dirname(path) for path in tree.under("src"))
    for directory, number in sorted(count.items()):
        if number > MAX_FILES:
            tree.report("files", directory, 0, f"{number} sources and headers, {MAX_FILES} are allowed", directory)


def check(tree):
    check_lines(tree)
    check_directories(tree)
    notes = []
    for directory in ("src", "tests"):
        sizes = check_functions(tree, directory)
        if not sizes:
            tree.report("braces", directory, 0, "no function found: the scan of C text is broken")
            continue
        median = statistics.median(size[0] for size in sizes)
        lines, name, path = max(sizes)
        notes.append(f"{directory}: {len(sizes)} functions, median {median:g} lines, longest {name} ({path}) {lines}")
        if directory == "src" and median > MAX_MEDIAN_FUNCTION_LINES:
            tree.report("median", directory, 0, f"median {median:g} lines, {MAX_MEDIAN_FUNCTION_LINES} are allowed")
    return "\n".join(notes)
