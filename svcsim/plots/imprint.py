"""Where a picture comes from: said on it, and in its file."""

from importlib.metadata import version

from svcsim.experiment.provenance import Provenance
from svcsim.scenario.schema import Scenario


def imprint(made_of: Scenario | Provenance) -> str:
    """Return version and scenario with digest; of a run also the seed, and how often it was run."""
    if isinstance(made_of, Scenario):
        return _words(version("svcsim"), made_of.name, made_of.digest)
    words = _words(made_of.svcsim, made_of.scenario, made_of.digest)
    return f"{words} · seed {made_of.seed} · {made_of.often}"


def _words(svcsim: str, name: str, digest: str) -> str:
    return f"svcsim {svcsim} · scenario {f'{name} {digest[:8]}'.strip()}"
