"""C text as the lint tests see it: comments and literals blanked out, functions found by their braces.

Not a parser: it trusts the code to compile. Every result has the length and the lines of the original text.
"""
import re
from collections import namedtuple

Function = namedtuple("Function", "name first last")  # lines, 1-based, from the return type to the closing brace
Declaration = namedtuple("Declaration", "line text")

COMMENT = r"//(?:\\\n|[^\n])*|/\*.*?\*/"
LITERAL = r'"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])*'"
COMMENT_OR_LITERAL = re.compile(COMMENT + "|" + LITERAL, re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)
TOKEN = re.compile(r"[A-Za-z_]\w*|\S")
NOT_A_NAME = set("__attribute__ __extension__ _Alignas _Static_assert static_assert START_TEST TEST TEST_EACH TEST_RANGE MS_PRINTF".split())


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """Comments blank, literals as they are."""
    return COMMENT_OR_LITERAL.sub(lambda m: blank(m[0]) if m[0][0] == "/" else m[0], text)


def code(text):
    """Comments blank, and what stands within quotes too; directives as they are."""

    def mask(found):
        word = found[0]
        return blank(word) if word[0] == "/" else word[0] + blank(word[1:-1]) + word[-1]

    return COMMENT_OR_LITERAL.sub(mask, text)


def without_directives(text):
    return DIRECTIVE.sub(lambda m: blank(m[0]), text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


class Scan:
    """One walk over the text outside of all braces: functions, and declarations up to ';' or '{'."""

    def __init__(self, text):
        self.text = without_directives(code(text))
        self.functions = []
        self.declarations = []
        self.balanced = True
        self.braces = self.parens = 0
        self._forget()
        for token in TOKEN.finditer(self.text):
            self._take(token)
        self.balanced = self.balanced and self.braces == 0 and self.parens == 0

    def _forget(self):
        self.start = None  # offset of the declaration's first token
        self.name = self.previous = ""
        self.assigned = self.in_function = False

    def _take(self, token):
        word = token[0]
        if word == "}":
            self._close(token.start())
        elif self.braces > 0:
            self.braces += word == "{"
        elif word == "{":
            self._open(token.start())
        elif word == ";" and self.parens == 0:
            self._declare(token.start())
            self._forget()
        elif not (self.start is None and word == "END_TEST"):
            self._outside(token)

    def _outside(self, token):
        word = token[0]
        if self.start is None:
            self.start = token.start()
        if word == "(":
            named = self.name or not re.match(r"\w", self.previous) or self.previous in NOT_A_NAME
            if self.parens == 0 and not named:
                self.name = self.previous
            self.parens += 1
        elif word == ")":
            self.parens -= 1
            self.balanced = self.balanced and self.parens >= 0
        elif word == "=" and self.parens == 0:
            self.assigned = True
        elif not self.name and self.previous == "(" and self.is_test():
            self.name = word
        self.previous = word

    def is_test(self):
        return re.match(r"(?:START_)?TEST(?:_EACH|_RANGE)?\(", self.text[self.start : self.start + 20])

    def _declare(self, end):
        if self.start is not None:
            self.declarations.append(Declaration(line_of(self.text, self.start), self.text[self.start : end]))

    def _open(self, at):
        self.in_function = self.name != "" and not self.assigned and self.parens == 0
        if self.in_function:
            self._declare(at)
        self.braces = 1

    def _close(self, at):
        self.braces -= 1
        self.balanced = self.balanced and self.braces >= 0
        if self.braces == 0 and self.in_function:
            self.functions.append(Function(self.name, line_of(self.text, self.start), line_of(self.text, at)))
            self._forget()
