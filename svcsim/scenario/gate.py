"""Gates: decisions that are made at a meeting, or by those who are asked."""

from typing import Literal

from svcsim.scenario.ask import Answers, AnswersField, Delegate
from svcsim.scenario.dates import Dates
from svcsim.scenario.distribution import Dist
from svcsim.scenario.timetable import Timetable
from svcsim.scenario.trigger import Watched
from svcsim.scenario.units import Duration, PositiveWallDuration
from svcsim.scenario.words import Frozen, Positive, Reference, Varied


class Score(Frozen):
    """What an item at a gate is worth: work that its family took, over the work ahead of it."""

    watch: Watched
    """Visits to a step of a stream whose work is added up, those of the item's family."""
    within: PositiveWallDuration
    """Time back from the sitting that is looked at."""


class Gate(Frozen):
    """A decision made at a sitting, for the items on its agenda, or by people who are asked."""

    meets: Timetable | None = None
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
    score: Score | None = None
    """What an item is worth: the largest are heard first, whatever their priority."""
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
