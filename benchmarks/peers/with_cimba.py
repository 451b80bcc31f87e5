"""The models for cimba.

They start from its tutorial 5.1 (github.com/FBarrca/cimba_python, tutorial/tut_5_1.py): arrivals
spawn parts, and put them into the inbox of a station whose servers get one, hold and hand on. What
is added are several servers (`copies`), priorities (`PriorityStore`), and a route of each class.
"""

import math

import cimba as cb
from cimba import inputs, random


class Counter(cb.Model):
    interarrival: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    service_time: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    queue: cb.Store[float]
    served: cb.Output[int] = 0
    waited: cb.Output[float] = 0.0

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(self.interarrival.next())
            self.queue.put(cb.now())

    @cb.process(copies=3)
    def server(self):
        while True:
            arrived = self.queue.get()
            self.waited += cb.now() - arrived
            self.served += 1
            cb.hold(self.service_time.next())


def model_a(network, seed):
    (station,), (stream,) = network["stations"], network["streams"]
    assert station["servers"] == 3
    model = Counter()
    model.interarrival = inputs.dist.exponential(mean=1 / stream["rate"])
    model.service_time = inputs.dist.exponential(mean=station["mean"])
    result = trial(model, network["horizon"], seed)[model]
    served = int(result.served[0, 0])
    return served, [float(result.waited[0, 0]) / served]


class Part(cb.Model):
    arrived: float
    at: int
    stream: cb.Ref["Stream"]


class Station(cb.Model):
    service_time: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    inbox: cb.PriorityStore[Part]
    done: cb.Output[int] = 0

    @cb.function
    def serve(self) -> None:
        while True:
            part = self.inbox.get()
            cb.hold(self.service_time.next())
            self.done += 1
            part.stream.go_on(part)


class Station4(Station):
    @cb.process(copies=4)
    def server(self):
        self.serve()


class Station5(Station):
    @cb.process(copies=5)
    def server(self):
        self.serve()


class Station11(Station):
    @cb.process(copies=11)
    def server(self):
        self.serve()


class Station14(Station):
    @cb.process(copies=14)
    def server(self):
        self.serve()


class Station16(Station):
    @cb.process(copies=16)
    def server(self):
        self.serve()


class Stream(cb.Model):
    interarrival: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    priority: cb.Param[int] = 0
    route: list[cb.Ref[Station]]
    share: cb.Array[float]
    back: cb.Array[int]
    finished: cb.Output[int] = 0
    lead_time: cb.Output[float] = 0.0

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(self.interarrival.next())
            part = cb.spawn(Part, arrived=cb.now(), at=0, stream=self)
            self.route[0].inbox.put(part, self.priority)

    @cb.function
    def go_on(self, part: Part) -> None:
        at = part.at
        if self.share[at] > 0.0 and random.uniform(0.0, 1.0) < self.share[at]:
            at = self.back[at]
        else:
            at += 1
        if at < len(self.route):
            part.at = at
            self.route[at].inbox.put(part, self.priority)
        else:
            self.finished += 1
            self.lead_time += cb.now() - part.arrived
            cb.release(part)


class Network(cb.Model):
    stations: list[Station]
    streams: list[Stream]


OF_SERVERS = {4: Station4, 5: Station5, 11: Station11, 14: Station14, 16: Station16}


def model_b(network, seed):
    model = Network()
    model.stations = [station(about) for about in network["stations"]]
    model.streams = [stream(about, model.stations) for about in network["streams"]]
    results = trial(model, network["horizon"], seed)
    steps = sum(int(results[station].done[0, 0]) for station in model.stations)
    return steps, [float(results[s].lead_time[0, 0]) / int(results[s].finished[0, 0])
                   for s in model.streams]  # fmt: skip


def station(about):
    made = OF_SERVERS[about["servers"]]()
    if about["law"] == "exponential":
        made.service_time = inputs.dist.exponential(mean=about["mean"])
    else:
        sigma = math.sqrt(math.log(1 + about["cv"] ** 2))
        made.service_time = inputs.dist.lognormal(
            mean=math.log(about["mean"]) - sigma**2 / 2, sigma=sigma
        )
    return made


def stream(about, stations):
    made = Stream()
    made.interarrival = inputs.dist.exponential(mean=1 / about["rate"])
    made.priority = -about["priority"]
    made.route = [stations[at] for at, _, _ in about["route"]]
    made.share = cb.Array([share for _, share, _ in about["route"]])
    made.back = cb.Array([back for _, _, back in about["route"]])
    return made


def trial(model, horizon, seed):
    experiment = cb.Experiment(model, window=cb.Window(duration=horizon), seed=seed)
    return experiment.run(workers=1, on_failure="raise")
