"""The scenario: everything that people write, as checked and frozen words."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from annotated_types import MinLen
from pydantic import Field, PrivateAttr

from svcsim.scenario.backlog import BacklogField
from svcsim.scenario.calendar import Calendar
from svcsim.scenario.cost import Penalty
from svcsim.scenario.dates import parse_zone
from svcsim.scenario.demand import ClassField, DemandField
from svcsim.scenario.environment import Environment
from svcsim.scenario.family import Families
from svcsim.scenario.quantity import Quantity
from svcsim.scenario.rules import refusal
from svcsim.scenario.step import Step
from svcsim.scenario.team import ResourceField, Team
from svcsim.scenario.text import Document
from svcsim.scenario.trigger import Trigger
from svcsim.scenario.units import (
    Duration,
    PositiveWallDuration,
    Share,
    WallDuration,
    shown,
)
from svcsim.scenario.words import (
    Flag,
    Frozen,
    Name,
    Paragraphs,
    Positive,
    Reference,
    References,
    Text,
    Varied,
    Whole,
)
from svcsim.scenario.written import Written

_START = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?(?:\s+(\S+))?")


@dataclass(frozen=True, slots=True)
class Start(Written):
    """The local date, time and zone at which a run starts."""

    local: datetime
    """Local date and time, without a zone."""
    zone: str
    """IANA name of the zone."""

    PATTERN = r"^\s*\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?\s+\S+\s*$"
    EXAMPLES = ("2026-01-05 UTC", "2026-01-05 08:00 Europe/London")

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read ``2026-01-05 UTC`` or ``2026-01-05 08:00 Europe/London``."""
        if isinstance(value, cls):
            return value
        match = _START.fullmatch(value.strip()) if isinstance(value, str) else None
        try:
            if match is None:
                raise ValueError
            local = datetime.fromisoformat(f"{match[1]} {match[2] or '00:00'}")
        except ValueError:
            remedy = "write for instance 2026-01-05 UTC, or 2026-01-05 08:00 Europe/London"
            found = f"{shown(value)} is not a start"
            if match is not None:
                found = f"there is no {' '.join(filter(None, (match[1], match[2])))}"
            raise refusal("not-a-start", found, remedy) from None
        if match[3] is None:
            remedy = f"write for instance {match[0]} UTC, or {match[0]} Europe/London"
            raise refusal("not-a-start", f"{match[0]} does not say its time zone", remedy)
        if not 1900 <= local.year <= 2200:
            remedy = "write a year from 1900 to 2200"
            raise refusal("not-a-start", f"{local.year} is far away", remedy)
        return cls(local, parse_zone(match[3]))

    def __str__(self) -> str:
        midnight = (self.local.hour, self.local.minute, self.local.second) == (0, 0, 0)
        form = "%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S"
        return f"{self.local.strftime(form).removesuffix(':00')} {self.zone}"


class Activity(Frozen):
    """An activity of the service value chain, as this organisation has it."""

    owner: Text
    """Who is accountable."""


class Target(Frozen):
    """A promise: a share of the items within a time."""

    at: Reference | None = None
    """Step whose completion counts; not given: the value point."""
    when: Literal["done", "started"] = "done"
    """What counts: that the step is done, or that work on it has begun (a response)."""
    within: Varied[Duration]
    """Time on the clock, from when it is counted."""
    counted: Reference = Field(default="arrival", alias="from")
    """From when it is counted: arrival, event, or the step whose first completion sets the date."""
    share: Share
    """Items that are promised to be in time."""
    clock: Reference | None = None
    """Calendar on which the time runs; not given: the scenario's."""
    paused_by: References = ()
    """Steps whose waits stop the clock, as long as nothing else goes on with the item."""
    penalty: Penalty | None = None
    """Owed for each contract month in which fewer items are in time; not given: nothing."""


class Stream(Frozen):
    """A value stream: from demand or opportunity to value."""

    enters: Literal["demand", "opportunity"] = "demand"
    """What its items are: asked for, or a chance of value that nobody has asked for yet."""
    demand: DemandField | None = None
    """How items come; not given: only as children of others (spawn)."""
    backlog: BacklogField = ()
    """Items that are there when the run begins."""
    classes: dict[Name, ClassField] = Field(default_factory=dict)
    """Classes of items and their shares."""
    families: Families | None = None
    """Causes that items have in common; not given: none."""
    quantity: Quantity | None = None
    """How many of something each item concerns; not given: nothing is counted."""
    priority: Varied[Whole] = 5
    """Smaller is more urgent."""
    preempts: Varied[Flag] = False
    """Whether its items interrupt less urgent work."""
    due: Varied[Duration] | None = None
    """Due date of an item, from its arrival on the scenario's calendar."""
    value_point: Reference | None = None
    """Step whose completion is value to the customer; not given: the last."""
    targets: dict[Name, Target] = Field(default_factory=dict)
    """Promises by name."""
    steps: Annotated[dict[Name, Step], MinLen(1)]
    """What an item goes through, in order."""
    rng_name: Name | None = None
    """Name under which the draws of the stream are addressed; not given: its name."""


@dataclass(eq=False, slots=True)
class Origin:
    """Where a scenario came from; no part of what it says."""

    name: str = ""
    directory: Path = Path()
    digest: str | Callable[[], str] = ""
    """What hashes it, until somebody asks: that takes a quarter of the time of reading."""
    root: "Scenario | None" = None
    document: Document = field(default_factory=Document)


class Scenario(Frozen):
    """Demand, streams, teams and calendars, and how long to look at them."""

    svcsim: Literal[1]
    """Version of the language."""
    title: Text | None = None
    """What the scenario is about, in a few words."""
    description: Paragraphs | None = None
    """What the scenario is about, at length."""
    start: Start = Start(datetime(2026, 1, 5), "UTC")
    """Local date, or date and time, and time zone of the start."""
    horizon: PositiveWallDuration = Duration(26, "wk")
    """Items that arrive before it are measured."""
    warm_up: WallDuration = Duration(0, "h")
    """Items that arrive before it are not measured."""
    run_out: WallDuration = Duration(4, "wk")
    """Time after the horizon in which measured items can still be finished."""
    replications: Positive = 200
    """Independent repetitions."""
    seed: Whole = 1
    """Number from which every random draw follows."""
    terminating: Flag = False
    """Whether overload is meant, because the run ends before it grows."""
    calendar: Reference = "office"
    """Calendar wherever no other is named."""
    calendars: dict[Name, Calendar] = Field(default_factory=dict)
    """Calendars by name; always and office are known."""
    activities: dict[Reference, Activity] = Field(default_factory=dict)
    """What this organisation says of the activities."""
    teams: dict[Name, Team] = Field(default_factory=dict)
    """Who works."""
    resources: dict[Name, ResourceField] = Field(default_factory=dict)
    """What is used."""
    streams: Annotated[dict[Name, Stream], MinLen(1)]
    """Value streams."""
    environments: dict[Name, Environment] = Field(default_factory=dict)
    """What changes around the service by chance, between a few states."""
    triggers: dict[Name, Trigger] = Field(default_factory=dict)
    """What makes items of improvement when it has happened often enough."""

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def name(self) -> str:
        """Name of the file without its ending; empty if it was not read from one."""
        return self._origin.name

    @property
    def directory(self) -> Path:
        """Directory to which the names of CSV files are relative."""
        return self._origin.directory

    @property
    def digest(self) -> str:
        """Hexadecimal BLAKE2b of what the scenario says, and of the CSV files that it reads."""
        if not isinstance(self._origin.digest, str):
            self._origin.digest = self._origin.digest()
        return self._origin.digest

    @property
    def document(self) -> Document:
        """What was read, and where each word of it stands."""
        return self._origin.document

    @property
    def root(self) -> "Scenario":
        """The scenario at the root of the `extends` chain, before any change; or itself."""
        return self._origin.root or self

    def __eq__(self, other: object) -> bool:
        """Whether both say the same, wherever they came from."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]
