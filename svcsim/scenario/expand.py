"""A scenario in full: every value that was inferred, as YAML that says the same."""

import io
from typing import Any

from ruamel.yaml import YAML

from svcsim.scenario.schema import Scenario


def expand(scenario: Scenario) -> str:
    """The scenario as YAML with nothing left to infer; read again, it is the same scenario."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.allow_unicode = True
    yaml.width = 100
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    out = io.StringIO()
    yaml.dump(written(scenario), out)
    return out.getvalue()


def written(scenario: Scenario) -> dict[str, Any]:
    """The scenario as the mapping that `expand` writes."""
    data = scenario.model_dump(mode="json", exclude_none=True)
    for stream in data["streams"].values():
        for step in stream["steps"].values():
            _applicable(step)
    for name, team in scenario.teams.items():
        if team.people == "unlimited":
            for word in ("shrinkage", "queue"):
                data["teams"][name].pop(word, None)
    found = _without_empty(data)
    assert isinstance(found, dict)
    return found


def _applicable(step: dict[str, Any]) -> None:
    """Leave out what does nothing at a step."""
    if "wait" not in step:
        step.pop("cause", None)
    if "touch" not in step:
        step.pop("interruption", None)
    for group in ("one_of", "steps"):
        for part in step.get(group, {}).values():
            _applicable(part)


def _without_empty(value: Any) -> Any:
    """Leave out lists and mappings that say nothing."""
    if isinstance(value, dict):
        parts = {name: _without_empty(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part not in ({}, [])}
    return [_without_empty(part) for part in value] if isinstance(value, list) else value
