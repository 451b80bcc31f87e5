"""``svcsim schema``: the language as JSON Schema, for completion in editors."""

import typer


def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in editors."""
    import json

    from svcsim.scenario.json_schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
