"""The layer table: in lint_rules.py, in src/README.md, in the link lines, and in every #include of src/."""
import os
import re

from lint_ctext import Scan, code, line_of, without_comments
from lint_rules import LAYERS, LIBC, LIBRARIES, TARGETS

RULES = ("table", "include", "circle", "library-header", "base-name", "link", "mpi-name", "mpi-abort")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]*)"|<([^>\n]*)>|(\S.*))', re.M)


def directory_of(path):
    """The directory of a source: "logs/scan" of src/logs/scan/emit.c; "main" of src/main.c."""
    return os.path.dirname(path)[4:] or os.path.splitext(path[4:])[0]


def readme_table(tree):
    """{directory: (layer, set of directories, set of libraries)} as src/README.md has it."""
    table = {}
    rows = re.search(r"^\| *layer *\|.*\n\|[-| ]*\n((?:\|.*\n)*)", tree.read("src/README.md"), re.M)
    for row in (rows[1] if rows else "").splitlines():
        layer, directories, uses, libraries = [cell.strip() for cell in row.strip("| ").split("|")]
        directories = re.split(r"[,\s]+", directories)
        for directory in directories:
            table[directory] = (int(layer), set(re.findall(r"[\w/]+", uses)) - {"libc"}, set())
        for part in libraries.split("·"):
            owner, _, names = part.rpartition(":")
            for directory in [owner.strip()] if owner else directories:
                if directory in table:
                    table[directory][2].update(re.findall(r"[\w-]+", names))
                else:
                    tree.report("table", "src/README.md", 0, f"libraries of an unknown directory: {part.strip()}")
    return table


def check_table(tree):
    ours = {f: (layer, set(uses.split()), set(libs.split())) for f, (layer, uses, libs) in LAYERS.items()}
    theirs = readme_table(tree)
    for directory in sorted(ours.keys() | theirs.keys()):
        if ours.get(directory) != theirs.get(directory):
            tree.report("table", "src/README.md", 0,
                        f"{directory}: {theirs.get(directory)} here, {ours.get(directory)} in lint_rules.py")
    for directory, (layer, uses, _) in ours.items():
        for used in uses:
            if used not in ours or ours[used][0] >= layer:
                tree.report("table", "tests/lint/lint_rules.py", 0, f"{directory} -> {used} does not go down")
    for directory in sorted({directory_of(p) for p in tree.under("src")} - ours.keys()):
        tree.report("table", f"src/{directory}", 0, "no row in the layer table")
    for directory in sorted(ours.keys() - {directory_of(p) for p in tree.under("src")}):
        tree.report("table", f"src/{directory}", 0, "in the layer table, but there is no such directory")


def check_links(tree):
    """The link lines are the table; base comes with everything."""
    path = "src/CMakeLists.txt"
    text = re.sub(r"#.*", "", tree.read(path))
    linked = {}
    targets = {"ms_" + name.replace("/", "_"): name for name in LAYERS}
    for name, link in re.findall(r"\bms_layer\(\s*([\w/]+)\s*(?:LINK\b([^)]*))?\)", text):
        linked.setdefault(name, set()).update((link or "").split())
    for target, link in re.findall(r"\btarget_link_libraries\(\s*(ms_\w+|mpiscan)\s([^)]*)\)", text):
        name = "main" if target == "mpiscan" else targets.get(target, target)
        linked.setdefault(name, set()).update(set(link.split()) - {"PUBLIC", "PRIVATE", "INTERFACE"})
    for directory in sorted(linked.keys() | LAYERS.keys()):
        if directory not in linked or directory not in LAYERS:
            where = "the layer table" if directory in linked else "the link lines"
            tree.report("link", path, 0, f"{directory} is missing in {where}")
            continue
        wanted = set(LAYERS[directory][1].split()) | set(LAYERS[directory][2].split())
        have = {targets.get(t) or TARGETS.get(t, t) for t in linked[directory]} - {"m"}
        if directory != "base":
            have.add("base")
        if have != wanted:
            tree.report("link", path, 0, f"{directory} links {sorted(have)}, the table says {sorted(wanted)}")


def check_own_header(tree, path, line, header):
    directory, used = directory_of(path), os.path.dirname(header)
    if not re.fullmatch(r"[a-z0-9_]+(/[a-z0-9_]+){1,2}\.h", header):
        tree.report("include", path, line, f'"{header}" is not qualified by its directory')
    elif "src/" + header not in tree.files:
        tree.report("include", path, line, f'"{header}" is no file of src/')
    elif used == directory or directory not in LAYERS:
        return
    elif used not in LAYERS[directory][1].split():
        tree.report("include", path, line, f'{directory} may not use {used}: "{header}"')
    elif header.endswith("_internal.h"):
        tree.report("include", path, line, f'"{header}" is private to {used}')


def check_system_header(tree, path, line, header):
    library = next((lib for pattern, lib in LIBRARIES.items() if re.fullmatch(pattern, header)), None)
    allowed = LAYERS.get(directory_of(path), (0, "", ""))[2].split()
    if library is None and header.removesuffix(".h") not in LIBC:
        tree.report("library-header", path, line, f"<{header}> is in no list of lint_rules.py")
    elif library is not None and library not in allowed:
        tree.report("library-header", path, line, f"{directory_of(path)} may not use {library}: <{header}>")


def check_includes(tree):
    for path in tree.under("src"):
        text = without_comments(tree.read(path))
        for found in INCLUDE.finditer(text):
            line = line_of(text, found.start())
            if found[3]:
                tree.report("include", path, line, f"cannot be checked: #include {found[3]}")
            elif found[1] is not None:
                check_own_header(tree, path, line, found[1])
            else:
                check_system_header(tree, path, line, found[2])


def module_of(path):
    """Of a source or its header; a header without a source (x_internal.h) is a module of its own."""
    return os.path.splitext(path)[0]


def check_circles(tree):
    """No two sources include each other's headers, directly or through others."""
    sources = {module_of(p) for p in tree.under("src", ext=".c")}
    uses = {}
    for path in tree.under("src"):
        names = re.findall(r'#include "([^"]+)"', tree.read(path))
        uses.setdefault(module_of(path), set()).update({module_of("src/" + name) for name in names} - {module_of(path)})

    def reaches(start):
        seen, todo = set(), list(uses.get(start, ()))
        while todo:
            module = todo.pop()
            if module not in seen:
                seen.add(module)
                todo += uses.get(module, ())
        return seen & sources

    reached = {module: reaches(module) for module in sources}
    for module in sorted(sources):
        for other in sorted(reached[module]):
            if module < other and module in reached[other]:
                tree.report("circle", module + ".c", 0, f"includes {other}.h, which includes this one's", module)


def check_base_names(tree):
    """In src/ a stem belongs to one directory (x.c and its x.h); elsewhere a file's name is its own."""
    seen = {}
    for path in tree.under("src", "tests", ext=(".c", ".h", ".py", ".sh")):
        base = os.path.basename(path)
        in_src = path.startswith("src/")
        key = os.path.splitext(base)[0] if in_src else base
        place = os.path.dirname(path)
        if seen.setdefault((in_src, key), place) != place:
            tree.report("base-name", path, 0, f"the name is also in {seen[in_src, key]}/", subject=base)


def check_mpi_names(tree):
    callers = []
    for path in tree.under("src"):
        text = code(tree.read(path))
        for found in re.finditer(r"\bP?MPI_\w+", text):
            line = line_of(text, found.start())
            if not path.startswith("src/comm/"):
                tree.report("mpi-name", path, line, f"only comm names MPI: {found[0]}")
            if found[0] in ("MPI_Abort", "PMPI_Abort"):
                inside = [f.name for f in Scan(tree.read(path)).functions if f.first <= line <= f.last]
                callers.append((path, line, inside[0] if inside else "no function"))
    if len({(path, name) for path, _, name in callers}) != 1:
        for path, line, name in callers:
            tree.report("mpi-abort", path, line, f"MPI_Abort in {name}; exactly one function may call it")
        if not callers:
            tree.report("mpi-abort", "src/comm", 0, "no function calls MPI_Abort; exactly one has to")


def check(tree):
    check_table(tree)
    check_links(tree)
    check_includes(tree)
    check_circles(tree)
    check_base_names(tree)
    check_mpi_names(tree)
    return f"{len(tree.under('src'))} files, {len(LAYERS)} directories"
