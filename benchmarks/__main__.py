"""Measure how fast svcsim is: `make bench`, or `python -m benchmarks --only model-b --quick`."""

import argparse
from functools import partial

from benchmarks import micro, scaling, shipped, yardstick
from benchmarks.report import Report, machine, write

SECTIONS = {
    "model-a": (partial(yardstick.run, "a"), "Model A against SimPy, Ciw and cimba"),
    "model-b": (partial(yardstick.run, "b"), "Model B against SimPy, Ciw and cimba"),
    "shipped": (shipped.run, "Each shipped scenario, compiled against reference"),
    "items": (scaling.items, "More items"),
    "network": (scaling.network, "More teams and steps"),
    "replications": (scaling.replications, "More replications and workers"),
    "micro": (micro.run, "What the parts of the kernel cost"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=SECTIONS, action="append", help="one section, or more")
    parser.add_argument("--quick", action="store_true", help="about a minute instead of ten")
    parser.add_argument("--write", action="store_true", help="put what is found into README.md")
    given = parser.parse_args()
    print(machine(), end="\n\n")
    for name, (section, title) in SECTIONS.items():
        if given.only and name not in given.only:
            continue
        print(f"== {title}", end="\n\n", flush=True)
        report = Report()
        section(report, given.quick)
        print(report.conditions().strip("*"), end="\n\n", flush=True)
        if given.write:
            write(name, report)


if __name__ == "__main__":
    main()
