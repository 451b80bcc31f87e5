"""Results in one file: numpy's zip of arrays, with the words as JSON among them. No pickles."""

import json
import zipfile
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from svcsim.analysis.clocks import Clock
from svcsim.analysis.questions import Cost, Promise, Questions
from svcsim.errors import SvcsimError
from svcsim.model.arrays import Model
from svcsim.model.names import Names
from svcsim.model.trajectory import Trajectory

FORMAT = 7
"""Changes when files of before can no longer be read."""
SCALARS = ("warm_up", "horizon", "end")
"""Fields of a `Model` that are no arrays."""


def write(
    path: Path,
    meta: dict[str, Any],
    arrays: dict[str, Any],
    questions: Questions,
    trajectories: tuple[Trajectory, ...],
) -> None:
    """Write words, arrays, questions and trajectories."""
    model, names = questions.model, questions.names
    words = {
        "format": FORMAT,
        "meta": meta,
        "model": {name: int(getattr(model, name)) for name in SCALARS},
        "names": {field: getattr(names, field) for field in Names.__slots__},
        "clocks": [[clock.name, clock.openings is not None, clock.day]
                   for clock in questions.clocks],
        "stream_clocks": questions.stream_clocks,
        "value_steps": questions.value_steps,
        "promises": [
            list(astuple(promise)) for promise in questions.promises
        ],
        "costs": [[cost.amount, cost.currency] if cost else None for cost in questions.costs],
        "months": questions.months,
        "trajectories": len(trajectories),
    }  # fmt: skip
    files = {f"array.{name}": array for name, array in arrays.items()}
    files |= {
        f"model.{name}": array
        for name, array in model._asdict().items()
        if name not in SCALARS
    }  # fmt: skip
    files |= {
        f"clock.{index}": clock.openings
        for index, clock in enumerate(questions.clocks)
        if clock.openings is not None
    }
    for index, trajectory in enumerate(trajectories):
        for name, array in trajectory._asdict().items():
            files[f"trajectory.{index}.{name}"] = array
    with path.open("wb") as stream:
        np.savez_compressed(stream, words=np.array(json.dumps(words)), **files)


def read(
    path: Path,
) -> tuple[dict[str, Any], dict[str, Any], Questions, tuple[Trajectory, ...]]:
    """Read words, arrays, questions and trajectories.

    Raises
    ------
    SvcsimError
        If the file is no archive of this format.
    """
    try:
        with np.load(path, allow_pickle=False) as files:
            words = json.loads(str(files["words"]))
            if words["format"] != FORMAT:
                raise SvcsimError(
                    f"{path}: written by another version of svcsim; run the scenario again"
                )
            found = {name: files[name] for name in files.files if name != "words"}
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, AttributeError):
        raise SvcsimError(f"{path}: holds no results of svcsim; name a file of save()") from None
    model = Model(**words["model"], **_part(found, "model."))
    clocks = tuple(
        Clock(name, found[f"clock.{index}"] if closes else None, day)
        for index, (name, closes, day) in enumerate(words["clocks"])
    )
    names = {
        field: _tuples(value) if isinstance(value, list) else value
        for field, value in words["names"].items()
    }
    questions = Questions(
        model,
        Names(**names),
        clocks,
        _tuples(words["stream_clocks"]),
        _tuples(words["value_steps"]),
        tuple(Promise(*_tuples(promise)) for promise in words["promises"]),
        tuple(Cost(*cost) if cost else None for cost in words["costs"]),
        tuple(words["months"]),
    )
    trajectories = tuple(
        Trajectory(**_part(found, f"trajectory.{index}."))
        for index in range(words["trajectories"])
    )  # fmt: skip
    return words["meta"], _part(found, "array."), questions, trajectories


def _part(files: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): array
        for name, array in files.items()
        if name.startswith(prefix)
    }  # fmt: skip


def _tuples(value: Any) -> Any:
    """Lists as tuples, at every depth."""
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value
