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
    if returns := _returns(graph):
        told = [f"to {to} from {', '.join(sources)}" for to, sources in returns.items()]
        yield f"↩ rework: {'; '.join(told)}"
    if len(graph.nodes) > 1:
        yield f"★ value: {graph.value or 'whenever an item is done'}"


def _returns(graph: Graph) -> dict[str, list[str]]:
    """Return the steps to which items go back, each with those from which they do."""
    found: dict[str, list[str]] = {}
    for way in graph.ways:
        if way.kind == "back" and way.source not in (before := found.setdefault(way.target, [])):
            before.append(way.source)
    return {
        name: ["itself" if source == name else source for source in found[name]]
        for name in graph.nodes if name in found
    }  # fmt: skip
