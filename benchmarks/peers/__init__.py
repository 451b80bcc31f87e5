"""Other simulators with the same models, each in a process of its own venv."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Self

NAMES = ("simpy", "ciw", "cimba")
PYTHON = os.environ.get("SVCSIM_PEERS", "")
"""The Python of the venv of the peers: `make bench` says which."""


class Peer:
    """A peer that waits for work; `missing` says why there is none."""

    def __init__(self, name: str):
        self.name = name
        self.missing = ""
        self._process: subprocess.Popen[str] | None = None
        if not PYTHON:
            self.missing = "not installed: no venv of the peers, run make bench"
            return
        serve = Path(__file__).parent / "serve.py"
        self._process = subprocess.Popen(
            [PYTHON, serve, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        hello = self._heard()
        self.missing, self.version = hello["missing"], hello["version"]
        self.start_up: float = hello["seconds"]
        """CPU seconds of its import."""

    def simulate(self, model: str, network: dict[str, Any], seeds: range) -> dict[str, Any]:
        """Run replications: CPU seconds of all, steps of all, and the means of each."""
        assert self._process is not None
        assert self._process.stdin is not None
        work = {"model": model, "network": network, "seeds": list(seeds)}
        print(json.dumps(work), file=self._process.stdin, flush=True)
        return self._heard()

    def _heard(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the benchmark of {self.name} ended: see above")
        found: dict[str, Any] = json.loads(line)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.stdin.close()  # type: ignore[union-attr]
            self._process.wait()
