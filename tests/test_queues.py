"""Orders of queues that are known to be another order in disguise (22)."""

import pytest

from svcsim.engines import compiled
from svcsim.model.build import build
from svcsim.scenario.load import loads

DESK = """svcsim: 1
calendar: always
horizon: 300 h
run_out: 100 h
teams: {desk: {people: 1, activity: engage, QUEUE}}
streams:
  s:
    demand: 3/h
    classes: {p: {share: 60%, priority: P}, q: {share: rest, priority: Q}}
    DUE
    steps:
      a: {team: desk, touch: {by_class: {p: {mean: 22 min, cv: 0.5}, q: {mean: 14 min, cv: 1}}}}
"""


def happened(queue, p, q, due=""):
    """What happens at a desk, but for ranks and due dates."""
    text = DESK.replace("QUEUE", queue).replace("DUE", due)
    model = build(
        loads(text.replace("priority: P", f"priority: {p}").replace("Q}", f"{q}}}"))
    ).model
    found = compiled.simulate(model, 3, 0)
    assert len(found.rows) > 1000
    return [table.tobytes() for table in (found.visits, found.rows, found.presence)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Alike in priority: the class whose work is shorter has the right of way.
        (("queue: shortest", 5, 5), ("queue: fifo", 2, 1)),
        # Who comes more than the run later never overtakes: nobody gains a priority by waiting.
        (("queue: ageing, ageing: 500 h", 1, 2), ("queue: fifo", 1, 2)),
        # A microsecond is worth a priority: who came first is first.
        (("queue: ageing, ageing: 0.000001 s", 1, 2), ("queue: fifo", 5, 5)),
        # Two hours are worth one: due dates that lie two hours apart.
        (
            ("queue: ageing, ageing: 2 h", 1, 2),
            ("queue: due", 1, 2, "due: {by_class: {p: 2 h, q: 4 h}}"),
        ),
    ],
)
def test_an_order_of_service_is_another_in_disguise(one, other):
    assert happened(*one) == happened(*other)
    assert happened(*one) != happened("queue: fifo", 2, 1) or other[:3] == ("queue: fifo", 2, 1)
