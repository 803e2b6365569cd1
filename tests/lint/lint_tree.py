"""The tree under test, the findings, and what a lint test may say besides: Skip."""
import os
import re
import subprocess

from lint_rules import EXCEPTIONS

SKIPPED_DIRECTORYS = {".git", "__pycache__", ".cache", "mpiscan-demo"}
TEXT_SUFFIXES = (".c", ".h", ".py", ".sh", ".cmake", ".txt", ".md", ".json", ".sbatch")
TEXT_NAMES = {".clang-format", ".clang-tidy", ".gitignore", "LICENSE"}
TEXT_DIRECTORYS = ("hostfiles/", ".ci/")
PROGRAM_SUFFIXES = (".c", ".h", ".py", ".sh", ".cmake")
DATA_DIRECTORYS = re.compile(r"tests/(data/|.*/(cases|expected|golden|corpus|data)/)")  # any bytes, on purpose


class Skip(Exception):
    """The check cannot be done here; ctest shows it as skipped."""


class Tree:
    def __init__(self, options):
        self.root = os.path.realpath(options.root)
        self.build = os.path.realpath(options.build)
        self.options = options
        self.findings = []
        self.used_exceptions = set()
        self.files = sorted(self._walk())

    def _walk(self):
        for directory, directories, files in os.walk(self.root):
            directories[:] = [f for f in directories if not self._is_foreign(directory, f)]
            for name in files:
                path = os.path.relpath(os.path.join(directory, name), self.root)
                if os.path.isfile(os.path.join(directory, name)) and not os.path.islink(os.path.join(directory, name)):
                    yield path

    def _is_foreign(self, directory, name):
        path = os.path.join(directory, name)
        return (name in SKIPPED_DIRECTORYS or os.path.realpath(path) == self.build
                or os.path.exists(os.path.join(path, "CMakeCache.txt")))

    def under(self, *directories, ext=(".c", ".h")):
        """Paths below the directories, with one of these endings."""
        return [p for p in self.files if p.startswith(tuple(f + "/" for f in directories)) and p.endswith(ext)]

    def text_files(self):
        def is_text(path):
            if DATA_DIRECTORYS.match(path):
                return path.endswith(PROGRAM_SUFFIXES)
            return (path.endswith(TEXT_SUFFIXES) or os.path.basename(path) in TEXT_NAMES
                    or path.startswith(TEXT_DIRECTORYS))

        return [path for path in self.files if is_text(path)]

    def bytes_of(self, path):
        with open(os.path.join(self.root, path), "rb") as file:
            return file.read()

    def read(self, path):
        return self.bytes_of(path).decode("utf-8", "replace")

    def report(self, rule, path, line, text, subject=None):
        """A finding, unless an exception names this rule, path (or a directory above it) and subject."""
        for exception in EXCEPTIONS:
            if exception[0] == rule and exception[2] == subject and (path + "/").startswith(exception[1] + "/"):
                self.used_exceptions.add(exception)
                return
        where = f"{path}:{line}" if line else path
        self.findings.append(f"{where}: {text} [{rule}]")

    def report_stale_exceptions(self, rules):
        for exception in EXCEPTIONS:
            if exception[0] in rules and exception not in self.used_exceptions:
                self.findings.append(f"tests/lint/lint_rules.py: exception no longer needed: {exception[:3]} [stale]")

    def cache(self, name):
        """A variable of CMakeCache.txt, or ''."""
        with open(os.path.join(self.build, "CMakeCache.txt"), encoding="utf-8") as file:
            found = re.search(rf"^{re.escape(name)}:\w+=(.*)$", file.read(), re.M)
        return found[1] if found else ""


def run(command, **more):
    """(exit code, standard output, standard error); nothing from the caller's git or locale gets in."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    env["LC_ALL"] = "C"
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=env, check=False, **more)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
