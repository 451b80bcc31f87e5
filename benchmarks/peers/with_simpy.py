"""The models for SimPy.

They start from its example *Bank Renege* (simpy.readthedocs.io, Examples): a source makes
processes, a customer requests a counter in a `with` statement and stays for a random time. Nobody
reneges here; priorities are those of its `PriorityResource` (Topical guides, Shared resources).
"""

import math
import random

import simpy


def customer(env, counter, mean, waits):
    arrived = env.now
    with counter.request() as request:
        yield request
        waits.append(env.now - arrived)
        yield env.timeout(random.expovariate(1 / mean))


def customers(env, rate, counter, mean, waits):
    while True:
        yield env.timeout(random.expovariate(rate))
        env.process(customer(env, counter, mean, waits))


def model_a(network, seed):
    random.seed(seed)
    (station,), (stream,) = network["stations"], network["streams"]
    env, waits = simpy.Environment(), []
    counter = simpy.Resource(env, capacity=station["servers"])
    env.process(customers(env, stream["rate"], counter, station["mean"], waits))
    env.run(until=network["horizon"])
    return len(waits), [sum(waits) / len(waits)]


def item(env, route, priority, lead_times, steps):
    arrived, at = env.now, 0
    while at < len(route):
        station, draw, share, back = route[at]
        with station.request(priority=priority) as request:
            yield request
            yield env.timeout(draw())
        steps[0] += 1
        at = back if share and random.random() < share else at + 1
    lead_times.append(env.now - arrived)


def items(env, rate, *about):
    while True:
        yield env.timeout(random.expovariate(rate))
        env.process(item(env, *about))


def model_b(network, seed):
    random.seed(seed)
    env, steps = simpy.Environment(), [0]
    stations = [
        (simpy.PriorityResource(env, capacity=station["servers"]), service(station))
        for station in network["stations"]
    ]
    everyone = []
    for stream in network["streams"]:
        route = [(*stations[station], share, back) for station, share, back in stream["route"]]
        lead_times: list[float] = []
        everyone.append(lead_times)
        about = route, stream["priority"], lead_times, steps
        env.process(items(env, stream["rate"], *about))
    env.run(until=network["horizon"])
    return steps[0], [sum(lead_times) / len(lead_times) for lead_times in everyone]


def service(station):
    if station["law"] == "exponential":
        rate = 1 / station["mean"]
        return lambda: random.expovariate(rate)
    sigma = math.sqrt(math.log(1 + station["cv"] ** 2))
    mu = math.log(station["mean"]) - sigma**2 / 2
    return lambda: random.lognormvariate(mu, sigma)
