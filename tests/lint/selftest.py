#!/usr/bin/env python3
"""Breaks each lint rule once, in a copy of the tree within the build directory, and expects the lint to say so.

A break is (check, rule, path, old, new): `old` within the file becomes `new`; None: the file is made, or appended to.
A tree that has findings already is no hindrance: only a new one counts.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import lint_rules
import run_lint
from lint_tree import Skip, Tree

LONG = "/* A file of the self-test. */\nvoid ms_long(void)\n{\n" + "    ;\n" * 60 + "}\n"
TEST = "TEST_EACH(a, array)"
STATIC = "static int ms_file_scope;\nint *ms_a(void);\nint *ms_a(void)\n{\n    return &ms_file_scope;\n}\n"
STATIC_IN_FUNCTION = "int *ms_b(void);\nint *ms_b(void)\n{\n    static int n;\n    return &n;\n}\n"
MANY = "".join(f"void ms_{i}(void)\n{{\n" + ";\n" * 20 + "}\n" for i in range(300))
ERR_H, BYTES_C, CMAKE, README = "src/base/err.h", "src/base/bytes.c", "src/CMakeLists.txt", "src/README.md"

BREAKS = [
    ("layers", "table", README, "| run/work | logs/scan", "| run/work | demo logs/scan"),
    ("layers", "table", README, "| result | base | xxhash |", "| result | base | zlib |"),
    ("layers", "table", README, "| 9 | main |", "| 10 | main |"),
    ("layers", "table", "src/newcomer/a.h", None, "/* A directory without a row. */\n"),
    ("layers", "link", CMAKE, "ms_layer(images/protocol LINK ms_base)", "ms_layer(images/protocol LINK ms_base ms_demo)"),
    ("layers", "link", CMAKE, "ms_base PkgConfig::XXHASH", "ms_base"),
    ("layers", "link", CMAKE, "ms_layer(comm LINK ms_base", "ms_layer(comm LINK ms_base Strange::Lib"),
    ("layers", "link", CMAKE, "PRIVATE ms_run_stages", "PRIVATE ms_logs_scan ms_run_stages"),
    ("layers", "include", BYTES_C, None, '#include "tasks/schedule/task.h"\n'),
    ("layers", "include", "src/tasks/schedule/plan.c", None, '#  include "result/record.h"\n'),
    ("layers", "include", "src/run/work/work.c", None, '#include "report/report.h"\n'),
    ("layers", "include", "src/run/stages/runs.c", None, '#include "tasks/enumerate/enumerate_internal.h"\n'),
    ("layers", "include", BYTES_C, None, '#include "bytes.h"\n'),
    ("layers", "include", BYTES_C, None, '#include "../base/bytes.h"\n'),
    ("layers", "include", BYTES_C, None, '#include "base/absent.h"\n'),
    ("layers", "include", BYTES_C, None, "#include HEADER\n"),
    ("layers", "circle", BYTES_C, None, '#include "base/escape.h"\n'),
    ("layers", "library-header", "src/tasks/schedule/plan.c", None, "#include <hs/hs.h>\n"),
    ("layers", "library-header", "src/run/work/work.c", None, "#include <mpi.h>\n"),
    ("layers", "library-header", "src/tasks/schedule/plan.c", None, "#include <pthread.h>\n"),
    ("layers", "library-header", BYTES_C, None, "#include <curl/curl.h>\n"),
    ("layers", "base-name", "src/tasks/schedule/bytes.c", None, "/* A name that base has. */\n"),
    ("layers", "base-name", "tests/mpi/run_lint.py", None, "\n"),
    ("layers", "mpi-name", "src/run/work/work.c", None, "int ms_x = MPI_SUCCESS;\n"),
    ("layers", "mpi-abort", "src/comm/collectives.c", None, "void ms_x(void)\n{\n    MPI_Abort(0, 0);\n}\n"),
    ("layers", "mpi-abort", "src/comm/comm.c", "MPI_Abort(", "MPI_Finalize("),
    ("calls", "vla", CMAKE, "-Wvla ", ""),
    ("calls", "vla", CMAKE, "MPISCAN_WERROR}>:-Werror", "MPISCAN_WERROR}>:-Wall"),
    *[("calls", "chain", BYTES_C, None, f"ms_code ms_x(ms_code code)\n{{\n    {chain};\n}}\n") for chain in (
        "code = code == MS_OK ? ms_y() : code", "return code == MS_OK && ms_z ? ms_y(1, 2) : code",
        "code =\n        code == MS_OK\n            ? ms_y()\n            : code")],
    ("calls", "stream", BYTES_C, None, "int ms_x = fflush(stdout);\n"),
    *[("calls", "call", BYTES_C, None, f"void ms_x(void)\n{{\n    {call};\n}}\n") for call in (
        "exit(1)", "_exit(1)", "abort()", "assert(0)", 'printf("a")', 'fprintf(stderr, "a")', 'puts("a")',
        'perror("a")', 'dprintf(1, "a")', 'vfprintf(stderr, "a", ap)', 'system("a")', 'popen("a", "r")',
        'execl("a", "a")', "execvp(a, b)", "strcpy(a, b)", "strcat(a, b)", 'sprintf(a, "b")', "gets(a)", "alloca (3)")],
    ("calls", "call", "src/run/stages/runs.c", None, 'int ms_x = fprintf(file, "a");\n'),
    ("calls", "call", "src/main.c", None, 'int ms_x = printf("a");\n'),
    ("sizes", "function-lines", "src/base/long.c", None, LONG),
    ("sizes", "function-lines", "tests/unit/base/test_long.c", None, LONG.replace("void ms_long(void)", TEST)),
    ("sizes", "file-lines", BYTES_C, None, "\n" * 500),
    ("sizes", "file-lines", "tests/unit/support/runner.c", None, "\n" * 500),
    ("sizes", "file-lines", "src/main.c", None, "\n" * 61),
    ("sizes", "files", "many:src/base", None, "/* One of many. */\n"),
    ("sizes", "columns", "tests/unit/support/runner.c", None, "/*" + "x" * 117 + "*/\n"),
    ("sizes", "median", BYTES_C, None, MANY),
    ("sizes", "braces", BYTES_C, None, "{\n"),
    ("symbols", "mutable", "build:base", None, STATIC),
    ("symbols", "mutable", "build:base", None, "int ms_data = 1;\n"),
    ("symbols", "mutable", "build:logs/scan", None, "_Thread_local int ms_thread;\n"),
    ("symbols", "mutable", "build:tasks/schedule", None, 'const char *ms_table[] = {"a"};\n'),
    ("symbols", "mutable", "build:run/work", None, STATIC_IN_FUNCTION),
    ("symbols", "symbol-name", "build:comm", None, "void stray(void);\nvoid stray(void)\n{\n}\n"),
    ("symbols", "library", "build:demo", None, None),
    ("headers", "guard", ERR_H, "MS_BASE_ERR_H", "MS_ERR_H"),
    ("headers", "guard", ERR_H, "#endif\n", "#endif\nint ms_x;\n"),
    ("headers", "guard", "tests/unit/support/unit.h", "TESTS_UNIT_SUPPORT_UNIT_H", "MS_BASE_ERR_H"),
    ("headers", "must-check", ERR_H, "ms_code ms_err_prefix", "ms_code ms_err_other(void);\nms_code ms_err_prefix"),
    ("headers", "must-check", "src/base/bytes.h", "MS_MUST_CHECK ms_code ms_bytes_reserve", "ms_code ms_bytes_reserve"),
    ("headers", "alone", "src/base/bytes.h", '#include "base/err.h"', ""),
    ("headers", "head-comment", "src/comm/collectives.c", "/*", "int ms_x; /*"),
    ("headers", "see-header", "src/base/long.c", None, "/* Long: see base/long.h. */\n"),
    ("headers", "head-comment", ERR_H, "/*", "/*" + "\n * a" * 9),
    ("headers", "head-comment", "tests/unit/support/runner.c", "/*", "int x; /*"),
    ("text", "text", BYTES_C, None, "\tint ms_x;\n"),
    ("text", "text", README, None, "blanks \n"),
    ("text", "text", "src/main.c", None, "int ms_x;"),
    ("text", "text", "tests/README.md", None, "a\r\n"),
    ("text", "text", BYTES_C, None, "\n"),
    ("text", "reminder", BYTES_C, None, "/* TO" "DO: later */\n"),
    ("text", "reminder", "tests/lint/selftest.py", None, "# FIX" "ME\n"),
    *[("text", "word", BYTES_C, None, f"const char *ms_x = {text};\n") for text in (
        '"no last letter"', '"stood "\n    "still"', '"a Folder"', '"the colour"')],
    ("top", "top-level", "stray/file", None, "a\n"),
    ("shell", "shell", "src/quickstart.sh", None, "if then\n"),
    ("shell", "shell", "tests/a", None, "#!/bin/sh\ndone\n"),
    ("shellcheck", "shellcheck", "src/quickstart.sh", None, "rm $1/x\n"),
    ("format", "format", BYTES_C, None, "int   ms_x;\n"),
    ("floor", "floor", "build:ctest", None, "  Test  #1: one\n"),
    ("floor", "floor", "build:ctest", None, "".join(f"  Test #{i}: case{i}\n" for i in range(2, 999))
     + "  Test #1: one (Disabled)\n"),
    ("headers", "stale", "exceptions", None, None),
]


class Copy:
    """The tree and what the lint needs of its build, to be broken."""

    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.original = Tree(options)
        self.top, self.build = os.path.join(directory, "tree"), os.path.join(directory, "build")
        os.makedirs(os.path.join(self.build, "src"))
        for path in filter(self.is_wanted, self.original.files):
            os.makedirs(os.path.join(self.top, os.path.dirname(path)), exist_ok=True)
            shutil.copyfile(os.path.join(self.original.root, path), os.path.join(self.top, path))
        shutil.copy(os.path.join(self.original.build, "CMakeCache.txt"), self.build)
        with open(os.path.join(self.original.build, "compile_commands.json"), encoding="utf-8") as file:
            entries = [entry for entry in json.load(file) if "/src/base/" in entry["file"]]
        commands = json.dumps(entries).replace(self.original.root + "/src", self.top + "/src")
        self.write(os.path.join(self.build, "compile_commands.json"), commands)
        self.write(os.path.join(self.build, "ctest"), "#!/bin/sh\ncat out\n")
        os.chmod(os.path.join(self.build, "ctest"), 0o755)
        for layer in lint_rules.LAYERS:
            self.library(layer, "")
        options.root, options.build, options.ctest = self.top, self.build, os.path.join(self.build, "ctest")
        if shutil.which("git"):
            subprocess.run(["git", "-c", "init.defaultBranch=a", "-C", self.top, "init", "-q"], check=True)

    @staticmethod
    def is_wanted(path):
        """Enough of the tree for every check, and little enough to be quick."""
        named = {broken[2] for broken in BREAKS} | {"src/tasks/enumerate/enumerate_internal.h"}
        return (path in named or not path.startswith("tests/") and not path.endswith(".c")
                or path.startswith(("tests/lint/", "src/base/", "src/comm/")))

    @staticmethod
    def write(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def library(self, layer, text):
        """libms_LAYER.a (or main.c.o), of one constant and `text`; of nothing with None."""
        place = "src/CMakeFiles/mpiscan.dir/main.c.o" if layer == "main" else f"src/libms_{layer.replace('/', '_')}.a"
        place = os.path.join(self.build, place)
        if os.path.exists(place):
            os.remove(place)
        if text is None:
            return
        source, thing = os.path.join(self.build, "a.c"), os.path.join(self.build, "a.c.o")
        self.write(source, "extern const char *const ms_str_list[];\nconst char *const ms_str_list[] = {\"a\"};\n" + text)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        compiler = self.original.cache("CMAKE_C_COMPILER")
        subprocess.run([compiler, "-fPIE", "-c", source, "-o", thing], check=True)
        if layer == "main":
            shutil.copy(thing, place)
        else:
            subprocess.run([self.original.cache("CMAKE_AR"), "qc", place, thing], check=True)

    def tracked(self, paths):
        subprocess.run(["git", "-C", self.top, "add", "-f", "-A", "--"] + paths, check=True)

    def findings(self, check):
        if check == "top" and shutil.which("git"):
            self.tracked(["."])
        function, rules = run_lint.CHECKS[check]
        tree = Tree(self.options)
        function(tree)
        tree.report_stale_exceptions(rules)
        return tree.findings


def replaced(text, old, new):
    if old is None:
        return (text or "") + new
    if text is None or old not in text:
        raise LookupError("what it would break is not there")
    return text.replace(old, new)


def many_findings(copy, check, paths, text):
    """The findings with these files besides."""
    for path in paths:
        copy.write(os.path.join(copy.top, path), text)
    try:
        return copy.findings(check)
    finally:
        for path in paths:
            os.remove(os.path.join(copy.top, path))


def broken_findings(copy, check, path, old, new):
    """The findings with this one thing broken, which is mended afterwards."""
    if path == "exceptions":
        lint_rules.EXCEPTIONS.append(("must-check", ERR_H, "ms_nothing", "self-test"))
        try:
            return copy.findings(check)
        finally:
            lint_rules.EXCEPTIONS.pop()
    if path.startswith("build:") and path != "build:ctest":
        copy.library(path[6:], new)
        try:
            return copy.findings(check)
        finally:
            copy.library(path[6:], "")
    if path.startswith("many:"):
        paths = [os.path.join(path[5:], f"a{i}.h") for i in range(20)]
        return many_findings(copy, check, paths, new)
    file = os.path.join(copy.build, "out") if path == "build:ctest" else os.path.join(copy.top, path)
    before = None
    if os.path.exists(file):
        with open(file, encoding="utf-8", newline="") as opened:
            before = opened.read()
    copy.write(file, replaced(before, old, new))
    try:
        return copy.findings(check)
    finally:
        if before is None:
            os.remove(file)
            if not os.listdir(os.path.dirname(file)):
                os.rmdir(os.path.dirname(file))
        else:
            copy.write(file, before)


def run(options, directory):
    copy = Copy(options, directory)
    copy.write(os.path.join(copy.build, "out"), "")
    failures, skipped, usual = 0, {}, {}
    for check, rule, path, old, new in BREAKS:
        try:
            if check not in usual:
                usual[check] = set(copy.findings(check))
            found = [text for text in broken_findings(copy, check, path, old, new) if text not in usual[check]]
        except Skip as skip:
            skipped[check] = skip
            continue
        except LookupError as error:
            found = [str(error)]
        if not any(text.endswith(f"[{rule}]") for text in found):
            failures += 1
            print(f"{check}: {path}: {old!r} -> {(new or '')[:60]!r} was not noticed as {rule}: {found}")
    for check, skip in skipped.items():
        print(f"{check}: SKIPPED: {skip}")
    print(f"selftest: {len(BREAKS)} breaks, {failures} not noticed, {len(skipped)} checks skipped")
    return 1 if failures else 0


def main():
    options = run_lint.arguments()
    with tempfile.TemporaryDirectory(prefix="lint-selftest-", dir=options.build) as directory:
        return run(options, directory)


if __name__ == "__main__":
    sys.exit(main())
