"""Names of items are addresses: ``incident:1043`` (semantics 62)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.model.arrays import NONE, Records
from svcsim.model.codes import BACKLOG_LAYER, TRIGGERED


def item_names(
    items: Records,
    streams: Sequence[str],
    steps: Sequence[str],
    triggers: Sequence[str] = (),
    dated: Sequence[int] = (),
) -> NDArray[Any]:
    """Name of each item, shape (items,), as an object array; `items` in order of their numbers.

    ``incident:1043`` is candidate 1043 of the stream, or row 1043 of its file; ``incident:1.207``
    is candidate 207 of layer 1; ``incident:1043/2`` is member 2 of the batch of candidate 1043;
    ``patch:20260113T0900/2`` is member 2 of what came on that date and time, of a stream that is
    `dated`;
    ``incident:backlog.0.5`` is number 5 of the first entry of the backlog;
    ``incident:change:12/deploy.2.0`` came of the second visit of change:12 to deploy, as the first
    of its children there; ``problem:recurring.3`` was made by trigger recurring when it fired for
    the fourth time.
    """
    names: list[str] = []
    wanted = ("stream", "layer", "ordinal", "member", "parent", "site")
    columns = (items[name].tolist() for name in wanted)
    for stream, layer, ordinal, member, parent, site in zip(*columns, strict=True):
        if layer == TRIGGERED:
            place = f"{triggers[member]}.{ordinal}"
        elif parent >= 0:
            place = f"{names[parent]}/{steps[site]}.{ordinal}.{member}"
        else:
            place = f"{layer}.{ordinal}" if layer > 0 else f"{ordinal}"
            place = f"{moment(ordinal)}" if stream in dated and layer == NONE else place
            place = (
                f"backlog.{BACKLOG_LAYER - layer}.{ordinal}" if layer <= BACKLOG_LAYER else place
            )
            place = f"{place}/{member}" if member >= 0 else place
        names.append(f"{streams[stream]}:{place}")
    return np.array(names, dtype=object)


def moment(minutes: int) -> str:
    """Return the local time that is so many minutes after that of 1970-01-01.

    >>> moment(29_471_580)
    '20260113T0900'
    """
    return f"{datetime(1970, 1, 1) + timedelta(minutes=minutes):%Y%m%dT%H%M}"
