"""Groups of the people of a team: on shifts of their own, or on call when the others are away."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from svcsim.scenario.cost import Cost
from svcsim.scenario.distribution import Dist
from svcsim.scenario.efficiency import EfficiencyField
from svcsim.scenario.shrinkage import ShrinkageField
from svcsim.scenario.units import PositiveWallDuration, WallDuration
from svcsim.scenario.words import Frozen, Positive, Reference, References, Whole

ON_CALL = "on_call"
"""Name of the group of those who are on call."""


class Group(Frozen):
    """Some of the people of a team; what a group does not say, the team says."""

    people: Whole
    """How many people of the group are on shift while the calendar is open, before shrinkage."""
    calendar: Reference | None = None
    """Calendar of shifts; not given: the team's."""
    shrinkage: ShrinkageField | None = None
    """Paid time in which people are not at work; not given: the team's."""
    cost: Cost | None = None
    """Cost of one paid hour of one person; not given: the team's."""
    start: WallDuration | None = Field(default=None, alias="from")
    """Time from the start of the run at which it comes; not given: it is there."""
    efficiency: EfficiencyField | None = None
    """Standard work done in an hour of work; not given: the team's."""
    serves: References | None = None
    """Other teams whose work it does too; not given: the team's."""


GroupField = Annotated[
    Group,
    BeforeValidator(
        lambda value: value if isinstance(value, Mapping | Group) else {"people": value},
        json_schema_input_type=Whole | Group,
    ),
]
"""A group; a number is how many people."""


class Rest(Frozen):
    """Rest after a long call: the team has one person fewer."""

    after: PositiveWallDuration
    """Who was held for longer than this without a gap rests."""
    length: PositiveWallDuration = Field(alias="for")
    """How long the rest takes, from the end of the work."""


class OnCall(Frozen):
    """People who are on call: paid for the time in which they are held by work."""

    people: Positive
    """How many people are on call at once."""
    calendar: Reference | None = None
    """When they are on call; not given: whenever nobody of the team has a shift."""
    call_out: Dist | None = None
    """Time from the call to the beginning of work."""
    rest: Rest | None = None
    """Rest after a long call."""
    streams: References | None = Field(default=None, alias="for")
    """Streams whose work they do; not given: with call_out those that preempt, else all."""
    cost: Cost | None = None
    """Cost of an hour in which one person is held by work; not given: the team's."""
