"""Teams and resources: who works, and what is used."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from svcsim.scenario.cost import Cost
from svcsim.scenario.efficiency import EfficiencyField
from svcsim.scenario.group import Group, GroupField, OnCall
from svcsim.scenario.reserve import Reserve
from svcsim.scenario.rules import refusal
from svcsim.scenario.shrinkage import Shrinkage, ShrinkageField
from svcsim.scenario.standing import Standing
from svcsim.scenario.units import PositiveDuration, PositiveWallDuration, WallDuration, shown
from svcsim.scenario.words import Flag, Frozen, Name, Positive, Reference, References, Whole

UNLIMITED = "unlimited"
"""A team in which nobody ever waits for a person."""
MOST_PEOPLE = 1_000_000
"""Largest number of people in a team."""
_WHEN_FULL = {
    "anyOf": [
        {"enum": ["wait", "leave"]},
        {
            "type": "object",
            "properties": {"to": {"type": "string"}},
            "required": ["to"],
            "additionalProperties": False,
        },
    ]
}


class Switching(Frozen):
    """Set-up when work goes on that more urgent work interrupted."""

    time: PositiveWallDuration
    """Working time of one set-up."""
    also_overnight: Flag = False
    """Whether work that a shift end interrupted needs it too."""


class Wip(Frozen):
    """A limit on the items that are with a team at once, waiting or in work."""

    limit: Positive
    """Items that may be there at once."""
    when_full: Annotated[Literal["wait", "leave", "to"], WithJsonSchema(_WHEN_FULL)] = "wait"
    """What an item does that finds it full: wait, leave refused, or go to a step."""
    to: SkipJsonSchema[Reference | None] = None
    """The step to go to; written ``when_full: {to: step}``."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return {"limit": value}
        if "to" in value:
            remedy = "write when_full: {to: step}"
            raise refusal("unknown-field", "'to' is no field here", remedy, below=("to",))
        full = value.get("when_full", "wait")
        to = full.get("to") if isinstance(full, Mapping) and set(full) == {"to"} else None
        if isinstance(to, str):
            return {**value, "when_full": "to", "to": to}
        if full not in ("wait", "leave"):
            remedy = "write wait, leave or {to: step}"
            raise refusal("not-one-of", f"found {shown(full)}", remedy, below=("when_full",))
        return value

    @model_serializer
    def _write(self) -> dict[str, Any]:
        full: object = {"to": self.to} if self.when_full == "to" else self.when_full
        return {"limit": self.limit, "when_full": full}


def _read_people(value: object) -> int | Literal["unlimited"]:
    if value == UNLIMITED:
        return "unlimited"
    if not isinstance(value, int) or isinstance(value, bool):
        remedy = "write for instance 4, or unlimited"
        raise refusal("not-a-whole-number", f"{shown(value)} is no number of people", remedy)
    if not 0 <= value <= MOST_PEOPLE:
        code = "too-small" if value < 0 else "too-large"
        raise refusal(code, f"found {value}", f"write 0 to {MOST_PEOPLE}, or unlimited")
    return value


class Team(Frozen):
    """People who work for value streams."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["people"]}, {"required": ["groups"]}]}
    )

    people: (
        Annotated[
            int | Literal["unlimited"],
            PlainValidator(_read_people, json_schema_input_type=Whole | Literal["unlimited"]),
        ]
        | None
    ) = None
    """How many people are on shift while the calendar is open, before shrinkage."""
    groups: dict[Name, GroupField] = Field(default_factory=dict)
    """Groups of people instead, each with its own shifts, shrinkage and cost."""
    on_call: OnCall | None = None
    """People who work when nobody of the team has a shift."""
    activity: References = ()
    """Activities of the service value chain that the team serves; not given: its own name."""
    outside: Flag = False
    """Whether it is somebody else's: of a supplier, of a customer."""
    calendar: Reference | None = None
    """Calendar of shifts; not given: the scenario's."""
    cost: Cost | None = None
    """Cost of one paid hour of one person."""
    shrinkage: ShrinkageField = Shrinkage()
    """Paid time in which people are not at work; a single share is all leave."""
    efficiency: EfficiencyField | None = None
    """Standard work done in an hour of work; not given: 100%."""
    serves: References = ()
    """Other teams whose work its people do too."""
    queue: Literal["fifo", "lifo", "due", "random", "shortest", "ageing"] = "fifo"
    """Who is next among items of equal priority."""
    ageing: PositiveDuration | None = None
    """Waiting time that is worth a step of priority; with `queue: ageing`."""
    shift_end: Literal["pause", "hand_over", "run_over", "restart", "no_late_start"] = "pause"
    """What becomes of work when its person's shift ends."""
    reading_in: PositiveWallDuration | None = None
    """Set-up of whoever takes over work that was handed over."""
    switching: Annotated[
        Switching | None,
        BeforeValidator(
            lambda value: value if isinstance(value, Mapping | Switching) else {"time": value},
            json_schema_input_type=WallDuration | Switching,
        ),
    ] = None
    """Set-up when work goes on that more urgent work interrupted."""
    wip: Annotated[
        Wip | None, BeforeValidator(lambda value: value, json_schema_input_type=Positive | Wip)
    ] = None
    """Limit on the items that are with the team at once."""
    reserve: Reserve | None = None
    """People who are kept free for some of its work."""
    standing: dict[Name, Standing] = Field(default_factory=dict)
    """Work that keeps it busy and belongs to no item."""
    rng_name: Name | None = None
    """Name under which the draws of the team are addressed; not given: its name."""

    @property
    def shifts(self) -> dict[str, Group]:
        """Its groups but those on call, by name, with all that the team says for them.

        A team that is not divided is one group, without a name; it is empty where nobody is ever
        waited for.
        """
        if self.people == UNLIMITED or (self.people is None and not self.groups):
            return {}
        words = "calendar", "shrinkage", "cost", "efficiency", "serves"
        said = {word: getattr(self, word) or None for word in words}
        if not self.groups:
            assert isinstance(self.people, int)
            return {"": Group(people=self.people, **said)}
        return {
            name: group.model_copy(
                update={word: value for word, value in said.items() if getattr(group, word) is None}
            )
            for name, group in self.groups.items()
        }

    @property
    def size(self) -> int | None:
        """How many people it has, those on call aside; None: unlimited."""
        if self.people == UNLIMITED:
            return None
        return sum(group.people for group in self.shifts.values())

    @property
    def serving(self) -> tuple[str, ...]:
        """Other teams whose work some of its people do."""
        found = (name for group in self.shifts.values() for name in group.serves or ())
        return tuple(dict.fromkeys(found))


class Resource(Frozen):
    """Something that work uses and that is not a person: an environment, a licence."""

    count: Positive
    """How many there are."""
    calendar: Reference = "always"
    """Calendar in which it can be used."""
    rng_name: Name | None = None
    """Name that stands for it wherever names are ordered; not given: its name."""


ResourceField = Annotated[
    Resource,
    BeforeValidator(
        lambda value: value if isinstance(value, Mapping | Resource) else {"count": value},
        json_schema_input_type=Positive | Resource,
    ),
]
"""A resource; a number is how many there are."""
