"""Simulate demand flowing through the ITIL 4 service value chain."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from svcsim import plots
    from svcsim.decisions.bottleneck import bottleneck
    from svcsim.decisions.compare import compare
    from svcsim.decisions.sweep import sweep
    from svcsim.decisions.verify import verify
    from svcsim.errors import ScenarioError
    from svcsim.experiment.results import Results
    from svcsim.experiment.run import run
    from svcsim.scenario.load import load
    from svcsim.scenario.schema import Scenario

    __version__: str

__all__ = [
    "load", "Scenario", "run", "compare", "sweep", "bottleneck", "verify", "Results", "plots",
    "ScenarioError", "__version__",
]  # fmt: skip

_PLACES = {
    "load": "svcsim.scenario.load",
    "Scenario": "svcsim.scenario.schema",
    "run": "svcsim.experiment.run",
    "compare": "svcsim.decisions.compare",
    "sweep": "svcsim.decisions.sweep",
    "bottleneck": "svcsim.decisions.bottleneck",
    "verify": "svcsim.decisions.verify",
    "Results": "svcsim.experiment.results",
    "ScenarioError": "svcsim.errors",
}
"""Where the public names live: each is imported when it is first asked for."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = import_module("importlib.metadata").version("svcsim")
    elif name == "plots":
        value = import_module("svcsim.plots")
    elif name in _PLACES:
        value = getattr(import_module(_PLACES[name]), name)
    else:
        raise AttributeError(f"module 'svcsim' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
