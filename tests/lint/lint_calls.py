"""Functions that src/ may not call, or only in one place; chains of error codes; and the flag that keeps VLAs out."""
import re

from lint_ctext import code, line_of
from lint_rules import CALLS

RULES = ("call", "chain", "stream", "vla")

# "code == MS_OK ? next() : code;": the rest of a function, one condition at a time.
CHAIN = re.compile(r"\bcode == MS_OK\b(?:\s*&&[^?;{}]*)?\s*\?[^;{}]*:\s*code;")


def check_calls(tree, path, text):
    for pattern, places, why in CALLS:
        for found in re.finditer(rf"(?<![\w.])(?<!->)({pattern})[ \t\n]*\(", text):
            line = line_of(text, found.start())
            if not path.startswith(places or "\0"):
                tree.report("call", path, line, f"{found[1]}(): {why}", subject=found[1])
            elif re.match(r"v?fprintf$", found[1]) and not re.match(r"\s*stderr\s*,", text[found.end():]):
                tree.report("call", path, line, f"{found[1]}() to something else than stderr", subject=found[1])


def check(tree):
    for path in tree.under("src"):
        text = code(tree.read(path))
        check_calls(tree, path, text)
        for found in re.finditer(r"\bstdout\b", text):
            tree.report("stream", path, line_of(text, found.start()), "stdout: results go through report/")
        for found in CHAIN.finditer(text):
            tree.report("chain", path, line_of(text, found.start()), "a chain of codes: MS_TRY or MS_TRY_OR", "chain")
    flags = re.sub(r"#.*", "", tree.read("src/CMakeLists.txt"))
    if not re.search(r"\s-Wvla\s", flags) or not re.search(r"MPISCAN_WERROR\}>:-Werror>", flags):
        tree.report("vla", "src/CMakeLists.txt", 0, "-Wvla and -Werror are what keeps variable-length arrays out")
    return f"{len(tree.under('src'))} files, {len(CALLS)} rules"
