"""Where numbers came from: enough to have them again."""

from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Self

from svcsim.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class Provenance:
    """What was run, with what."""

    svcsim: str
    """Version."""
    scenario: str
    """Name of its file without the ending."""
    digest: str
    """BLAKE2b of what it says, with the CSV files that it reads."""
    seed: int
    engine: str
    replications: int
    """Finished; fewer than asked for if the run was interrupted."""
    numba: str
    numpy: str
    cached: int = 0
    """Replications that were not simulated but read from the cache; of several points, of all."""

    @classmethod
    def of(
        cls, scenario: Scenario, *, seed: int, engine: str, replications: int, cached: int = 0
    ) -> Self:
        """Provenance of a run by this version."""
        return cls(
            version("svcsim"), scenario.name, scenario.digest, seed, engine, replications,
            version("numba"), version("numpy"), cached,
        )  # fmt: skip

    @property
    def often(self) -> str:
        """How often it was run, in words."""
        return f"{self.replications} replication{'s' * (self.replications != 1)}"

    def as_dict(self) -> dict[str, Any]:
        """The same as a mapping."""
        return asdict(self)
