"""Pictures: they show what other floors found out."""

from svcsim.plots.grid import grid
from svcsim.plots.tornado import tornado
from svcsim.plots.value_stream_map import map

__all__ = ["grid", "map", "tornado"]
