"""Tables for the terminal and for README.md, with the machine and the date of each."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).parent / "README.md"


@dataclass
class Report:
    """What one section of the benchmarks found."""

    lines: list[str] = field(default_factory=list)
    load: float = field(default_factory=lambda: _load())

    def say(self, text: str) -> None:
        self.lines += [text, ""]
        print(text, end="\n\n", flush=True)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table, the first column to the left, numbers to the right."""
        cells = [[str(cell) for cell in row] for row in (head, *rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
        aligned = [
            [
                row[0].ljust(widths[0]),
                *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
            ]
            for row in cells
        ]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [f"| {' | '.join(row)} |" for row in (aligned[0], rule, *aligned[1:])]
        self.lines += [*lines, ""]
        print("\n".join(lines), end="\n\n", flush=True)

    def conditions(self) -> str:
        """The machine, the date and how busy it was."""
        busy = f"load {self.load:.1f} when it began, {_load():.1f} when it ended"
        return f"*{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {machine()}; {busy}.*"


def machine() -> str:
    """The processor, the number of cores, and the versions that matter."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy"))
    cores = os.cpu_count()
    return f"{_processor()}, {cores} cores; Python {platform.python_version()}, {versions}"


def write(name: str, report: Report) -> None:
    """Put what a section found between its marks in README.md."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    text = README.read_text("utf-8")
    found = "\n".join([report.conditions(), "", *report.lines])
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"README.md has no place for the section {name}")
    README.write_text(pattern.sub(lambda _: f"{begin}{found}{end}", text), "utf-8")


def rate(steps_per_second: float) -> str:
    """A rate in thousands or millions a second."""
    if steps_per_second >= 1e6:
        return f"{steps_per_second / 1e6:.2f} M"
    return f"{steps_per_second / 1e3:.0f} k"


def _load() -> float:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    if file.is_file() and (found := re.search(r"model name\s*:\s*(.+)", file.read_text())):
        return found[1]
    return platform.processor() or platform.machine()
