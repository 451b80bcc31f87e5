"""Every field of the language, found by introspection."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

import jsonschema
from pydantic import BaseModel

from svcsim.scenario.fit_steps import _PLACES
from svcsim.scenario.fit_streams import _FORMS
from svcsim.scenario.json_schema import json_schema
from svcsim.scenario.schema import Scenario
from svcsim.scenario.words import ByClass


@cache
def validator() -> jsonschema.Draft202012Validator:
    """What tells an editor where a file is wrong."""
    return jsonschema.Draft202012Validator(json_schema())


def parts(annotation: Any) -> Iterator[Any]:
    """The types in an annotation, and the values of its literals, at any depth."""
    if get_origin(annotation) is Literal:
        yield annotation
        return
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    if get_origin(annotation) is dict:  # keys are names, or durations
        yield from parts(get_args(annotation)[1])
        return
    for part in get_args(annotation):
        yield from parts(part)


def models(root: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Every model that can be reached from one, by name; `ByClass` is a value that varies."""
    found: dict[str, type[BaseModel]] = {}
    ahead = [root]
    while ahead:
        model = ahead.pop()
        if model.__name__ in found:
            continue
        found[model.__name__] = model
        for info in model.model_fields.values():
            ahead += [part for part in parts(info.annotation) if get_origin(part) is not Literal]
    return found


MODELS = models(Scenario)
OWN = {name: model for name, model in MODELS.items() if not issubclass(model, ByClass)}


def keys_of(name: str, field: str) -> Iterator[str]:
    """What `field_effects` has to tell of a field."""
    if name == "Step":
        yield from (f"Step.{field} @ {place or 'path'}" for place in _PLACES
                    if field in _PLACES[place])  # fmt: skip
    elif name == "Demand":
        word = OWN[name].model_fields[field].alias or field
        yield from (f"Demand.{field} @ {form}" for form in _FORMS if word in _FORMS[form])
    else:
        yield f"{name}.{field}"
    found = list(parts(OWN[name].model_fields[field].annotation))
    if any(isinstance(part, type) and issubclass(part, ByClass) for part in found):
        yield f"{name}.{field} by_class"
    words = [word for part in found if get_origin(part) is Literal for word in get_args(part)]
    if len(words) > 1 or words == ["unlimited"]:
        yield from (f"{name}.{field}={word}" for word in words)


WANTED = [
    key
    for name, model in OWN.items()
    for field in model.model_fields
    for key in keys_of(name, field)
]
WANTED += [f"{n}.(parameters)" for n, m in OWN.items() if m.model_config.get("extra") == "allow"]
