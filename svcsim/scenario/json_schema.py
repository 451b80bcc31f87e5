"""The language as JSON Schema, so that editors complete, explain and underline.

It accepts what people write, shorthands included. What only svcsim can know (whether a team exists,
whether shares add up) it leaves to ``svcsim check``.
"""

import copy
from collections.abc import Iterator
from typing import Any

from svcsim.scenario.descriptions import descriptions
from svcsim.scenario.schema import Scenario
from svcsim.scenario.words import Frozen

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of scenario files.

    In a file that extends another no field is required, because the other may have it.
    """
    schema = _tidy(Scenario.model_json_schema(mode="validation"))
    definitions = schema.pop("$defs")
    definitions["Scenario"] = schema
    for model in _models(Frozen):
        properties = definitions.get(model.__name__, {}).get("properties", {})
        for word, meaning in descriptions(model).items():
            if word in properties:
                properties[word] = {**properties[word], "description": meaning}
    parts = {f"{name}.part": _as_part(part) for name, part in definitions.items()}
    whole = parts["Scenario.part"]
    whole["properties"] = {
        "extends": {
            "type": "string",
            "description": "A scenario on which this one builds: a file, or a shipped name.",
            "examples": ["first_desk", "base.yaml"],
        },
        **whole["properties"],
    }
    return {
        "$schema": DRAFT,
        "title": "svcsim scenario",
        "description": schema["description"],
        "type": "object",
        "properties": whole["properties"],
        "additionalProperties": False,
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/Scenario.part"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": definitions | parts,
    }


def _models(above: type[Frozen]) -> Iterator[type[Frozen]]:
    """Every model of the language."""
    for model in above.__subclasses__():
        yield model
        yield from _models(model)


def _tidy(value: Any) -> Any:
    """Leave out what no file says (null), titles, and how the forms of a union are told apart."""
    if isinstance(value, list):
        return [_tidy(part) for part in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for word, part in value.items():
        if word in ("anyOf", "oneOf") and isinstance(part, list):
            forms = [_tidy(form) for form in part if form != {"type": "null"}]
            found |= forms[0] if len(forms) == 1 else {"anyOf": forms}
        elif word == "properties":
            # The words below are names of fields, whatever they look like.
            found[word] = {name: _tidy(field) for name, field in part.items()}
        elif not (word == "title" and isinstance(part, str)) and not (
            word == "default" and part in (None, {}, [])
        ):
            found[word] = _tidy(part)
    return found


def _as_part(schema: Any) -> Any:
    """A schema of which everything may be missing."""
    if isinstance(schema, list):
        return [_as_part(part) for part in schema]
    if not isinstance(schema, dict):
        return copy.copy(schema)
    found: dict[str, Any] = {}
    for word, part in schema.items():
        if word == "properties":
            found[word] = {name: _as_part(field) for name, field in part.items()}
        elif word == "$ref":
            found[word] = f"{part}.part"
        elif not (word == "required" and isinstance(part, list)):
            found[word] = _as_part(part)
    return found
