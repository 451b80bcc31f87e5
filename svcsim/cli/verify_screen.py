"""What a verification says: a line for each check, and what is proven by them."""

from collections.abc import Iterator
from textwrap import wrap

from svcsim.cli.figures import seconds
from svcsim.cli.terminal import WIDTH, cut, styled, titled
from svcsim.decisions.verification.check import Check
from svcsim.decisions.verify import Verification, span

MARKS = {"holds": ("✓", "good"), "fails": ("✗", "bad"), "unknown": ("?", "bad"),
         "does not apply": ("–", "dim")}  # fmt: skip
"""By the result: a mark, and its style."""
GROUPS = {
    "engines": "Two engines",
    "auditor": "An auditor of the rows, who knows the law and no engine",
    "identities": "Identities, in whole ticks",
    "workers": "Workers and blocks",
    "relatives": "Related scenarios",
}
NAME = 23
"""Columns for the name of a check."""


def verify_screen(found: Verification) -> Iterator[str]:
    """Lines of a verification."""
    p = found.provenance
    whole = f" of {span(found.whole)}" if found.end < found.whole else ""
    times = f"{p.replications} replication{'s' * (p.replications != 1)}"
    right = f"{span(found.end)}{whole} · {times} · {seconds(found.seconds)}"
    yield from titled(found.about.title, right)
    for group, heading in GROUPS.items():
        yield ""
        yield styled(f"  {heading}", "title")
        for check in found.checks:
            if check.group == group:
                yield from _line(check)
    yield ""
    yield from _wrapped(" ".join(_verdict(found)), "  ", "  ")


def _line(check: Check) -> Iterator[str]:
    mark, style = MARKS[check.result]
    if check.result == "does not apply":
        yield styled(cut(f"  {mark} {check.name:<{NAME}}{check.found}", WIDTH), style)
        return
    yield f"  {styled(mark, style)} {cut(f'{check.name:<{NAME}}{check.law}', WIDTH - 4)}"
    if not check.sound:
        indent = " " * (NAME + 4)
        yield from _wrapped(f"{check.found} ({check.source})", indent, indent)


def _verdict(found: Verification) -> Iterator[str]:
    """Sentences: what is proven, and what is not."""
    p = found.provenance
    wrong = sum(not check.sound for check in found.checks)
    applied = sum(check.result != "does not apply" for check in found.checks)
    if wrong:
        yield f"{wrong} of {applied} checks do not hold."
        yield "This is a fault of svcsim, not of the scenario: please report it, with the"
        yield f"file, seed {p.seed} and these lines."
        return
    visited, steps = found.steps
    yield f"All {applied} checks hold: svcsim computes what this scenario says, event by event,"
    yield f"in {found.rows:,} rows of seed {p.seed} at {visited} of {steps} steps."
    rest = [f"what is after {span(found.end)}"] if found.end < found.whole else []
    if visited < steps:
        rest.append(f"{steps - visited} steps to which nobody came" if steps - visited > 1
                    else "a step to which nobody came")  # fmt: skip
    rest.append("whether the scenario says what your organisation does")
    yield f"Not shown: {', nor '.join(rest)}."


def _wrapped(text: str, first: str, then: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=then,
                break_on_hyphens=False)  # fmt: skip
