"""Triggers: when enough has happened, items of improvement come, or something else holds."""

from typing import Literal

from pydantic import Field

from svcsim.scenario.environment import StateEffects
from svcsim.scenario.units import PositiveWallDuration, Share, WallDuration
from svcsim.scenario.words import Flag, Frozen, Positive, Reference, References


class Watched(Frozen):
    """What a trigger looks at: arrivals of a stream, visits to a step of it, or who is there."""

    stream: Reference | None = None
    """The stream; not given: all, of those who wait for a team."""
    classes: References | None = None
    """Classes that are looked at; not given: all."""
    step: Reference | None = None
    """Step whose visits count when they are over; not given: arrivals count."""
    outcome: Reference | None = None
    """Outcome of the step that counts; not given: whatever came of it."""
    later_than: WallDuration | None = None
    """Visits count that are over later than so long after their item came; not given: all."""
    team: Reference | None = None
    """Team for whose people they wait who are counted; not given: whoever has come and not left."""


class Trigger(Frozen):
    """Items of a stream come when something has happened often enough, or many are there."""

    watch: Watched
    """What is looked at."""
    count: Positive | None = None
    """How often it must have happened; else, how many visits there must have been."""
    level: Positive | None = None
    """How many must be there when it looks."""
    share: Share | None = None
    """Share of the visits that must have had the outcome, or been late, and more."""
    mean: PositiveWallDuration | None = None
    """Time from the arrival of their items to the end of the visits, to be exceeded on average."""
    sum: PositiveWallDuration | None = None
    """The same of all of them together."""
    within: PositiveWallDuration | None = None
    """Time back from now that is looked at; not given: a level is, which needs none."""
    per: Literal["family"] | None = None
    """Whether each family is looked at by itself; not given: all items are together."""
    cool_down: WallDuration | None = None
    """Time after it fired in which it does not fire again; not given: none."""
    every: PositiveWallDuration | None = None
    """Time from one look to the next; not given: it looks whenever something happens."""
    top: Positive | None = None
    """How many families at most, those with the largest count; not given: all that have enough."""
    spawn: Reference | None = None
    """Stream to which an item comes, of that family; not given: none comes."""
    holds: Flag = Field(default=False, alias="while")
    """Whether its effect begins when it is true, and ends when it is not."""
    effect: StateEffects = ()
    """What is different for all items meanwhile; not given: nothing."""
