"""Text: no tabs, no trailing blanks, a newline at the end, no reminder without an issue number, no private words in
messages; the top level."""
import re

from lint_ctext import line_of, without_comments
from lint_rules import PRIVATE_WORDS, TOP_LEVEL
from lint_tree import Skip, run

RULES_TEXT = ("text", "reminder", "word")
RULES_TOP = ("top-level",)
REMINDER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b(?!\s*\(?#\d)")
STRINGS = re.compile(r"""'(?:\\.|[^'\\\n])*'|(?:"(?:\\.|[^"\\\n])*"\s*)+""")  # adjacent strings are one
BAD_LINES = [
    (re.compile(rb"\t"), "a tab"),
    (re.compile(rb"[ \t]$"), "blanks at the line's end"),
    (re.compile(rb"\r"), "a carriage return"),
]


def check_text(tree):
    paths = tree.text_files()
    for path in paths:
        data = tree.bytes_of(path)
        if data and (not data.endswith(b"\n") or data.endswith(b"\n\n")):
            tree.report("text", path, 0, "does not end with exactly one newline")
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            tree.report("text", path, 0, f"is not UTF-8: {error}")
        for number, line in enumerate(data.split(b"\n"), 1):
            for pattern, what in BAD_LINES:
                if pattern.search(line):
                    tree.report("text", path, number, what)
            reminder = REMINDER.search(line.decode("utf-8", "replace"))
            if reminder and path.endswith((".c", ".h", ".py", ".sh", "CMakeLists.txt")):
                tree.report("reminder", path, number, f"{reminder[0]} without an issue number")
    check_words(tree)
    return f"{len(paths)} files"


def check_words(tree):
    """String literals of src/: what a user may read."""
    for path in tree.under("src"):
        text = without_comments(tree.read(path))
        for literal in STRINGS.finditer(text):
            joined = re.sub(r'"\s*"', "", literal[0])
            for pattern, instead in PRIVATE_WORDS.items():
                found = re.search(rf"\b(?:{pattern})\b", joined, re.I)
                if found:
                    line = line_of(text, literal.start())
                    tree.report("word", path, line, f"'{found[0]}' in a message: {instead}", found[0])


def check_top(tree):
    """Of what git tracks, only what the house has at its top level."""
    git = ["git", "-c", "safe.directory=*", "-C", tree.root]
    try:
        status, top, err = run(git + ["rev-parse", "--show-prefix"])
    except FileNotFoundError as error:
        raise Skip("git is not installed") from error
    if status != 0 or top.strip() != "":
        raise Skip(f"not the top of a git checkout: {err.strip() or top.strip()}")
    status, out, err = run(git + ["ls-files", "-z"])
    names = {path.split("/")[0] for path in out.split("\0") if path}
    if status != 0 or not names:
        raise Skip(f"git tracks no files here {err.strip()}".strip())
    for name in sorted(names):
        if name not in TOP_LEVEL and not name.startswith("."):
            tree.report("top-level", name, 0, "does not belong at the top level")
    return f"{len(names)} names"
