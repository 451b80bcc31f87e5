"""Pictures: the value stream map, a sweep as lines or heat maps, a bottleneck as a tornado."""

from svcsim.plots.grid import grid
from svcsim.plots.tornado import tornado
from svcsim.plots.value_stream_map import map

__all__ = ["grid", "map", "tornado"]
