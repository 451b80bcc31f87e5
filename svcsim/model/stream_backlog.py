"""The backlog of a stream becomes records: what is there at the start (semantics 53)."""

from collections.abc import Iterator
from typing import Any

from svcsim.model.arrays import NONE
from svcsim.model.stream_program import StreamProgram
from svcsim.model.tags import tag32
from svcsim.scenario.schema import Stream


def backlog_rows(stream: Stream, index: int, steps: StreamProgram) -> Iterator[tuple[Any, ...]]:
    """Yield a record of each entry; where its items begin may still be a label."""
    program = steps.program
    classes = sorted(stream.classes)
    for i, entry in enumerate(stream.backlog):
        path = f"streams.{steps.name}.backlog.{i}"
        day = program.business_day()
        since = NONE
        if entry.since is not None:
            since = program.distribution(entry.since, day, f"{path}.since")
        at = entry.at or next(iter(steps.number))
        yield (
            index, i, entry.items, program.distribution(entry.age, day, f"{path}.age"), since,
            NONE if entry.class_name is None else classes.index(entry.class_name),
            steps.arrived if entry.at is None else steps.inside[at], steps.number[at],
            int(entry.working), tag32(stream.rng_name or steps.name, "backlog"),
        )  # fmt: skip
