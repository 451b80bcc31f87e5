"""Names of items are addresses: ``incident:1043`` (semantics 62)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.model.arrays import Records


def item_names(items: Records, streams: Sequence[str]) -> NDArray[Any]:
    """Name of each item, shape (items,), as an object array.

    ``incident:1043`` is candidate 1043 of the stream, or row 1043 of its file; ``incident:1.207``
    is candidate 207 of layer 1; ``incident:1043/2`` is member 2 of the batch of candidate 1043.
    """
    columns = (items[name].tolist() for name in ("stream", "layer", "ordinal", "member"))
    return np.array(
        [
            f"{streams[stream]}:{f'{layer}.' if layer > 0 else ''}{ordinal}"
            f"{f'/{member}' if member >= 0 else ''}"
            for stream, layer, ordinal, member in zip(*columns, strict=True)
        ],
        dtype=object,
    )
