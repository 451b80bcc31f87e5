"""Scenarios to be drawn, and maps as they were drawn: shared by the tests of the map."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.transforms import Affine2D

import svcsim
from svcsim.plots.picture import save
from svcsim.scenario.load import load, loads, shipped

HERE = Path(__file__).parent
TWO_STREAMS = """
svcsim: 1
title: Two streams, groups in groups, and a title so long that it takes more than one line of a page
teams:
  desk: {people: 3, activity: [engage, deliver_support]}
  developers: {people: 4, activity: obtain_build}
  testers: {people: 2, activity: design_transition}
  release: {people: 1, activity: design_transition, wip: {limit: 6, when_full: leave}}
  managers: {people: 2, activity: plan}
activities: {plan: {owner: Portfolio manager}}
streams:
  incident:
    demand: 60/wk
    classes: {urgent: 10%, normal: rest}
    value_point: tell
    steps:
      register: {team: desk, activity: engage, touch: 6 min, output: user_support_tasks}
      handling:
        activity: deliver_support
        one_of:
          simple: {share: 70%, team: desk, touch: 10 min}
          hard:
            share: rest
            steps:
              diagnose: {team: [desk, developers], touch: 1 h, patience: 2 d, abandon_to: tell}
              repair:
                share: 80%
                one_of:
                  patch:
                    {share: 40%, team: {developers: 2, testers: 1}, touch: 3 h, tool: ci, owner: A}
                  configuration:
                    share: rest
                    team: developers
                    touch: 1 h
                    outcome: {failed: {share: 20%, to: diagnose}, fine: rest}
      tell: {team: desk, activity: engage, touch: 3 min, output: [x_user_update, x_known_error]}
  change:
    demand: 12/wk
    value_point: deploy
    steps:
      idea: {team: managers, touch: 1 h, output: portfolio_decisions}
      board:
        activity: plan
        owner: Chief information officer
        gate: {meets: [Wed 11:00, Fri 15:00], cut_off: 1 bd, agenda: 8}
        outcome: {approve: rest, defer: 10%, reject: 5%, rework: {share: 8%, to: idea}}
        output: architectures_policies
      work:
        steps:
          build: {team: developers, touch: 10 h, output: service_components}
          test:
            team: testers
            touch: 3 h
            max_visits: 4
            outcome:
              failed: {share: 20%, to: build}
              redesign: {share: 5%, to: idea}
              urgent: {share: 10%, to: deploy}
              passed: rest
      second_board:
        activity: design_transition
        gate: {meets: daily 09:00}
        outcome: {approve: 95%, reject: 5%}
      deploy: {team: release, touch: 2 h, output: new_changed_products_services}
      review: {team: managers, wait: 5 bd, touch: 30 min}
"""
PARALLEL = """
svcsim: 1
title: Parallel work
teams:
  desk: {people: 3, activity: engage}
  engineers: {people: 4, activity: deliver_support}
  vendor: {people: unlimited, activity: obtain_build}
streams:
  restore:
    demand: 5/wk
    classes: {major: 40%, minor: rest}
    value_point: confirm
    steps:
      triage:
        team: desk
        touch: 10 min
        auto: {share: {by_class: {major: 0%, minor: 50%}}, time: 2 min, fails: 10%}
        output: user_support_tasks
      assemble: {after: [], team: desk, touch: 5 min, once: true}
      swarm:
        after: [triage, assemble]
        team: engineers
        incomplete: {share: 20%, to: triage}
        touch: 1 h
      workaround: {after: swarm, team: engineers, touch: 2 h, classes: major}
      roll_back:
        after: swarm
        team: engineers
        touch: 30 min
        incomplete: {share: {by_visit: [30%, 5%]}, to: swarm}
      repair:
        after: swarm
        steps:
          order: {team: vendor, wait: 1 d, touch: 1 h}
          fit:
            team: engineers
            touch: 1 h
            outcome: {wrong: {share: 10%, to: order, wait: 4 h}, right: rest}
      restored:
        after: {any: [workaround, roll_back, repair]}
        team: engineers
        touch: 10 min
        outcome: {failed: {share: 10%, to: swarm, wait: {median: 20 min, sigma: 1}}, works: rest}
        output: x_service_restored
      updates:
        {after: triage, every: 30 min, until: restored, team: desk, touch: 3 min,
         output: x_user_update}
      checks:
        {after: swarm, every: {mean: 1 h, cv: 1}, times: 4, until: restored, team: desk,
         touch: 1 min}
      ask: {after: swarm, activity: engage, wait: 2 h}
      confirm:
        after: {at_least: 2, of: [restored, ask, roll_back], losers: run_on}
        team: desk
        touch: 5 min
      report: {after: confirm, every: 1 d, times: 3, team: desk, touch: 15 min}
      review: {after: [confirm, ask], team: engineers, touch: 1 h}
"""
"""Forks and joins of every kind, repetition, automation, incoming quality, ways over strands."""
CHAIN = ("plan", "engage", "design_transition", "obtain_build", "deliver_support", "improve")


def all_to_all() -> str:
    """A network in which every activity hands over to every other one."""
    lines = ["svcsim: 1", "calendar: always", "horizon: 200 h", "teams:"]
    lines += [f"  {name}: {{people: 9}}" for name in CHAIN]
    lines += ["streams:", "  all:", "    demand: 1/h", "    steps:"]
    for name in CHAIN:
        others = [other for other in CHAIN if other != name]
        ways = [f"{to}: {n}%" for to, n in zip(others, (20, 5, 15, 8, 12), strict=True)]
        ways = ", ".join([*ways, "done: rest"])
        lines.append(f"      {name}: {{team: {name}, touch: 10 min, next: {{{ways}}}}}")
    return "\n".join(lines)


def many_steps() -> str:
    """A stream that needs several rows of the page, with loops from row to row."""
    teams = "{a: {people: 9, activity: plan}, b: {people: 9, activity: engage}}"
    lines = ["svcsim: 1", f"teams: {teams}"]
    lines += ["streams:", "  long:", "    demand: 1/wk", "    steps:"]
    for i in range(20):
        outcome = f"outcome: {{again: {{share: 5%, to: s{i // 2}}}, on: rest}}" if i % 3 else ""
        lines.append(f"      s{i}: {{team: {'ab'[i % 2]}, touch: 1 h, {outcome}}}")
    return "\n".join(lines)


SCENARIOS = {name: lambda name=name: load(name) for name in sorted(shipped())} | {
    "two_streams": lambda: loads(TWO_STREAMS),
    "parallel": lambda: loads(PARALLEL),
    "all_to_all": lambda: loads(all_to_all()),
    "many_steps": lambda: loads(many_steps()),
    "every_word": lambda: load(HERE / "scenarios" / "every_word.yaml"),
}


class Drawn:
    """A map, and where its texts, lines and cards are, in inches from the left upper corner."""

    def __init__(self, scenario, directory, results=None):
        self.scenario = scenario
        self.figure = svcsim.plots.map(scenario, results)
        renderer = self.figure.canvas.get_renderer()
        (axes,) = self.figure.axes
        pixels = self.figure.dpi
        self.texts = [
            (text, text.get_window_extent(renderer).transformed(_inches(pixels)))
            for text in axes.texts
        ]
        self.lines, self.cards = {}, {}
        for patch in axes.patches:
            path = patch.get_transform().transform_path(patch.get_path())
            kind, _, name = (patch.get_gid() or "").partition(":")
            if kind == "way":
                self.lines[name] = path.transformed(_inches(pixels))
            elif kind == "step":
                self.cards[name] = path.transformed(_inches(pixels)).get_extents()
        self.svg = directory / "map.svg"
        save(self.figure, self.svg)

    def on(self, card):
        """What is written on a card, without spaces."""
        box = self.cards[card]
        inside = [
            t.get_text() for t, e in self.texts if box.containsx(e.x0) and box.containsy(e.y0)
        ]
        return bare(" ".join(inside))


def _inches(pixels):
    return Affine2D().scale(1 / pixels)


def bare(text):
    """A text without what wrapping may change."""
    return re.sub(r"[\s_]", "", text)


def clear(drawn):
    """Assert what makes a page readable."""
    width, height = drawn.figure.get_size_inches()
    assert width == pytest.approx(11.69)
    for text, box in drawn.texts:
        assert text.get_fontsize() >= 9, text
        assert box.x0 > 0.05, text
        assert box.x1 < width - 0.05, text
        assert box.y0 > 0, text
        assert box.y1 < height, text
    for (a, one), (b, other) in combinations(drawn.texts, 2):
        overlap = (
            min(one.x1, other.x1) - max(one.x0, other.x0),
            (min(one.y1, other.y1) - max(one.y0, other.y0)),
        )
        assert min(overlap) < 0.005, (a.get_text(), b.get_text())
    for name, line in drawn.lines.items():
        for text, box in drawn.texts:
            assert not line.intersects_bbox(box, filled=False), (name, text.get_text())
        for card, box in drawn.cards.items():
            assert not line.intersects_bbox(box.padded(-0.02), filled=False), (name, card)
    for (a, one), (b, other) in combinations(drawn.cards.items(), 2):
        assert not one.overlaps(other), (a, b)
