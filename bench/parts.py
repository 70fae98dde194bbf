"""A benchmark script that has several parts: its command line, and how they are run."""
import argparse
import pathlib
import sys

import compare

HERE = pathlib.Path(__file__).resolve().parent


def run(parts, table, options, wanted=None):
    for part in wanted or parts:
        parts[part](table, options)


def main(doc, parts):
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build" / "bench",
                        help="the build folder (default: build/bench)")
    parser.add_argument("--quick", action="store_true", help="small runs, to see that all of it works")
    parser.add_argument("--check", action="store_true", help="fail if a figure misses bench/budgets.json")
    parser.add_argument("--only", nargs="+", choices=list(parts), default=list(parts), help="some of the parts")
    options = parser.parse_args()
    options.build = options.build.resolve()
    table = compare.Table()
    run(parts, table, options, options.only)
    sys.exit(table.verdict(options.check))
