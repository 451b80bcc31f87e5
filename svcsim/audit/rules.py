"""The rules of the auditor, and the sentences of docs/semantics.md that they come from."""

from typing import NamedTuple


class Rule(NamedTuple):
    """Something that the rows of a run must keep."""

    code: str
    name: str
    law: str
    """What it says, in a line."""
    sentences: str
    """Of docs/semantics.md; R1 to R10 are refinements of docs/adr/0002."""


RULES = (
    Rule("A1", "rows", "every tick of an item is one row, from arrival to end",
         "7, 12, 54, 59, 61"),
    Rule("A2", "capacity", "nobody is in two places, nor at work off shift",
         "14 to 19, 23, 26, 32"),
    Rule("A3", "work", "slices add up to the draw, set-ups have their length",
         "2, 19, 33, 34, 74, R6"),
    Rule("A4", "no idle hands", "nobody waits who could start", "24, 25, 28, 29, 40"),
    Rule("A5", "order of service", "who starts is next, who preempts may", "22, 25, 31, 32"),
    Rule("A6", "causes", "every wait has the cause and the blame of the law", "55, 56, R2, R3"),
    Rule("A7", "gates", "sittings hear who is in time, in order",
         "35 to 38, R7"),
    Rule("A8", "paths", "tokens follow the program, with the draws addressed",
         "10, 13, 39, 41 to 43, 61, 64, 66, R8, R9"),
    Rule("A9", "limits", "never exceeded, in order, never idle while one waits", "45, R1"),
    Rule("A10", "patience", "gives up when it ends, and only if nothing started", "46, R10"),
    Rule("A11", "clocks and sums", "Little's law and critical paths, in whole ticks",
         "4, 57, 58, 65"),
    Rule("A12", "demand", "the items are those of the addresses, all of them",
         "8, 44, 50 to 53, 60"),
    Rule("A13", "children", "who waits for children goes on when enough have left", "42, 44"),
    Rule("A14", "families and triggers", "are drawn or inherited; fire when they must", "49, 51"),
    Rule("A15", "quantities", "are drawn, or those of the parent", "44, 72"),
)  # fmt: skip
