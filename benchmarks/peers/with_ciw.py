"""The models for Ciw.

Model A is the M/M/3 of its first page (github.com/CiwPython/Ciw, README) with other numbers. Model
B adds what its guides show: a dictionary by class for several customer classes, `priority_classes`,
and process-based routing, in which a function says the whole route of an individual.
"""

import math
import random

import ciw


def model_a(network, seed):
    (station,), (stream,) = network["stations"], network["streams"]
    n = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=stream["rate"])],
        service_distributions=[ciw.dists.Exponential(rate=1 / station["mean"])],
        number_of_servers=[station["servers"]],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(n)
    simulation.simulate_until_max_time(network["horizon"])
    waits = [record.waiting_time for record in simulation.get_all_records()]
    return len(waits), [sum(waits) / len(waits)]


def model_b(network, seed):
    stations, streams = network["stations"], network["streams"]
    services = [service(station) for station in stations]
    n = ciw.create_network(
        arrival_distributions={s["name"]: arrivals(s, len(stations)) for s in streams},
        service_distributions={stream["name"]: services for stream in streams},
        number_of_servers=[station["servers"] for station in stations],
        priority_classes={stream["name"]: stream["priority"] - 1 for stream in streams},
        routing={s["name"]: ciw.routing.ProcessBased(walk(s["route"])) for s in streams},
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(n)
    simulation.simulate_until_max_time(network["horizon"])
    steps = len(simulation.get_all_records())
    lead_times: dict[str, list[float]] = {stream["name"]: [] for stream in streams}
    for individual in simulation.nodes[-1].all_individuals:
        records = individual.data_records
        lead_time = records[-1].exit_date - records[0].arrival_date
        lead_times[individual.customer_class].append(lead_time)
    return steps, [sum(of_class) / len(of_class) for of_class in lead_times.values()]


def arrivals(stream, n):
    first, _, _ = stream["route"][0]
    return [ciw.dists.Exponential(stream["rate"]) if i == first else None for i in range(n)]


def service(station):
    if station["law"] == "exponential":
        return ciw.dists.Exponential(rate=1 / station["mean"])
    sigma = math.sqrt(math.log(1 + station["cv"] ** 2))
    return ciw.dists.Lognormal(math.log(station["mean"]) - sigma**2 / 2, sigma)


def walk(route):
    """The stations of an individual behind its first one; Ciw counts them from 1."""

    def stations_of(individual, simulation):
        visited, at = [], 0
        while at < len(route):
            station, share, back = route[at]
            visited.append(station + 1)
            at = back if share and random.random() < share else at + 1
        return visited[1:]

    return stations_of
