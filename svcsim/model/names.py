"""The names behind the indices of a model: for labels, never for rules."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """What the arrays of a `Model` are called in the scenario file."""

    streams: tuple[str, ...]
    """Value streams, in the order of the file."""
    classes: tuple[tuple[str, ...], ...]
    """Classes of each stream in name order; ``("",)`` where a stream has none."""
    steps: tuple[str, ...]
    """Steps, parallel to `Model.steps`; names are unique within a stream."""
    outcomes: tuple[tuple[str, ...], ...]
    """Outcomes of each step in name order."""
    pools: tuple[str, ...]
    """Teams, then resources."""
    n_teams: int
    """How many of the pools are teams."""
    activities: tuple[str, ...]
    """Activities, in the order of the reference."""
    gates: tuple[str, ...]
    """Gates, as ``stream.step``."""
    groups: tuple[str, ...] = ()
    """Groups, parallel to `Model.groups`: the pool, or ``pool.group`` where it is divided."""
    families: tuple[str, ...] = ()
    """Families of all streams, those of a stream together."""
    triggers: tuple[str, ...] = ()
    """Triggers, in the order of the file."""
    dated: tuple[int, ...] = ()
    """Streams whose items are named by a date and time."""
    n_loads: int = 0
    """How many of the streams, the last ones, are standing load of teams: no value streams."""

    @property
    def value_streams(self) -> tuple[str, ...]:
        """The streams without the standing load of teams."""
        return self.streams[: len(self.streams) - self.n_loads]
