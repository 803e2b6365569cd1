"""Seeded cases for the oracle: logs, keywords and options made so that matches are frequent and near misses more so.

A case is a pure function of its seed. It knows neither grep nor mpiscan.
"""
import codecs
import re
import random
from dataclasses import dataclass, field

from packing import pack

WINDOW = 512 * 1024  # the program's default
KINDS = ("plain", "crlf", "binary", "boundaries", "long", "edges", "many", "caseless", "word", "regex", "regex_flags",
         "utf16", "bom", "mixed", "context", "packed", "dozens", "characters", "perl")


@dataclass
class Log:
    """One file: the bytes on disk, and the text they stand for."""
    name: str
    stored: bytes
    text: bytes  # what is searched: decoded, without byte-order mark, terminators as they are
    start: int = 0  # file offset of the text's first byte, when the text is stored as it is

    def plain(self):
        """The text as grep is to see it: a CR before LF dropped."""
        return self.text.replace(b"\r\n", b"\n")


@dataclass
class Case:
    seed: int
    kind: str
    logs: list = field(default_factory=list)
    keywords: list = field(default_factory=list)  # bytes, unique, in order
    regex: bool = False
    perl: bool = False  # the expressions need grep -P
    whole: bool = False  # -x
    ignore_case: bool = False
    word: bool = False
    from_file: bool = False
    view: str = "count"  # count, lines, names, without
    before: int = 0
    after: int = 0
    window: int = WINDOW
    max_line: int = 1 << 26
    grep_status: bool = False
    invert: bool = False
    max_count: int = 0
    required: list = field(default_factory=list)  # --and
    excluded: list = field(default_factory=list)  # --not
    event: bytes = b""  # the bytes with which a line begins an event
    filler: float = 0.0  # share of the lines that hold no keyword, so that context has something to show


    def is_composed(self):
        return bool(self.required or self.excluded or self.event)


def pick(rng, alphabet, n):
    return bytes(rng.choice(alphabet) for _ in range(n))


def swapped(rng, data):
    """ASCII letters in random case."""
    return bytes(b ^ 0x20 if (65 <= b <= 90 or 97 <= b <= 122) and rng.random() < 0.5 else b for b in data)


def near_miss(rng, keyword, alphabet):
    """Almost a keyword: cut, one byte changed, doubled at an end, or broken by a newline."""
    at = rng.randrange(len(keyword))
    other = pick(rng, alphabet, 1)
    flipped = bytes([keyword[at] ^ 0x20]) # the other case, of a letter
    flipped = keyword[:at] + flipped + keyword[at + 1:]
    return rng.choice([flipped, flipped, flipped, keyword[:at], keyword[at + 1:], keyword[:at] + other + keyword[at + 1:],
                       keyword[:1] + keyword, keyword + keyword[-1:], keyword[:at] + b"\n" + keyword[at:],
                       keyword[:at] + b"\r\n" + keyword[at:], keyword[:at] + b"\0" + keyword[at:]])


def make_line(rng, case, alphabet, limit):
    if rng.random() < case.filler:
        return b"~" * rng.randrange(limit)
    parts = []
    for _ in range(rng.randrange(5)):
        chance = rng.random()
        keyword = rng.choice(case.keywords)
        if case.regex or chance < 0.5:
            parts.append(pick(rng, alphabet, rng.randrange(limit)))
        elif chance < 0.75:
            parts.append(near_miss(rng, keyword, alphabet))
        else:
            parts.append(swapped(rng, keyword) if case.ignore_case else keyword)
    return b"".join(parts)


def ending(rng, case):
    if case.kind in ("crlf", "mixed", "utf16") and rng.random() < 0.6:
        return b"\r\n"
    return rng.choice([b"\n"] * 12 + [b"\r\r\n", b"\n\n", b"\r\n"])


def make_text(rng, case, alphabet, nlines, limit=12):
    out = b"".join(make_line(rng, case, alphabet, limit) + ending(rng, case) for _ in range(nlines))
    if rng.random() < 0.4:  # no newline at the end
        out += make_line(rng, case, alphabet, limit) + rng.choice([b"", b"\r", rng.choice(case.keywords)])
    return out


def make_boundaries(rng, case, alphabet):
    """Keywords that straddle multiples of the window, with a newline somewhere near."""
    size = case.window * rng.randrange(1, 4) + rng.randrange(100)
    out = bytearray(pick(rng, alphabet, 64) * (size // 64 + 1))[:size]
    for boundary in range(case.window, size, case.window):
        keyword = rng.choice(case.keywords)
        at = max(0, boundary - rng.randrange(len(keyword) + 2))
        out[at:at + len(keyword)] = keyword
        for _ in range(rng.randrange(3)):
            near = boundary + rng.randrange(-3 - len(keyword), len(keyword) + 3)
            if 0 <= near < len(out):
                out[near] = rng.choice(b"\n\n\r")
    for _ in range(rng.randrange(20)):
        out[rng.randrange(len(out))] = 10
    return bytes(out)


def make_long_lines(rng, case, alphabet):
    """Several long lines in sequence: each may be another's context."""
    n = rng.choice([1, 1, 2, 5]) if case.window < WINDOW else 1
    return b"".join(make_long(rng, case, alphabet) for _ in range(n))


def make_long(rng, case, alphabet):
    """A line longer than the window among short ones, keywords at its ends and about its pieces' boundaries."""
    size = case.window + rng.randrange(4 * case.window) + rng.choice([0, 1, 2])
    if rng.random() < 0.2:
        size = case.window + rng.randrange(-2, 3)
    bare = rng.random() < case.filler
    line = bytearray((pick(rng, b"~" if bare else alphabet, 997) * (size // 997 + 1))[:size])
    for _ in range(rng.randrange(2 if bare else 6)):
        keyword = rng.choice(case.keywords)
        boundary = rng.randrange(size // case.window + 1) * case.window
        at = rng.choice([0, size - len(keyword), boundary - rng.randrange(len(keyword) + 1), rng.randrange(size)])
        what = keyword if rng.random() < 0.5 else near_miss(rng, keyword, alphabet).replace(b"\n", b"")
        if 0 <= at and at + len(what) <= size:
            line[at:at + len(what)] = what
    before = make_text(rng, case, alphabet, rng.randrange(4))
    before = before if not before or before.endswith(b"\n") or rng.random() < 0.3 else before + b"\n"
    after = rng.choice([b"", b"\n", b"\r\n", b"\r", b"\r\r\n"])
    if after.endswith(b"\n"):
        after += make_text(rng, case, alphabet, rng.randrange(4))
    return before + bytes(line) + after


def make_edge(rng, case):
    keyword = rng.choice(case.keywords)
    if rng.random() < 0.04: # very many short matching lines in one window
        case.window, case.view, case.before, case.after = WINDOW, "count", 0, 0
        return (min(case.keywords, key=len) + b"\n") * 180000
    return rng.choice([b"", b"\n", b"\r\n", b"\r", b"\n\n\n", keyword, keyword + b"\n", keyword + b"\r\n", keyword + b"\r",
                       b"\n" + keyword, keyword[:-1], keyword[:-1] + b"\n" + keyword[-1:], b"\0", b"\0\n" + keyword,
                       keyword * 3, (keyword + b"\n") * 70, b"\r\n" * 70 + keyword, b"x" + keyword + b"x\n"])


SPECIAL = b".[]()*+?{}|^$\\/"


def escape(byte):
    char = bytes([byte])
    return b"\\" + char if char in SPECIAL and char != b"/" else char


def make_class(rng, alphabet):
    members = sorted(set(pick(rng, [b for b in alphabet if b not in SPECIAL + b"-^\0\r"] or b"a", rng.randrange(1, 4))))
    body = b"".join(bytes([b]) for b in members)
    return rng.choice([b"[" + body + b"]", b"[^" + body + b"]", b"[a-c]", b"[^b-z]"])


def make_atom(rng, case, alphabet, depth):
    chance = rng.random()
    if chance < 0.55 or depth == 0:
        return escape(rng.choice([b for b in alphabet if b not in b"\0\n\r"]))
    if chance < 0.67:
        return b"."
    if chance < 0.8:
        return make_class(rng, alphabet)
    if case.perl and chance < 0.9:
        return rng.choice([b"\\w", b"\\s", b"\\W", b"\\S", b"\\d"])
    if case.kind == "perl" and chance < 0.95:
        return rng.choice([b"(?=%s)", b"(?!%s)", b"(?<=%s)", b"(?<!%s)", b"(?>%s+)", b"(%s.)\\1"]) % make_class(rng, alphabet)
    inner = b"|".join(make_branch(rng, case, alphabet, depth - 1) for _ in range(rng.randrange(1, 3)))
    return b"(" + inner + b")"


def make_branch(rng, case, alphabet, depth):
    out = b""
    for _ in range(rng.randrange(1, 5)):
        if case.perl and rng.random() < 0.12:
            out += rng.choice([b"\\b", b"\\b", b"\\B"])
        out += make_atom(rng, case, alphabet, depth)
        if rng.random() < 0.3:
            out += rng.choice([b"*", b"+", b"?", b"{2}", b"{1,3}", b"{2,}", b"{0,2}"])
    return out


def make_regex(rng, case, alphabet):
    branches = []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        branch = make_branch(rng, case, alphabet, 2)
        if case.word and rng.random() < 0.95: # mpiscan refuses most anchors together with -w
            branches.append(branch)
            continue
        chance = rng.random()
        branch = b"^" + branch if chance < 0.15 else b"(^|" + escape(alphabet[0]) + b")" + branch if chance < 0.2 else branch
        chance = rng.random()
        branch = branch + b"$" if chance < 0.2 else branch + b"(" + escape(alphabet[0]) + b"|$)" if chance < 0.25 else branch
        branches.append(branch)
    return b"|".join(branches)


def make_keyword(rng, case, alphabet, longest=6):
    if case.regex:
        return make_regex(rng, case, alphabet)
    return pick(rng, [b for b in alphabet if b != 10], rng.randrange(1, longest + 1))


def make_keywords(rng, case, alphabet):
    n = rng.choice([1, 1, 1, 2, 3] if case.kind == "caseless" else [1, 1, 2, 2, 3, 5])
    if case.kind == "many":
        n = rng.choice([2, 8, 8, 8, 100, 100, 1000])
    if case.kind == "dozens":  # none is short, and most of the text is none: searched at every few bytes only
        n = rng.choice([30, 60, 60, 150])
        return list(dict.fromkeys(pick(rng, alphabet, rng.randrange(6, 20)) for _ in range(n)))
    longest = 10 if case.kind == "many" else 20 if case.kind == "caseless" else rng.choice([3, 6, 6, 20])
    made = [make_keyword(rng, case, alphabet, longest) for _ in range(n)]
    for keyword in list(made):  # overlapping ones
        if not case.regex and rng.random() < 0.3:
            made.append(rng.choice([keyword[1:], keyword[:-1], keyword + keyword[:1], keyword * 2]))
    made = [k for k in made if k and not k.endswith(b"\r") and
            not (case.from_file and (b"\0" in k or k.startswith(codecs.BOM_UTF8)))]
    made = [k for k in made if case.from_file or b"\0" not in k]
    return list(dict.fromkeys(made)) or [b"ab"]


def choose_alphabet(rng, kind):
    small = [b"ab", b"ab ", b"abc", b"aAbB", b"abc -_", b"ab.1", b"\tab x"]
    if kind in ("binary", "mixed"):
        return rng.choice([b"ab\0", b"a\0\r", b"ab\xff\x80", b"a\0\xff\xc3\xa4b"])
    if kind in ("caseless", "regex_flags"):
        return rng.choice([b"aAbB", b"abAB[{@`", b"kKsS ", b"abAB \xc4\xe4"])
    if kind == "word":
        return rng.choice([b"ab ", b"ab_ -", b"a1_ ", b"ab.\xe4"])
    if kind == "characters":
        return rng.choice([b"axy", b"abx ", b"axXyY", b"x", b"axy z-"])
    if kind == "dozens":
        return rng.choice([b"abc", b"abc-", b"abAB", b"ab[{\xc4"])
    if kind == "many":
        return rng.choice([b"abc", b"abcd ", b"0123456789"])
    return rng.choice(small)


def encode_utf16(rng, text):
    """The text as UTF-16 with a mark; some characters are replaced by ones beyond ASCII, one of them by a surrogate pair."""
    swap = str.maketrans(rng.choice([{}, {"x": "\u00e4"}, {"c": "\U0001f600", " ": "\u20ac"}, {"-": "\uffff"}]))
    string = text.decode("ascii").translate(swap)
    little = rng.random() < 0.5
    mark = codecs.BOM_UTF16_LE if little else codecs.BOM_UTF16_BE
    return mark + string.encode("utf-16-le" if little else "utf-16-be"), string.encode("utf-8")


# Where every other byte is a NUL, or one is next to a newline, mpiscan may take the text for UTF-16.
LIKE_UTF16 = re.compile(rb"(?:[^\0]\0){3}|(?:\0[^\0]){3}|\n\0|\0\n|\xff\xfe|\xfe\xff")


def store(rng, case, name, text, kind=None):
    """text -> Log. A file must not begin by chance with what marks an encoding."""
    kind = kind or case.kind
    if kind == "packed":
        log = store(rng, case, name, text, rng.choice(["plain", "plain", "utf16", "bom"]))
        return Log(name, pack(rng, log.stored), log.text, log.start)
    if kind == "utf16":
        text = b"a" + text if text.startswith(b"\0") else text # FF FE 00 00 is the mark of UTF-32
        stored, text = encode_utf16(rng, text)
        return Log(name, stored, text)
    if LIKE_UTF16.search(text):
        text = text.replace(b"\0", b"\1")
    if text[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or text.startswith((codecs.BOM_UTF8, b"\xff\n")):
        text = b"a" + text  # the last: JPEG XL
    if kind == "bom" or (kind == "mixed" and rng.random() < 0.2):
        return Log(name, codecs.BOM_UTF8 + text, text, len(codecs.BOM_UTF8))
    return Log(name, text, text)


def make_context(rng, case, alphabet):
    """Few matches among lines shorter and longer than the window."""
    out = b""
    for _ in range(rng.randrange(60)):
        size = rng.choice([0, 1, 10, case.window - 1, case.window, case.window + 1, 2 * case.window + 5])
        line = b"~" * rng.randrange(size + 1)
        out += line + (make_line(rng, case, alphabet, 12) if rng.random() < 0.2 else b"") + ending(rng, case)
    return out


def make_content(rng, case, alphabet):
    kind = case.kind
    if kind == "context":
        return make_context(rng, case, alphabet)
    if case.regex and kind not in ("long", "boundaries", "edges"):
        return make_text(rng, case, alphabet, rng.randrange(60), 8)
    if kind == "edges":
        return make_edge(rng, case)
    if kind == "boundaries" or (kind == "mixed" and rng.random() < 0.2):
        return make_boundaries(rng, case, alphabet)
    if kind == "long" or (kind in ("mixed", "utf16", "bom", "crlf", "packed") and rng.random() < 0.3):
        return make_long_lines(rng, case, alphabet)
    if kind == "dozens":
        return make_text(rng, case, alphabet, rng.choice([80, 300, 2000]), 40)
    return make_text(rng, case, alphabet, rng.choice([0, 1, 3, 20, 80, 300]))


def choose_options(rng, case):
    case.view = rng.choice(["count", "lines", "lines", "lines", "names"])
    if case.view == "lines" and rng.random() < 0.6:
        case.before, case.after = rng.choice([(2, 2), (1, 1), (0, 3), (3, 0), (7, 1), (1, 50), (200, 200)])
    case.window = rng.choice([64, 64, 65, 67, 100, 128, 512, 4096, WINDOW, WINDOW])
    if case.window == WINDOW and case.kind in ("boundaries", "long", "mixed") and rng.random() < 0.7:
        case.window = 64 # half a megabyte a window is slow for the oracle
    case.max_line = rng.choice([1 << 26, 1 << 26, 1 << 26, 1, 10, 70])
    case.grep_status = rng.random() < 0.3
    case.filler = rng.choice([0, 0, 0.5, 0.9])
    case.filler = 0.97 if case.kind == "dozens" else case.filler
    if case.kind == "context":
        case.view, case.window = "lines", rng.choice([64, 65, 100])
        case.before, case.after = rng.choice([(0, 1), (1, 0), (1, 1), (2, 3), (5, 2), (9, 9)])


def choose_condition(rng, case):
    """Which lines count: for about half of the cases other ones than those that a keyword matches."""
    if rng.random() < 0.4:
        return
    case.invert = rng.random() < 0.4
    case.max_count = rng.choice([0, 0, 1, 2, 5])
    case.view = "without" if case.view == "names" and rng.random() < 0.5 else case.view
    if case.view in ("names", "without") or rng.random() < 0.5:
        return
    case.before = case.after = 0
    extra = [k for k in case.keywords if b"\n" not in k and b"\0" not in k]
    extra += [b"a", b"b"] if case.kind != "many" else []
    case.required = rng.sample(extra, min(len(extra), rng.choice([0, 0, 1, 2])))
    case.excluded = rng.sample(extra, min(len(extra), rng.choice([0, 0, 1, 2])))
    if case.required + case.excluded and rng.random() < 0.4:
        case.keywords = []
    if case.view == "lines" and rng.random() < 0.4:
        case.event = rng.choice([b"a", b"b", b"ab", b"~"])


def translate(rng, case):
    """Some letters become ones beyond ASCII, of two, three and four bytes, in the keywords and in the text."""
    table = rng.choice([{"x": "\u00e4", "X": "\u00c4", "y": "\u044f", "Y": "\u042f", "z": "\u65e5"},
                        {"x": "\u65e5", "y": "\u00e9", "Y": "\u00c9", "z": "\U0001f600"},
                        {"x": "\u1e61", "X": "\u1e60", "y": "\u0142", "Y": "\u0141"}])

    def swap(data):
        return data.decode("ascii").translate(str.maketrans(table)).encode("utf-8")

    case.keywords, case.required, case.excluded = [list(dict.fromkeys(map(swap, keywords))) for keywords in
                                                   (case.keywords, case.required, case.excluded)]
    case.logs = [Log(log.name, swap(log.stored), swap(log.text)) for log in case.logs]


def make_case(seed):
    rng = random.Random(seed)
    case = Case(seed, KINDS[seed % len(KINDS)])
    case.regex = case.kind in ("regex", "regex_flags", "perl") or (case.kind == "characters" and rng.random() < 0.7) or (case.kind in ("boundaries", "long", "crlf", "edges", "binary")
                                                           and rng.random() < 0.3)
    case.perl = case.regex and case.kind != "characters" and (rng.random() < 0.5 or case.kind in ("binary", "perl"))
    flags = {"caseless": (True, False), "word": (rng.random() < 0.2, True), "mixed": (rng.random() < 0.5, rng.random() < 0.5),
             "dozens": (rng.random() < 0.5, rng.random() < 0.2),
             "characters": (rng.random() < 0.4, not case.regex and rng.random() < 0.3),
             "regex_flags": rng.choice([(True, False), (False, True), (True, True)])}
    case.ignore_case, case.word = flags.get(case.kind, (False, rng.random() < 0.1))
    case.perl = case.perl or (case.regex and case.word)
    case.whole = not case.word and case.kind in ("edges", "regex", "characters", "perl", "long", "many") and rng.random() < 0.2
    case.from_file = case.kind in ("many", "dozens") or rng.random() < 0.3
    choose_options(rng, case)
    alphabet = choose_alphabet(rng, case.kind)
    if case.ignore_case: # letters beyond ASCII are folded, which grep does in another locale only
        case.keywords = make_keywords(rng, case, [b for b in alphabet if b < 0x80])
    else:
        case.keywords = make_keywords(rng, case, alphabet)
    if case.kind in ("utf16", "bom"):
        case.keywords = [k for k in case.keywords if max(k) < 0x80] or [b"ab"]
    for i in range(rng.choice([1, 2, 3, 6])):
        case.logs.append(store(rng, case, "log%d" % i, make_content(rng, case, alphabet)))
    choose_condition(rng, case)
    if case.kind == "characters":
        translate(rng, case)
    return case
