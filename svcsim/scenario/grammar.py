"""What may stand where: the types behind the dotted words of a file."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from svcsim.scenario.demand import ClassMix, Demand
from svcsim.scenario.descriptions import descriptions
from svcsim.scenario.distribution import Distribution
from svcsim.scenario.group import Group
from svcsim.scenario.outcome import Outcome
from svcsim.scenario.profile import Levels
from svcsim.scenario.schema import Scenario
from svcsim.scenario.shrinkage import Shrinkage
from svcsim.scenario.team import Resource, Switching, Wip
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.text import Words
from svcsim.scenario.words import Name


def bare(annotation: Any) -> Iterator[Any]:
    """The types that an annotation allows, without what is annotated, and without None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from bare(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from bare(part)
    elif annotation is not type(None):
        yield annotation


def fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the words that people write."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def below(annotation: Any, word: str | int) -> Iterator[Any]:
    """The types of what stands under a word."""
    for kind in bare(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            info = fields(kind).get(str(word))
            if info is not None:
                yield from bare(info.annotation)
        elif get_origin(kind) is dict:
            yield from bare(get_args(kind)[1])
        elif get_origin(kind) in (tuple, list):
            part = get_args(kind)[0]
            index = isinstance(word, int) or word.isdigit()
            yield from bare(part) if index else below(part, word)  # one alone needs no list


def kinds(path: Words) -> list[Any]:
    """The types that may stand at a path; none if there is no such path."""
    found: list[Any] = [Scenario]
    for word in path:
        found = [kind for before in found for kind in below(before, word)]
    return found


def fields_at(path: Words) -> dict[str, FieldInfo]:
    """The fields that may stand in the mapping at a path."""
    found: dict[str, FieldInfo] = {}
    for kind in kinds(path):
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in NAMES_ALONE:
            found |= fields(kind)
    return found


def meaning(path: Words) -> str:
    """What the field at a path means, in a few words; empty if that is not said."""
    word = str(path[-1])
    for kind in kinds(path[:-1]):
        if isinstance(kind, type) and issubclass(kind, BaseModel) and word in fields(kind):
            return descriptions(kind).get(word, "").partition(".")[0]
    return ""


NAMES_ALONE: tuple[type[BaseModel], ...] = (TeamUse, Levels)
"""Models that are written as a mapping of names."""


def defines_names(path: Words) -> bool:
    """Whether the words of the mapping at a path are names that the file gives."""
    return any(get_origin(kind) is dict and get_args(kind)[0] == Name for kind in kinds(path))


def names_may_be_added(path: Words) -> bool:
    """Whether the mapping at a path need not name anything, so that one name more makes sense."""
    info = fields_at(path[:-1]).get(str(path[-1]))
    return info is not None and info.default_factory is dict


_MAIN: dict[type[BaseModel], str] = {
    Demand: "rate",
    ClassMix: "share",
    Resource: "count",
    Group: "people",
    Outcome: "share",
    Wip: "limit",
    Shrinkage: "leave",
    Switching: "time",
}


def main_field(path: Words) -> str | None:
    """The field that a value alone stands for, where a mapping may be written shorter."""
    return next((_MAIN[kind] for kind in kinds(path) if kind in _MAIN), None)


def is_distribution(path: Words) -> bool:
    """Whether a distribution may stand at a path."""
    return any(isinstance(kind, type) and issubclass(kind, Distribution) for kind in kinds(path))


def default(path: Words) -> Any:
    """What a field says where it is not written, as it would be written; None if nothing."""
    info = fields_at(path[:-1]).get(str(path[-1])) if path else None
    if info is None or info.is_required():
        return None
    value = info.get_default(call_default_factory=True)
    kind: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return None if value is None else TypeAdapter(kind).dump_python(value, mode="json")
