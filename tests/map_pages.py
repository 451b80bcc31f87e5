"""Scenarios to be drawn, and maps as they were drawn: shared by the tests of the map."""

import re
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.transforms import Affine2D, Bbox

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


@cache
def drawn_once(name):
    """The map of one of the scenarios, drawn once for all tests."""
    return Drawn(SCENARIOS[name]())


class Drawn:
    """A map, and where its texts, lines and cards are, in inches from the left upper corner."""

    def __init__(self, scenario, results=None):
        self.scenario = scenario
        self.figure = svcsim.plots.map(scenario, results)
        renderer = self.figure.canvas.get_renderer()
        (axes,) = self.figure.axes
        inches = Affine2D().scale(1 / self.figure.dpi)
        self.texts = [
            (text, text.get_window_extent(renderer).transformed(inches)) for text in axes.texts
        ]
        self.lines, self.cards = {}, {}
        for patch in axes.patches:
            kind, _, name = (patch.get_gid() or "").partition(":")
            if kind in ("way", "step"):
                path = patch.get_transform().transform_path(patch.get_path()).transformed(inches)
                if kind == "way":
                    self.lines[name] = path
                else:
                    self.cards[name] = path.get_extents()

    @cached_property
    def said(self):
        """All that is written, without spaces."""
        return bare(" ".join(text.get_text() for text, _ in self.texts))

    @cached_property
    def svg(self):
        """The texts of the picture as SVG, in order."""
        with TemporaryDirectory() as directory:
            save(self.figure, Path(directory) / "map.svg")
            root = ElementTree.parse(Path(directory) / "map.svg").getroot()
        return [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]

    @cached_property
    def _places(self):
        return np.array([(box.x0, box.y0) for _, box in self.texts])

    def on(self, card):
        """What is written on a card, without spaces."""
        box = self.cards[card]
        inside = ((self._places >= box.min) & (self._places <= box.max)).all(axis=1)
        return bare(" ".join(self.texts[i][0].get_text() for i in np.flatnonzero(inside)))


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
    texts = bounds([box for _, box in drawn.texts])
    cards, names = bounds(drawn.cards.values()), list(drawn.cards)
    for i, j in overlapping(texts, texts, 0.005):
        assert i >= j, (drawn.texts[i][0].get_text(), drawn.texts[j][0].get_text())
    for i, j in overlapping(cards, cards, 0.0):
        assert i >= j, (names[i], names[j])
    inner = cards + np.array([0.02, 0.02, -0.02, -0.02])
    for name, line in drawn.lines.items():
        for near in np.unique(overlapping(hulls(line), texts, 0.0)[:, 1]):
            crossed = line.intersects_bbox(Bbox(texts[near].reshape(2, 2)), filled=False)
            assert not crossed, (name, drawn.texts[near][0].get_text())
        for near in np.unique(overlapping(hulls(line), inner, 0.0)[:, 1]):
            crossed = line.intersects_bbox(Bbox(inner[near].reshape(2, 2)), filled=False)
            assert not crossed, (name, names[near])


def bounds(boxes):
    """Boxes as rows: left, top, right, bottom."""
    return np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes])


def overlapping(one, other, slack):
    """The pairs of boxes that overlap by so much, by their numbers."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    return np.argwhere((high - low >= slack).all(axis=2))


def hulls(line):
    """Boxes within which a line lies: of three corners each, as a bend has three."""
    corners = line.vertices
    three = np.array([corners[i : i + 3] for i in range(len(corners) - 2)] or [corners])
    return np.hstack([three.min(axis=1), three.max(axis=1)])
