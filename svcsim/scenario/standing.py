"""Standing load: work that keeps a team busy and belongs to no item."""

from typing import Literal

from svcsim.scenario.distribution import Dist
from svcsim.scenario.timetable import Timetable
from svcsim.scenario.words import Flag, Frozen, Name, Positive, Reference, Whole


class Standing(Frozen):
    """Work of a team that comes again and again, and belongs to no item."""

    every: Dist | None = None
    """Time from one to the next, while the calendar is open."""
    scheduled: Timetable | None = None
    """Times of the calendar at which it comes, instead."""
    calendar: Reference | None = None
    """Calendar in which it comes; not given: the team's."""
    people: Positive = 1
    """How many people it takes at once."""
    touch: Dist
    """How long it takes each of them."""
    priority: Whole = 5
    """Smaller is more urgent."""
    preempts: Flag = False
    """Whether it interrupts less urgent work."""
    interruption: Literal["resume", "restart", "never"] = "resume"
    """What becomes of it when more urgent work needs the people."""
    activity: Reference | None = None
    """Activity of the service value chain; not given: that of the team."""
    kind: Literal["value_creating", "support", "management"] = "support"
    """What it is for."""
    rng_name: Name | None = None
    """Name under which its draws are addressed; not given: its name."""
