"""The common yardsticks: scenario files, and the same networks as plain numbers for the peers."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent
A, B = HERE / "model_a.yaml", HERE / "model_b.yaml"


def network(scenario: Path) -> dict[str, Any]:
    """The network of queues that a scenario of this directory is, times in hours.

    There is one truth, the scenario: the peers build their models of what is said here.
    """
    data = YAML(typ="safe").load(scenario)
    names = list(data["teams"])
    stations: list[dict[str, Any]] = [{"servers": t["people"]} for t in data["teams"].values()]
    streams = []
    for name, stream in data["streams"].items():
        order, route = list(stream["steps"]), []
        for step in stream["steps"].values():
            station = names.index(step["team"])
            stations[station] |= _service(step["touch"])
            again = step.get("outcome", {}).get("again")
            share = float(again["share"].rstrip("%")) / 100 if again else 0.0
            route.append((station, share, order.index(again["to"]) if again else 0))
        rate, priority = float(stream["demand"].split("/")[0]), stream.get("priority", 1)
        streams.append({"name": name, "rate": rate, "priority": priority, "route": route})
    return {"horizon": _hours(data["horizon"]), "stations": stations, "streams": streams}


def _service(touch: dict[str, Any]) -> dict[str, Any]:
    return {"mean": _hours(touch["mean"]), "cv": touch.get("cv", 1.0),
            "law": touch.get("distribution", "lognormal")}  # fmt: skip


def _hours(text: str) -> float:
    number, unit = text.split()
    return float(number) * {"h": 1.0, "s": 1 / 3600}[unit]
