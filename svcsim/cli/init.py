"""``svcsim init``: a commented starter."""

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer

STARTER = """\
# A scenario: who works, what is demanded, and what an item goes through.
# Try: svcsim run {file}
svcsim: 1                               # version of the language
title: {title}
horizon: 26 wk                          # items that arrive in this time are measured

teams:                                  # Mon-Fri 09:00-17:00 unless a calendar is named
  desk:
    people: 1
    activity: engage                    # plan, improve, engage, design_transition,
                                        # obtain_build or deliver_support
  second_line:
    people: 4
    activity: deliver_support
    cost: 45 GBP/h                      # of a paid hour of one person
    shrinkage: {{leave: 12%, day: 10%}}   # shifts missed; part of each shift missed

streams:                                # value streams: from demand to value
  incident:
    demand: 150/wk                      # arrivals follow the office hours
    classes: {{urgent: 10%, normal: rest}}
    priority: {{by_class: {{urgent: 1, normal: 5}}}}   # smaller goes first
    steps:                              # in this order
      register:
        team: desk
        touch: {{mean: 6 min, cv: 0.6}}   # hands-on work; cv: standard deviation / mean
      resolve:
        team: second_line
        touch: {{mean: 45 min, cv: 1.2}}
        repeat_touch: 50%               # a second pass takes half as long
        outcome:
          reopened: {{share: 8%, to: resolve}}
          solved: rest
    targets:
      resolved: {{within: {{by_class: {{urgent: 2 h, normal: 1 bd}}}}, share: 90%}}
"""


def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario.")],
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="SCENARIO", show_default=False,
                     help="Copy a shipped scenario, or a file, and not the starter."),
    ] = None,
) -> None:  # fmt: skip
    """Write a commented starter, NAME.yaml, to change and to run."""
    from svcsim.cli.beside import named_files, whole_copies
    from svcsim.cli.json_file import checked_path
    from svcsim.errors import SvcsimError
    from svcsim.scenario.load import find

    if not name.strip() or not name.isprintable():
        raise SvcsimError(f"init {name!r}: this is no name for a file; write letters, digits and _")
    path = Path(name)
    if path.name in ("", ".."):
        raise SvcsimError(f"init {name}: this is a directory; name a file in it")
    if path.suffix not in (".yaml", ".yml"):
        path = path.with_name(f"{path.name}.yaml")
    quoted = shlex.quote(str(path))
    text, beside = STARTER.format(file=quoted, title=_title(path.stem)), []
    if from_ is not None:
        source = find(from_)
        try:
            text = source.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise SvcsimError(f"{source}: this is no text in UTF-8; save it as UTF-8") from None
        beside = named_files(source, checked_path(path))
    checked_path(path)
    if path.exists():
        raise SvcsimError(f"{path}: there is such a file; choose another name")
    with whole_copies(beside), path.open("x", encoding="utf-8") as file:
        file.write(text)
    for _, copy in beside:
        typer.echo(f"wrote {copy}")
    typer.echo(f"wrote {path}; try: svcsim check {quoted}, then svcsim run {quoted}")


def _title(stem: str) -> str:
    words = stem.replace("_", " ").replace("-", " ").strip()
    return json.dumps(words[:1].upper() + words[1:], ensure_ascii=False)
