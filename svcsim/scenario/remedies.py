"""What would do at a step, said with the names and numbers of the file."""

from typing import Any

from pydantic_core import PydanticCustomError

from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit
from svcsim.scenario.infer import team_activities
from svcsim.scenario.step import Step
from svcsim.scenario.text import Words
from svcsim.scenario.units import Rest, parse_share_or_rest, print_share


def missing_share(fit: Fit, here: Words) -> str:
    """What would do where a path does not say its share, by what the other paths say."""
    paths: Any = fit.document.data
    for word in here[:-1]:
        paths = paths[word]
    name, others = here[-1], {n: path for n, path in paths.items() if n != here[-1]}
    if not others:
        return f"{name} is the only path, so add share: rest"
    said = {n: path["share"] for n, path in others.items()
            if isinstance(path, dict) and "share" in path}  # fmt: skip
    try:
        shares = [parse_share_or_rest(share) for share in said.values()]
    except PydanticCustomError:
        return "add share: 30%, or share: rest"
    left = 1 - sum(share for share in shares if not isinstance(share, Rest))
    if any(isinstance(share, Rest) for share in shares):
        return "add for instance share: 30%, which is taken from the rest"
    if not shares or left <= 1e-9:
        return "add share: 30%, or share: rest"
    words = [f"{n} takes {share}" for n, share in said.items()]
    if len(said) == len(others):
        left_text = print_share(round(left, 9))
        return f"{listed(words, 'and')}; add share: {left_text}, or share: rest"
    return f"{listed(words, 'and')}; add share: rest, or what it is of the others"


def missing_team(fit: Fit, step: Step) -> str:
    """How a team would be named, and the activity where it serves several."""
    remedy = "add team: name, and a team of that name: teams: {name: {people: 3, activity: engage}}"
    for name, team in fit.scenario.teams.items():
        served = team_activities(name, team)
        if step.activity is None or step.activity in served:
            which = f", activity: {served[0]}" if len(served) > 1 and not step.activity else ""
            remedy = f"add team: {name}{which}"
            break
    return f"{remedy}, or write wait instead of touch"
