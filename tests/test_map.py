"""The picture of the map: measured with the renderer, and compared with what the scenario says."""

import re

import pytest
from map_pages import SCENARIOS, all_to_all, bare, clear, drawn_once

from svcsim.plots import words
from svcsim.plots.graph import graph
from svcsim.scenario.flow import Flow, placed
from svcsim.scenario.load import load, loads
from svcsim.scenario.strands import Strands, forked
from svcsim.scenario.words import DONE, ByClass


@pytest.fixture(params=SCENARIOS)
def drawn(request):
    return drawn_once(request.param)


# ---- the page ----------------------------------------------------------------------------------


def test_no_text_is_small_cut_off_or_covered(drawn):
    clear(drawn)


def test_text_stays_on_its_card(drawn):
    for name, box in drawn.cards.items():
        for text, extent in drawn.texts:
            inside = box.containsx(extent.x0) and box.containsy((extent.y0 + extent.y1) / 2)
            assert not inside or extent.x1 < box.x1 + 0.01, (name, text.get_text())


@pytest.mark.parametrize("name", ["every_word", "two_streams", "onboarding"])
def test_the_svg_has_every_text_as_text(name):
    drawn = drawn_once(name)
    assert sorted(drawn.svg) == sorted(text.get_text() for text, _ in drawn.texts)


def test_the_page_says_everything(drawn):
    said, scenario = drawn.said, drawn.scenario
    for name, stream in scenario.streams.items():
        assert bare(name) in said
        for place in placed(stream.steps):
            assert bare(place.name) in said, place.name
            for artefact in place.step.output:
                assert bare(words.plain(artefact)) in said, artefact
            for outcome in place.step.outcome or ():
                assert bare(outcome) in said, outcome
            if place.step.gate is not None:
                assert bare(words.meets(place.step, scenario)) in said
            for team in (team for use in _uses(place.step) for team in use.teams):
                assert bare(f"{team}({_people(scenario, team)}") in said
    for activity in scenario.activities.values():
        assert bare(activity.owner) in said


def _uses(step):
    if step.team is None:
        return []
    return step.team.values.values() if isinstance(step.team, ByClass) else [step.team]


def _people(scenario, team):
    people = scenario.teams[team].size
    return "any" if people is None else people


# ---- what the picture says ---------------------------------------------------------------------


def test_every_step_has_its_card_with_its_words(drawn):
    steps = {
        f"{name}:{place.name}": place.step
        for name, stream in drawn.scenario.streams.items()
        for place in placed(stream.steps) if not place.step.is_group
    }  # fmt: skip
    assert drawn.cards.keys() == steps.keys()
    for name, step in steps.items():
        said = drawn.on(name)
        assert bare(name.partition(":")[2]) in said
        for team in (team for use in _uses(step) for team in use.teams):
            assert bare(team) in said
        if step.gate is not None:
            owner = drawn.scenario.activities.get(step.activity)
            assert bare(words.meets(step, drawn.scenario)) in said
            decided = step.gate.cause == "gate" or step.outcome or step.gate.ask
            assert ("◆GATE" in said) == bool(decided)
            assert ("◇CADENCE" in said) != bool(decided)
            who = step.owner or (owner.owner if owner else "nobody named")
            assert not decided or bare(f"owner:{who}") in said
        for outcome in step.outcome or ():
            assert bare(outcome) in said
        for artefact in step.output:
            assert bare(words.plain(artefact)) in said


def test_value_is_marked_where_it_is(drawn):
    for name, stream in drawn.scenario.streams.items():
        order = [p.name for p in placed(stream.steps) if not p.step.is_group]
        for step in order:
            said = drawn.on(f"{name}:{step}")
            assert ("★VALUE" in said) == (step == stream.value_point)
            if stream.value_point != DONE:
                later = comes_after(stream, stream.value_point, step, order)
                assert ("aftervalue" in said) == later


def comes_after(stream, point, step, order):
    """Whether a step comes after another; of strands beside one another neither does."""
    if not forked(stream):
        return order.index(step) > order.index(point)
    strands = Strands(stream)
    here, there = strands.strand(point), strands.strand(step)
    if here == there:
        return order.index(step) > order.index(point)
    return bool(strands.ahead[here] >> there & 1)


def test_where_done_is_value_every_way_out_says_so():
    found = graph(load("value_chain"), "demand_to_value")
    kinds = {name: [kind for _, kind in node.exits] for name, node in found.nodes.items()}
    assert {name for name, ways in kinds.items() if "value" in ways} == {
        "deliver_support", "improve", "plan"
    }  # fmt: skip
    assert not any("out" in ways for ways in kinds.values())


def test_every_way_of_the_stream_is_drawn_and_no_other(drawn):
    """What the flow of the language says may follow what, skipping included, is what is drawn."""
    for name, stream in drawn.scenario.streams.items():
        drawn_graph = graph(drawn.scenario, name)
        detours = {
            team: part.wip.to for team, part in drawn.scenario.teams.items()
            if part.wip is not None and part.wip.to is not None
        }  # fmt: skip
        flow = Flow(stream, detours)
        possible = {(move.source, move.target) for move in flow.moves() if move.target != DONE}
        possible |= {
            (step, target) for step, place in flow.steps.items() if place.step.incomplete
            for target in flow.enter(place.step.incomplete.to)
        }  # fmt: skip
        possible -= {(step, step) for step, place in flow.steps.items() if place.step.redial}
        ways = [way for way in drawn_graph.ways if way.source in flow.steps]
        beside = {}
        for way in ways:
            if way.kind == "bypass":
                beside.setdefault(way.source, set()).add(way.target)

        def reach(target, beside=beside):
            return {target}.union(*(reach(further) for further in beside.get(target, ())))

        found = {
            (way.source, target)
            for way in ways if way.kind != "bypass" for target in reach(way.target)
            if target in flow.steps
        }  # fmt: skip
        assert possible == found
        lines = {tuple(line.split(":")[1:3]) for line in drawn.lines if line.startswith(f"{name}:")}
        assert {(way.source, way.target) for way in drawn_graph.drawn if way.source in flow.steps
                and way.target in flow.steps} <= lines  # fmt: skip


def test_rework_returns_to_the_step_that_the_file_names(drawn):
    for name, stream in drawn.scenario.streams.items():
        order = [p.name for p in placed(stream.steps)]
        paths = {p.name: list(p.step.one_of or [p.name]) for p in placed(stream.steps)}
        wanted = {
            (place.name, path)
            for place in placed(stream.steps) for outcome in (place.step.outcome or {}).values()
            if outcome.to in order and order.index(outcome.to) <= order.index(place.name)
            for path in paths[outcome.to]
        }  # fmt: skip
        found = {
            tuple(line.split(":")[1:3]) for line in drawn.lines
            if line.startswith(f"{name}:") and line.endswith(":back")
        }  # fmt: skip
        assert wanted <= found


def test_lines_begin_and_end_at_their_cards(drawn):
    for name, line in drawn.lines.items():
        stream, source, target, kind = name.split(":")[0], *_ends(name)
        start, end = line.vertices[0], line.vertices[-1]
        if f"{stream}:{source}" in drawn.cards:
            box = drawn.cards[f"{stream}:{source}"]
            off = min(abs(start[0] - box.x0), abs(start[0] - box.x1))
            assert off < (0.2 if kind == "bypass" else 0.01)
            assert box.y0 <= start[1] <= box.y1
        if f"{stream}:{target}" in drawn.cards:
            box = drawn.cards[f"{stream}:{target}"]
            assert 0 < box.x0 - end[0] < 0.1  # room for the head
            assert box.y0 <= end[1] <= box.y1


def _ends(name):
    """Source, target and kind of a line; the ends of a stream have a colon in their names."""
    match = re.fullmatch(r"[^:]+:(:in|[^:]+):(:out|[^:]+):(\w+)", name)
    return match.groups()


def test_a_dense_network_says_which_routes_it_leaves_out():
    found = graph(loads(all_to_all()), "all")
    assert len(found.ways) == 31
    assert {way.share for way in found.drawn if way.kind == "route"} == {0.2, 0.15, 0.12}
    assert bare("Routes of less than 10 % are told, not drawn.") in drawn_once("all_to_all").said


def test_activities_are_lanes_in_the_order_of_the_chain():
    heads = [
        (text.get_position()[1], text.get_text())
        for text, _ in drawn_once("normal_change").texts
        if text.get_fontsize() == 9.5
    ]
    first = [word for _, word in sorted(heads)][:5]
    assert first == ["design &", "transition", "obtain/", "build", "deliver &"]
