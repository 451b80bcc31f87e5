"""The gist of a stream, over its lanes: gates and their owners, where rework returns, value."""

from collections.abc import Iterator

from svcsim.plots.cards import owner
from svcsim.plots.graph import Graph
from svcsim.plots.words import is_cadence
from svcsim.scenario.schema import Scenario


def gist(graph: Graph, scenario: Scenario) -> Iterator[str]:
    """Yield a line each for gates, for rework and for value; nothing of a stream of one step."""
    gates = [
        f"{name} ({owner(node.step, node.activity, scenario)})"
        for name, node in graph.nodes.items()
        if node.step.gate is not None and not is_cadence(node.step)
    ]
    if gates:
        yield f"◆ gates (owner): {', '.join(gates)}"
    if rework := [*_returns(graph)]:
        yield f"↩ rework: {'; '.join(rework)}"
    if len(graph.nodes) > 1:
        yield f"★ value: {graph.value or 'whenever an item is done'}"


def _returns(graph: Graph) -> Iterator[str]:
    """Yield to which steps items go back, and from which; then those that are done again."""
    sources: dict[str, list[str]] = {}
    for way in graph.ways:
        if way.kind == "back" and way.source not in sources.get(way.target, []):
            sources.setdefault(way.target, []).append(way.source)
    targets: dict[str, list[str]] = {}
    for name in graph.nodes:
        if others := ", ".join(one for one in sources.get(name, []) if one != name):
            targets.setdefault(others, []).append(name)
    for others, names in targets.items():
        yield f"to {', '.join(names)} from {others}"
    if again := [name for name in graph.nodes if name in sources.get(name, [])]:
        yield f"done again: {', '.join(again)}"
