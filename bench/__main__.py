"""`python -m bench`: every figure; `python -m bench NAME … --json`: some, for machines."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from pathlib import Path

from bench.measured import as_json, keep
from bench.place import place

FIGURES = (
    "order_life",
    "contention",
    "waves",
    "pricing",
    "lists",
    "inventory",
    "scanning",
    "start_up",
)
"""The figures in the order in which they are measured; each is a module of this package."""


def known_figures() -> list[str]:
    """The figures whose module is there."""
    return [name for name in FIGURES if (Path(__file__).parent / f"{name}.py").is_file()]


def main(arguments: list[str]) -> int:
    figures = known_figures()
    reads = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    reads.add_argument("figures", nargs="*", metavar="FIGURE", help=", ".join(figures))
    reads.add_argument("--json", action="store_true", help="one JSON object a figure, no words")
    reads.add_argument("--big", action="store_true", help="also the sizes that take an hour")
    reads.add_argument("--no-keep", action="store_true", help="leave bench/results as it is")
    options = reads.parse_args(arguments)
    unknown = sorted(set(options.figures) - set(figures))
    if unknown:
        reads.error(f"there is no figure {', '.join(unknown)}; there are: {', '.join(figures)}")
    missed = 0
    with place(big=options.big) as where:
        for name in options.figures or figures:
            module = importlib.import_module(f"bench.{name}")
            began = time.perf_counter()
            measured = module.measure(where)
            result = as_json(name, measured, where.server.version)
            if not options.no_keep:
                keep(name, result)
            missed += sum(not goal.is_met for goal in measured.goals)
            if options.json:
                print(json.dumps(result, ensure_ascii=False), flush=True)
                continue
            print(f"{module.TITLE} ({name}, {time.perf_counter() - began:.0f} s)")
            for line in (*measured.lines, *(str(goal) for goal in measured.goals)):
                print(f"  {line}")
            print(flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
