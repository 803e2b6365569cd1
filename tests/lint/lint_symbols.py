"""The libraries of the build: no mutable object of static storage, every external name begins with ms_ or ms__."""
import glob
import os
import re

from lint_rules import LAYERS
from lint_tree import Skip, run

RULES = ("mutable", "symbol-name", "library")
MUTABLE = re.compile(r"\.(data|bss|tdata|tbss|sdata|sbss|ldata|lbss)(\.|$)|\*COM\*")
CONSTANT = re.compile(r"\.data\.rel\.ro(\.|$)")  # const, but holds addresses: read-only once they are set


def artifacts(tree):
    """[(directory of src/, file)]: the static libraries, and the object of main.c."""
    found = []
    for directory in LAYERS:
        if directory == "main":
            files = glob.glob(os.path.join(tree.build, "src/CMakeFiles/mpiscan.dir/main.c.o*"))
            files = [file for file in files if not file.endswith(".d")]  # Make's list of dependencies
        else:
            files = glob.glob(os.path.join(tree.build, "src", "**", f"libms_{directory.replace('/', '_')}.a"), recursive=True)
        if not files:
            tree.report("library", f"src/{directory}", 0, f"nothing built from it in {tree.build}")
        found += [(directory, file) for file in files]
    return found


def symbols(nm, file):
    """(member, name, class letter, section) of every symbol that is defined here."""
    status, out, err = run([nm, "-f", "sysv", "--defined-only", file])
    if status != 0:
        raise RuntimeError(f"{nm}: {err}")
    member = os.path.basename(file)
    for line in out.splitlines():
        heading = re.match(r"(?:Symbols|Undefined symbols) from .*\[(.*)\]:$", line)
        cells = [cell.strip() for cell in line.split("|")]
        if heading:
            member = heading[1]
        elif len(cells) == 7 and cells[0] != "Name":
            yield member, cells[0], cells[2], cells[6]


def check(tree):
    instrumented = tree.cache("MPISCAN_SANITIZE") or tree.cache("MPISCAN_LIBFUZZER") == "ON"
    if instrumented or re.search("sanitize|coverage|-pg", tree.cache("CMAKE_C_FLAGS")):
        raise Skip("instrumented build: its objects hold variables of the instrumentation")
    nm = tree.options.nm
    if not nm or not os.path.exists(nm):
        raise Skip("no nm")
    count = 0
    for directory, file in artifacts(tree):
        for member, name, letter, section in symbols(nm, file):
            count += 1
            path = f"src/{directory}" if directory != "main" else "src"
            path += "/" + re.sub(r"\.o(bj)?$", "", member)
            if MUTABLE.match(section) and not CONSTANT.match(section):
                tree.report("mutable", path, 0, f"{name} is a mutable object in {section}", name)
            if letter.isupper() and not name.startswith("ms_") and (directory, name) != ("main", "main"):
                tree.report("symbol-name", path, 0, f"external name {name} does not begin with ms_", name)
    if count == 0:
        tree.report("library", "src", 0, "no symbol found at all")
    return f"{count} symbols"
