#!/usr/bin/env python3
"""Runs fault cases: run_fault.py --program P --shim S --mpirun M [--env K=V]... NAME; or --list."""

import argparse
import sys

import faultlib
import cases_file    # noqa: F401  each import fills faultlib.CASES
import cases_limits  # noqa: F401
import cases_output  # noqa: F401
import cases_ranks   # noqa: F401
import cases_stall   # noqa: F401
import cases_varlog  # noqa: F401


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--program")
    parser.add_argument("--shim")
    parser.add_argument("--mpirun")
    parser.add_argument("--sanitized", action="store_true")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.list:
        print(";".join(sorted(faultlib.CASES)), end="")
        return 0
    options.env = dict(pair.split("=", 1) for pair in options.env)
    codes = [faultlib.run_case(name, options) for name in options.names or sorted(faultlib.CASES)]
    return 1 if 1 in codes else 77 if codes and set(codes) == {77} else 0


if __name__ == "__main__":
    sys.exit(main())
