"""Scenarios: what people write, checked."""

from svcsim.scenario.load import load, loads
from svcsim.scenario.schema import Scenario

__all__ = ["load", "loads", "Scenario"]
