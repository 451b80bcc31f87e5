"""One replication: everything that happens, from tick 0 to the end."""

from collections import namedtuple
from functools import lru_cache
from typing import Any

import numpy as np

from svcsim.engines.endless import Endless, lasts_for_ever
from svcsim.engines.reference.backlog import backlog
from svcsim.engines.reference.carrier import Carrier
from svcsim.engines.reference.cell import Cell
from svcsim.engines.reference.changes import Changes
from svcsim.engines.reference.clock import Clock
from svcsim.engines.reference.demand import Demand
from svcsim.engines.reference.drawing import checked
from svcsim.engines.reference.environments import Environment
from svcsim.engines.reference.gate import Gate
from svcsim.engines.reference.item import Item
from svcsim.engines.reference.learning import Learning
from svcsim.engines.reference.limit import Limit
from svcsim.engines.reference.looks import looks
from svcsim.engines.reference.pool import Group, Pool
from svcsim.engines.reference.staffing import staffing_at, window
from svcsim.engines.reference.token import Token
from svcsim.engines.trajectory import Recorder
from svcsim.model.arrays import NEVER, NONE, Model, Records
from svcsim.model.codes import Discipline, Kind, Outcome, Purpose
from svcsim.model.trajectory import VISIT, Trajectory
from svcsim.world.calendars import add_open, opening_at
from svcsim.world.draws import run_key, uniform
from svcsim.world.effort import efforts
from svcsim.world.quantiles import choose, choose_changed, duration, expected, quantile
from svcsim.world.rules import branch_row


def simulate(model: Model, seed: int, replication: int) -> Trajectory:
    """Simulate one replication, as SimPy processes.

    Parameters
    ----------
    model : Model
        A compiled scenario.
    seed : int
        Seed of the experiment, 0 or more.
    replication : int
        Number of the replication, from 0.

    Returns
    -------
    Trajectory
        Everything that happened before ``model.end``.

    Raises
    ------
    SimulationError
        If a duration is out of range, or a tick lasts for ever (semantics 2, 13).
    """
    return World(model, seed, replication).run()


def records(array: Records) -> list[Any]:
    """Return the records of an array as named tuples: quicker to read from Python."""
    assert array.dtype.names is not None
    make = _record(array.dtype.names)._make
    return [make(row) for row in array.tolist()]


@lru_cache(maxsize=64)
def _record(names: tuple[str, ...]) -> Any:
    return namedtuple("record", names)


class World:
    """The state of one replication."""

    def __init__(self, model: Model, seed: int, replication: int):
        self.model = model
        self.k0, self.k1 = run_key(seed, replication)
        self.clock = Clock()
        self.record = Recorder()
        self.items: list[Item] = []
        self.there: dict[int, Item] = {}
        """Items that have come and not left, by number."""
        self.tokens = self.requests = self.starts = 0
        self.ops, self.steps = records(model.ops), records(model.steps)
        self.streams = records(model.streams)
        self.seizes, self.needs = records(model.seizes), records(model.needs)
        self.alternatives, self.branches = records(model.alternatives), records(model.branches)
        self.counts, self.spawns = records(model.counts), records(model.spawns)
        self.backlog = records(model.backlog)
        self.asks, self.seats = records(model.asks), records(model.seats)
        self.strands, self.jumps = records(model.strands), records(model.jumps)
        self.state_effects = records(model.state_effects)
        states = records(model.states)
        self.environments = [
            Environment(self, index, record, states[record.first : record.first + record.n])
            for index, record in enumerate(records(model.environments))
        ]
        self.instances = records(model.instances)
        self.changes = Changes(self, records(model.effects), records(model.triggers))
        self.learning = Learning(model.lessons)
        self.targets, self.by_class = model.targets.tolist(), model.by_class.tolist()
        self.n_limits = len(model.limits)
        self.expects = bool((model.pools["discipline"] == Discipline.SHORTEST).any())
        """Whether anybody chooses by the length of work."""
        self.laws: dict[int, float] = {}
        """What is expected of distributions, once asked for."""
        self.calendars = records(model.calendars)
        self.openings: dict[int, tuple[int, tuple[bool, int, int]]] = {}
        """When each calendar was last asked whether it is open, and what it said."""
        self.limits = [Limit(self, record) for record in records(model.limits)]
        ahead = efforts(model).tolist()
        self.gates = [Gate(self, *of) for of in zip(records(model.gates), ahead, strict=True)]
        self.groups = [Group(index, record) for index, record in enumerate(records(model.groups))]
        for group in self.groups:
            if group.record.rests != NONE:
                self.groups[group.record.rests].on_rest += group.people
        self.pools = [
            Pool(
                index,
                record,
                [self.groups[g] for g in model.pool_groups[record.first :][: record.n_groups]],
            )
            for index, record in enumerate(records(model.pools))
        ]
        self.cells = [
            Cell(
                self,
                [self.pools[p] for p in model.cell_pools[cell.first : cell.first + cell.n]],
                cell.order,
            )
            for cell in records(model.cells)
        ]
        self.cells_with_window = self._windows()

    def expected(self, law: int) -> float:
        """Return what is expected of a distribution (22)."""
        if law not in self.laws:
            model = self.model
            self.laws[law] = expected(model.distributions, model.pieces, model.tables, law)
        return self.laws[law]

    def _windows(self) -> dict[int, list[Cell]]:
        found: dict[int, list[Cell]] = {}
        for seize in self.seizes:
            if seize.window != NONE:
                need = self.needs[self.alternatives[seize.first].first]
                cell = self.pools[need.pool].cell
                cells = found.setdefault(seize.window, [])
                if cell not in cells:
                    cells.append(cell)
        return found

    def run(self) -> Trajectory:
        """Let everything happen, then close what is open at the end."""
        process = self.clock.process
        for group in self.groups:
            staffing_at(self, group, 0)
        for calendar in self.cells_with_window:
            process(window(self, calendar))
        for gate in self.gates:
            process(gate.meet())
        backlog(self)
        for environment in self.environments:
            process(environment.sojourns())
        for index, trigger in enumerate(self.changes.triggers):
            if trigger.every > 0:
                process(looks(self, index))
        for index in range(len(self.streams)):
            for source in Demand(self, index).processes():
                process(source)
        try:
            self.clock.run_until(self.model.end)
        except Endless:
            visits = np.array([tuple(visit) for visit in self.record.visits], VISIT)
            raise lasts_for_ever(self.clock.now, visits, visits["item"]) from None
        for item in self.items:
            for token in item.tokens.values():
                token.clip(self.model.end)
        return self.record.trajectory()

    # ---- items --------------------------------------------------------------------------------

    def create(
        self, stream: int, cls: int, key: tuple[int, int], origin: tuple[int, int, int, int, int],
        family: int = NONE, quantity: int = NONE,
    ) -> Item:  # fmt: skip
        """Let an item begin its life; what is not known of class, family and quantity is drawn.

        `origin` is (layer, ordinal, member, parent, site) as in `ITEM`.
        """
        item = self._item(stream, cls, key, origin, self.clock.now, family, quantity)
        self.carry(self.token(item, 0), int(item.stream.start))
        return item

    def create_before(
        self, there: Any, key: tuple[int, int], origin: tuple[int, int, int, int, int], age: int,
        since: int,
    ) -> None:  # fmt: skip
        """Let an item be there that came `age` ticks ago, and to its step `since` ticks ago."""
        item = self._item(int(there.stream), int(there.cls), key, origin, -age)
        item.due = item.due if item.due == NEVER else item.due - age
        token = self.token(item, 0)
        token.step = int(there.step)
        token.row(Kind.BEFORE_START, -age, 0)
        token.step, token.came = NONE, -since
        if token.life is not None:
            token.life[5] = -age
        token.worked = since if there.working else NONE
        self.carry(token, int(there.start))

    def _item(
        self, stream: int, cls: int, key: tuple[int, int], origin: tuple[int, int, int, int, int],
        arrived: int, family: int = NONE, quantity: int = NONE,
    ) -> Item:  # fmt: skip
        """Return a new item, and write it down; what is not known of it is drawn."""
        record = self.streams[stream]
        if cls == NONE:
            u = uniform(self.k0, self.k1, *key, record.tag, 0, int(Purpose.CLASS), 0)
            cls = int(choose(self.model.factors, record.class_shares, record.n_classes, u))
        item = Item(self, record, len(self.items), cls, key)
        item.family = self.changes.family(record, key) if family == NONE else family
        if record.quantity_row != NONE and quantity == NONE:
            u = uniform(self.k0, self.k1, *key, record.tag, 0, int(Purpose.QUANTITY), 0)
            quantity = self.count(self.by_class[record.quantity_row][cls], u)
        item.quantity = quantity
        item.arrived = arrived
        self.items.append(item)
        self.there[item.number] = item
        row = [
            item.number, stream, cls, item.family, quantity, *origin, *key, arrived, NEVER,
            int(Outcome.OPEN),
        ]  # fmt: skip
        self.record.items.append(row)
        return item

    def token(self, item: Item, strand: int, of: int = NONE) -> Token:
        """Return a new token of an item."""
        return Token(self, item, strand, of)

    def carry(self, token: Token, pc: int) -> None:
        """Let a token perform the flow program from an instruction on."""
        token.carried = Carrier(self, token).carry(pc)
        self.clock.process(token.carried)

    def ended(self, item: Item, outcome: Outcome) -> None:
        """Note how an item left, and when."""
        del self.there[item.number]
        self.record.items[item.number][-2:] = [self.clock.now, int(outcome)]
        if item.awaited is not None:
            awaited, kind = item.awaited
            awaited.left(kind, item)

    def factor(self, holder: Any, slot: int) -> float:
        """Return what the effects make of a slot that a state or a trigger has."""
        first = holder.first_effect
        for effect in self.state_effects[first : first + holder.n_effects]:
            if effect.slot == slot:
                return float(effect.factor)
        return 1.0

    def count(self, count: int, u: float) -> int:
        """Return the whole number at u of a distribution of them."""
        record = self.counts[count]
        return int(record.offset) + int(choose(self.model.factors, record.first, record.n, u))

    def next_token(self) -> int:
        """Return the number of a new token (12)."""
        self.tokens += 1
        return self.tokens - 1

    def next_request(self) -> int:
        """Return the number of a new request (12)."""
        self.requests += 1
        return self.requests - 1

    def next_start(self) -> int:
        """Return the number of a start of work."""
        self.starts += 1
        return self.starts - 1

    def staffing_changes(self, group: Group) -> None:
        """Let the staffing of a group change at this tick (8)."""
        staffing_at(self, group, self.clock.now)

    def due(self, row: int, calendar: int, cls: int) -> int:
        """Return the due date that is so many ticks of a calendar away."""
        if row == NONE or self.by_class[row][cls] < 0:
            return NEVER
        allowed = self.by_class[row][cls]
        return int(
            add_open(self.model.calendars, self.model.openings, calendar, self.clock.now, allowed)
        )

    # ---- rules asked with the replication's own numbers -----------------------------------------

    def way(self, token: Token, op: Any, branch: int, hearings: int) -> int:
        """Return which way an item goes at a branch (11, 13, 61)."""
        record = self.branches[branch]
        if record.purpose == NONE:
            return token.cls
        visit = token.visits
        first = branch_row(
            record.shares, record.n, record.levels, record.n_classes, record.last_row,
            record.max_visits, token.cls, visit,
        )  # fmt: skip
        hi, lo = token.key
        u = uniform(
            self.k0, self.k1, hi, lo, self.steps[op.step].tag, 0 if record.sticky else visit,
            record.purpose, hearings & 255,
        )  # fmt: skip
        if record.slot > 0:
            factor = self.changes.factor(record.slot, token.item, 1.0)
            factors = self.model.factors
            return int(choose_changed(factors, first, record.n, record.changed, factor, u))
        return int(choose(self.model.factors, first, record.n, u))

    def pick_uniform(self, pool: Pool) -> float:
        """Return the random number of a pool's next pick (22)."""
        tag = pool.record.tag
        return uniform(self.k0, self.k1, pool.picks, 0, tag, 0, int(Purpose.PICK), 0)

    def call_out(self, token: Token, laws: set[int], start: int) -> int:
        """Return the ticks until the last of those who are called out can begin (19)."""
        model, step = self.model, self.steps[token.step]
        hi, lo = token.key
        purpose = int(Purpose.CALL_OUT)
        u = uniform(self.k0, self.k1, hi, lo, step.tag, token.visits, purpose, start & 255)
        return max(
            checked(
                duration(quantile(model.distributions, model.pieces, model.tables, law, u), 1.0),
                token.step,
            )
            for law in laws
        )

    def opening(self, calendar: int, now: int) -> tuple[bool, int, int]:
        """Return whether a calendar is open now, and from when until when."""
        asked, found = self.openings.get(calendar, (NONE, (False, 0, 0)))
        if asked != now:
            found = self._opening(calendar, now)
            self.openings[calendar] = now, found
        return found

    def _opening(self, calendar: int, now: int) -> tuple[bool, int, int]:
        if calendar == NONE or self.calendars[calendar].always == 1:
            return True, 0, NEVER
        k = int(opening_at(self.model.calendars, self.model.openings, calendar, now))
        if k < 0:
            return False, 0, 0
        opens, closes, _, _ = self.opening_record(k)
        return True, opens, closes

    def opening_record(self, k: int) -> tuple[int, int, int, int]:
        """Return opens, closes, before and date of an opening."""
        opens, closes, before, date = self.model.openings[k].tolist()
        return opens, closes, before, date
