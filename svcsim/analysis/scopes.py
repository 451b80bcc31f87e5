"""What most measures speak about: the items of a stream, or of one of its classes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.questions import Questions
from svcsim.model.arrays import Integers


class Scope(NamedTuple):
    """The items of a stream, or of one of its classes."""

    stream: int
    cls: int
    """-1: all classes."""
    stream_name: str
    cls_name: str | None


def scopes(questions: Questions) -> tuple[Scope, ...]:
    """Every stream, each followed by its classes where it has several."""
    found = []
    for stream, name in enumerate(questions.names.value_streams):
        classes = questions.names.classes[stream]
        found.append(Scope(stream, -1, name, None))
        if len(classes) > 1:
            found += [Scope(stream, c, name, cls) for c, cls in enumerate(classes)]
    return tuple(found)


def over_scopes(questions: Questions, sums: NDArray[Any]) -> NDArray[Any]:
    """The sums of each scope, (scopes, ...), of sums by stream and class, (streams, classes, ...).

    >>> from svcsim.scenario.load import load
    >>> from svcsim.model.build import build
    >>> from svcsim.analysis.questions import ask
    >>> scenario = load("service_desk")
    >>> compiled = build(scenario)
    >>> questions = ask(scenario, compiled.model, compiled.names)
    >>> [scope.cls_name for scope in scopes(questions)][:3]
    [None, 'P1', 'P2']
    >>> over_scopes(questions, np.ones((2, questions.n_classes), int))[:3].tolist()
    [5, 1, 1]
    """
    whole = sums.sum(axis=1, keepdims=True)
    streams, columns = questions.once(_places)
    found: NDArray[Any] = np.concatenate([whole, sums], axis=1)[streams, columns]
    return found


def _places(questions: Questions) -> tuple[Integers, Integers]:
    found = [(scope.stream, 1 + scope.cls) for scope in questions.once(scopes)]
    streams, columns = np.array(found, np.int64).reshape(-1, 2).T
    return streams, columns
