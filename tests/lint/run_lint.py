#!/usr/bin/env python3
"""Runs one lint check over the tree and prints its findings. Exit 0: none, 1: some, 77: skipped.

    tests/lint/run_lint.py sizes --build build      (without a name: all of them)
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True
import lint_calls
import lint_headers
import lint_layers
import lint_sizes
import lint_symbols
import lint_text
import lint_tools
from lint_tree import Skip, Tree

CHECKS = {
    "layers": (lint_layers.check, lint_layers.RULES),
    "calls": (lint_calls.check, lint_calls.RULES),
    "sizes": (lint_sizes.check, lint_sizes.RULES),
    "symbols": (lint_symbols.check, lint_symbols.RULES),
    "headers": (lint_headers.check, lint_headers.RULES),
    "text": (lint_text.check_text, lint_text.RULES_TEXT),
    "top": (lint_text.check_top, lint_text.RULES_TOP),
    "shell": (lint_tools.check_shell, lint_tools.RULES_SHELL),
    "shellcheck": (lint_tools.check_shellcheck, lint_tools.RULES_SHELLCHECK),
    "format": (lint_tools.check_format, lint_tools.RULES_FORMAT),
    "tidy": (lint_tools.check_tidy, lint_tools.RULES_TIDY),
    "floor": (lint_tools.check_floor, lint_tools.RULES_FLOOR),
}


def arguments():
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", nargs="*", choices=[[], *CHECKS], help="which (default: all)")
    parser.add_argument("--root", default=top, help="the checkout")
    parser.add_argument("--build", default=os.path.join(top, "build"), help="its build directory")
    parser.add_argument("--nm", default="/usr/bin/nm")
    parser.add_argument("--ctest", default="ctest")
    parser.add_argument("--config", default="", help="configuration of a multi-config build")
    return parser.parse_args()


def run_check(name, options):
    check, rules = CHECKS[name]
    tree = Tree(options)
    try:
        note = check(tree)
    except Skip as skip:
        print(f"{name}: SKIPPED: {skip}")
        return 77
    tree.report_stale_exceptions(rules)
    print("\n".join(tree.findings + [f"{name}: {len(tree.findings)} findings; {note}"]))
    return 1 if tree.findings else 0


def main():
    options = arguments()
    names = options.check or list(CHECKS)
    codes = [run_check(name, options) for name in names]
    return 1 if 1 in codes else codes[0] if len(codes) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
