"""The expected effort of an item at a gate: the work that is ahead of it (semantics 36)."""

import pytest

from svcsim.model.build import build
from svcsim.scenario.load import loads
from svcsim.world.effort import efforts

MINUTE = 60_000_000
TEXT = """
svcsim: 1
calendar: always
teams: {{desk: {{people: 9, activity: engage}}, lab: {{people: 9, activity: engage}}}}
streams:
  s:
    demand: 1/h
    classes: {{p: 40%, q: rest}}
    families: {{names: {{x: 60%}}}}
    steps:
      a: {{team: desk, touch: 3 min}}
      g:
        {after}activity: improve
        gate: {{meets: {{every: 1 h}}, score: {{watch: {{stream: s, step: a}}, within: 1 d}}}}
        {decides}
{steps}
"""
WORK = "{team: desk, touch: 10 min"


@pytest.mark.parametrize(
    ("steps", "decides", "p", "q"),
    [
        ("b: {wait: 1 h}", "", 0, 0),
        (f"b: {WORK}}}", "", 10, 10),
        (f"b: {WORK}}}", "outcome: {defer: 30%, reject: 20%, approve: rest}", 50 / 7, 50 / 7),
        (f"b: {WORK}}}", "outcome: {back: {share: 20%, to: a}, approve: rest}", 8, 8),
        ("b: {team: desk, touch: {by_class: {p: 5 min, q: 20 min}}}", "", 5, 20),
        (f"b: {WORK}, share: {{by_class: {{p: 30%, q: 0%}}}}}}", "", 3, 0),
        (f"b: {WORK}, classes: p}}", "", 10, 0),
        (f"b: {WORK}, auto: {{share: 40%, fails: 50%}}}}", "", 8, 8),
        (f"b: {WORK}, outcome: {{bad: {{share: 50%, to: b}}, good: rest}}}}", "", 10, 10),
        (f"b: {WORK}, repeat_touch: [50%], every: 1 h, times: 3}}", "", 10, 10),
        (f"b: {{one_of: {{c: {{share: 30%, team: lab, touch: 20 min}}, d: {{share: rest, "
         f"steps: {{e: {WORK}}}, f: {WORK}, share: 50%}}}}}}}}}}", "", 16.5, 16.5),
        (f"b: {WORK}, team: {{lab: 20%, desk: rest}}}}".replace("team: desk, ", ""), "", 10, 10),
        (f"b: {WORK}, incomplete: {{share: 20%, to: g}}}}", "", 8, 8),
        (
            f"b: {WORK}, next: {{c: 70%, done: rest}}}}\n"
            f"      c: {WORK}, next: {{b: 50%, done: rest}}}}",
            "", 17, 17,
        ),
        (f"b: {WORK}}}\n      c: {WORK}, same_person: true}}", "", 20, 20),
        (f"b: {WORK}, instances: 3}}\n      c: {WORK}, after: b}}", "", 40, 40),
        (f"b: {WORK}, after: g}}\n      c: {WORK}, after: g, share: 40%}}\n"
         f"      d: {WORK}, after: [b, c]}}\n      e: {WORK}, after: []}}", "", 24, 24),
    ],
)  # fmt: skip
def test_what_is_ahead_of_an_item(steps, decides, p, q):
    after = "after: a\n        " if "after" in steps else ""
    text = TEXT.format(steps=f"      {steps}", decides=decides, after=after)
    found = efforts(build(loads(text)).model)[0]
    assert found.tolist() == [max(1, round(p * MINUTE)), max(1, round(q * MINUTE))]
