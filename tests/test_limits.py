"""Teams with WIP limits may not wait for each other in a circle (semantics 45)."""

import pytest

from svcsim.errors import ScenarioError
from svcsim.scenario.fit_limits import circle
from svcsim.scenario.load import loads


def scenario(*streams: str, limits: str = "tuv", when_full: str = "wait") -> str:
    """A scenario of three teams, those named with a limit, and streams of steps."""
    lines = ["svcsim: 1", "teams:"]
    for team in "tuv":
        wip = f", wip: {{limit: 2, when_full: {when_full}}}" if team in limits else ""
        lines.append(f"  {team}: {{people: 1, activity: engage{wip}}}")
    lines.append("streams:")
    for number, steps in enumerate(streams):
        lines.append(f"  s{number}: {{demand: 1/h, steps: {{{steps}}}}}")
    return "\n".join(lines)


def steps(teams: str) -> str:
    """One step for each letter: a team, or - for a wait."""
    return ", ".join(
        f"{'abcdef'[i]}: " + ("{wait: 1 h}" if team == "-" else f"{{team: {team}, touch: 1 h}}")
        for i, team in enumerate(teams)
    )


def cycle(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    (problem,) = caught.value.problems
    assert problem.code == "wip-cycle"
    return problem.found


def test_a_circle_through_two_streams_is_told_with_its_steps() -> None:
    found = cycle(scenario(steps("tu"), steps("ut")))
    assert found == "t waits for u (s0, b) and u waits for t (s1, b)"


def test_a_circle_of_three() -> None:
    found = cycle(scenario(steps("tu"), steps("uv"), steps("vt")))
    assert found.count("waits for") == 3


def test_a_stream_that_comes_back_to_a_team_waits_in_a_circle_with_itself() -> None:
    assert "t waits for u" in cycle(scenario(steps("tut")))


@pytest.mark.parametrize(
    "text",
    [
        scenario(steps("tu"), steps("tu")),
        scenario(steps("tu"), steps("ut"), limits="t"),
        scenario(steps("tu"), steps("ut"), when_full="leave"),
        scenario(steps("ttu"), steps("tuu")),
        scenario(steps("t-u"), steps("u-t")),
        scenario(steps("tvu"), steps("uvt"), limits="tu"),
        scenario(
            "a: {team: t, touch: 1 h}, "
            "b: {team: u, touch: 1 h, outcome: {bad: {share: 9%, to: a}, good: rest}}"
        ),
    ],
    ids=[
        "same order", "one limit", "nobody waits", "held again", "given back at a wait",
        "given back at a team without limit", "moves back give back first",
    ],
)  # fmt: skip
def test_no_circle(text: str) -> None:
    loads(text)


def test_a_circle_through_a_group_and_a_jump() -> None:
    jump = (
        "a: {team: u, touch: 1 h, next: {c: 50%, done: rest}}, b: {wait: 1 h}, "
        "g: {steps: {c: {team: t, touch: 1 h}}}"
    )
    assert "u waits for t (s1, c)" in cycle(scenario(steps("tu"), jump))


def test_who_skips_the_wait_in_between_does_not_give_back() -> None:
    skipping = steps("t-u").replace("wait: 1 h", "wait: 1 h, share: 50%")
    assert "t waits for u (s0, c)" in cycle(scenario(skipping, steps("ut")))


def test_an_item_that_a_full_team_sends_on_still_holds_what_it_came_with() -> None:
    detour = (
        "a: {team: u, touch: 1 h}, b: {team: v, touch: 1 h, next: {done: 100%}}, "
        "c: {team: t, touch: 1 h}"
    )
    text = scenario(steps("tu"), detour).replace(
        "v: {people: 1, activity: engage, wip: {limit: 2, when_full: wait}}",
        "v: {people: 1, activity: engage, wip: {limit: 2, when_full: {to: c}}}",
    )
    assert "u waits for t (s1, c)" in cycle(text)


def test_a_detour_leads_to_a_step_of_every_stream_in_which_the_team_works() -> None:
    text = scenario(steps("t-"), steps("tu")).replace("when_full: wait", "when_full: {to: c}")
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert {problem.code for problem in caught.value.problems} == {"unknown-step"}


def test_circles() -> None:
    assert circle({}) == []
    assert circle({"a": ["b"], "b": ["c"]}) == []
    assert circle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b", "c"]
    assert circle({"a": ["a"]}) == ["a"]
