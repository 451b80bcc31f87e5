"""Gates: decisions that are made at a meeting, or by those who are asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    WithJsonSchema,
)

from svcsim.scenario.ask import Answers, AnswersField, Delegate
from svcsim.scenario.dates import (
    MINUTES_PER_DAY,
    WEEKDAYS,
    Dates,
    parse_time,
    parse_weekday,
    print_time,
)
from svcsim.scenario.distribution import Dist
from svcsim.scenario.rules import refusal
from svcsim.scenario.units import Duration, PositiveWallDuration, WallDuration, shown
from svcsim.scenario.words import PLAIN, VARIED, Frozen, Positive, Reference, Varied

DAILY = "daily"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_ORDINAL_OF = {number: word for word, number in _ORDINALS.items()}
_EXAMPLE = "write Wed 11:00, daily 11:00 or first Tue 14:00"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A time of day on which a gate sits, again and again."""

    minute: int
    """Minutes since midnight, local time of the gate's calendar."""
    weekday: int | None = None
    """Day of the week, Monday 0; None: every day."""
    nth: int | None = None
    """The n-th such weekday of each month, -1 the last; None: every week."""

    @classmethod
    def parse(cls, value: object) -> "Meeting":
        """Read ``Wed 11:00``, ``daily 11:00``, ``first Tue 14:00``."""
        if isinstance(value, Meeting):
            return value
        words = re.split(r"\s+", value.strip()) if isinstance(value, str) else []
        if not 2 <= len(words) <= 3 or (len(words) == 3 and words[0].lower() not in _ORDINALS):
            raise refusal("not-a-meeting", f"{shown(value)} is no time of a meeting", _EXAMPLE)
        nth = _ORDINALS[words[0].lower()] if len(words) == 3 else None
        daily = nth is None and words[0].lower() == DAILY
        weekday = None if daily else parse_weekday(words[-2])
        minute = parse_time(words[-1])
        if minute == MINUTES_PER_DAY:
            raise refusal("not-a-meeting", f"{shown(value)} is after the day", "write 00:00")
        return cls(minute, weekday, nth)

    def __str__(self) -> str:
        day = DAILY if self.weekday is None else WEEKDAYS[self.weekday]
        which = f"{_ORDINAL_OF[self.nth]} " if self.nth is not None else ""
        return f"{which}{day} {print_time(self.minute)}"


def _read_meetings(value: object) -> tuple[Meeting, ...]:
    parts = value if isinstance(value, list | tuple) else (value,)
    if not parts:
        raise refusal("not-a-meeting", "an empty list names no meeting", _EXAMPLE)
    return tuple(dict.fromkeys(Meeting.parse(part) for part in parts))


def _print_meetings(meetings: tuple[Meeting, ...]) -> str | list[str]:
    texts = [str(meeting) for meeting in meetings]
    return texts[0] if len(texts) == 1 else texts


class Cycle(Frozen):
    """Sittings at a fixed distance, whatever the day."""

    every: PositiveWallDuration
    """Time from one sitting to the next."""
    start: WallDuration = Field(default=Duration(0, "h"), alias="from")
    """Time of the first sitting, from the start of the run."""


_MEETING_JSON = {"type": "string", "examples": ["Wed 11:00", "daily 11:00", "first Tue 14:00"]}
Meetings = Annotated[
    tuple[Meeting, ...],
    PlainValidator(_read_meetings),
    PlainSerializer(_print_meetings, when_used="json-unless-none"),
    WithJsonSchema({"anyOf": [_MEETING_JSON, {"type": "array", "items": _MEETING_JSON}]}),
]
"""One or more meetings of a week or month."""


def _form(value: Any) -> str:
    return VARIED if isinstance(value, Mapping | Cycle) else PLAIN


class Gate(Frozen):
    """A decision made at a sitting, for the items on its agenda, or by people who are asked."""

    meets: (
        Annotated[
            Annotated[Meetings, Tag(PLAIN)] | Annotated[Cycle, Tag(VARIED)], Discriminator(_form)
        ]
        | None
    ) = None
    """When it sits."""
    ask: Reference | None = None
    """Team whose people are asked, each item by itself, instead of meeting."""

    cut_off: Varied[Duration] = Duration(0, "h")
    """How long before a sitting an item must be submitted, measured on the calendar."""
    agenda: Positive | None = None
    """Items that one sitting can hear; not given: all."""
    calendar: Reference | None = None
    """Calendar of sittings and cut-offs; not given: the scenario's."""
    order: Literal["priority", "submission"] = "priority"
    """Which items are heard first."""
    closed: Dates = ()
    """Dates on which it does not sit."""
    cause: Literal["gate", "batching"] = "gate"
    """What waiting for it counts as."""

    answers: AnswersField = Answers()
    """How many of how many people must answer: the last of them decides."""
    reply: Varied[Dist] | None = None
    """Time in which each of them answers, on their calendar; they work on other things."""
    delegate: Delegate | None = None
    """Who is asked when it takes too long; whoever comes first decides."""
