"""Demand: how items come to a stream, and of which class they are."""

from collections.abc import Mapping
from typing import Annotated

from annotated_types import Gt, Le, MinLen
from pydantic import BeforeValidator, Field, Strict, model_serializer

from svcsim.scenario.dates import Zone
from svcsim.scenario.demand_change import DemandChange
from svcsim.scenario.distribution import Count, Dist
from svcsim.scenario.profile import Profile
from svcsim.scenario.timetable import Cycle, Timetable
from svcsim.scenario.units import PositiveWallDuration, Rate, ShareOrRest, print_share
from svcsim.scenario.words import Flag, Frozen, Reference, Text, Varied, Whole


class Rates(Frozen):
    """A table of rates: how many items come in each bin of time, from the start on."""

    csv: Text
    """File, relative to the scenario; it is repeated to the end of the run."""
    column: Text
    """Column of expected items per bin."""
    bin: PositiveWallDuration
    """Length of a bin."""


class DayToDay(Frozen):
    """How much busier some days are than others, by chance."""

    cv: Annotated[float, Strict(), Gt(0), Le(1)]
    """Standard deviation over mean of the level of a day, which is gamma with mean 1."""


class Demand(Frozen):
    """How items come: by a rate, at intervals, from a file, by a table of rates, or scheduled."""

    rate: Rate | None = None
    """Items per unit of time in an ordinary week; they come independently (Poisson)."""
    layer_rate: Rate | None = None
    """Rate of one layer of thinning; the same in scenarios that are compared."""
    every: Dist | None = None
    """Time from one arrival to the next (renewal)."""
    csv: Text | None = None
    """File with one row for each item, relative to the scenario."""
    rates: Rates | None = None
    """A table of rates (Poisson)."""
    scheduled: Timetable | None = None
    """Times of the calendar at which items come."""

    calendar: Reference | None = None
    """Calendar on whose open days they are scheduled; not given: the scenario's."""
    notice: Varied[Dist] | None = None
    """How long before what is scheduled, an event then, each item comes."""
    profile: Profile | None = None
    """How the arrivals of an ordinary week are spread over it; not given: the calendar's hours."""
    changes: Annotated[
        tuple[DemandChange, ...],
        BeforeValidator(
            lambda value: [value] if isinstance(value, Mapping) else value,
            json_schema_input_type=DemandChange | list[DemandChange],
        ),
    ] = ()
    """More or less demand from some moment on; several multiply."""
    day_to_day: DayToDay | None = None
    """Whether whole local days are busier or quieter by chance, more than items alone make them."""
    batch: Count | None = None
    """Items that come at once; 0 means that none comes."""

    arrived: Text | None = None
    """Column of the file: when the item came."""
    class_column: Text | None = Field(default=None, alias="class")
    """Column of the file: its class."""
    class_names: Annotated[dict[str, Reference], MinLen(1)] | None = Field(
        default=None, alias="classes_from"
    )
    """Class of each text that stands in the column; not given: the texts are the classes."""
    item: Text | None = None
    """Column of the file: the item; only its first row counts."""
    format: Text | None = None
    """How times are written, in the words of strptime; not given: ISO 8601."""
    zone: Zone | None = None
    """Time zone of times that do not say theirs; not given: that of the start."""


def is_dated(demand: Demand | None) -> bool:
    """Whether items come at times of a week or month, which have a date."""
    return (
        demand is not None
        and demand.scheduled is not None
        and not isinstance(demand.scheduled, Cycle)
    )


DemandField = Annotated[
    Demand,
    BeforeValidator(
        lambda value: value if isinstance(value, Mapping | Demand) else {"rate": value},
        json_schema_input_type=Rate | Demand,
    ),
]
"""Demand; a rate alone is Poisson."""


class ClassMix(Frozen):
    """A class of items: how many there are, and what is special about them."""

    share: ShareOrRest
    """Items of the stream that are of this class."""
    priority: Whole | None = None
    """Smaller is more urgent; not given: that of the stream."""
    preempts: Flag | None = None
    """Whether they interrupt less urgent work; not given: as the stream says."""

    @model_serializer(mode="wrap")
    def _write(self, whole: object) -> object:
        if self.priority is None and self.preempts is None:
            return print_share(self.share)
        return whole(self)  # type: ignore[operator]


ClassField = Annotated[
    ClassMix,
    BeforeValidator(
        lambda value: value if isinstance(value, Mapping | ClassMix) else {"share": value},
        json_schema_input_type=ShareOrRest | ClassMix,
    ),
]
"""A class of items; a share alone has nothing special."""
