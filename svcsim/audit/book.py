"""Everything that is read, and what the checks have worked out of it."""

from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from svcsim.audit.attendance import away_of
from svcsim.audit.calendar import Calendar
from svcsim.audit.changes import Changes
from svcsim.audit.findings import MOST_FINDINGS, Enough, Finding
from svcsim.audit.going_on import next_visits
from svcsim.audit.group import Group
from svcsim.audit.happenings import Birth, Child, Hearing, Stay
from svcsim.audit.lessons import Lessons
from svcsim.audit.on_call import rests
from svcsim.audit.records import read
from svcsim.audit.requests import Moment, Place, Request, Wait
from svcsim.audit.strand import Strand, members
from svcsim.audit.team import PLACE, Team, divided
from svcsim.model.arrays import Model
from svcsim.model.codes import Discipline, Op, Purpose
from svcsim.model.trajectory import Trajectory
from svcsim.world.draws import child_key, run_key, uniform
from svcsim.world.effort import efforts
from svcsim.world.quantiles import quantile

if TYPE_CHECKING:
    from svcsim.audit.cell import Cell


QUANTILES = 1024
"""Equally likely quantiles whose mean is what is expected of a distribution (22)."""


class Book:
    """Everything that is read, and what the checks before have worked out of it."""

    def __init__(self, model: Model, trajectory: Trajectory, seed: int, replication: int):
        self.model = model
        self.trajectory = trajectory
        self.findings: list[Finding] = []
        self.end = int(model.end)
        self.k0, self.k1 = run_key(seed, replication)
        self.items, self.visits = read(trajectory.items), read(trajectory.visits)
        self.rows, self.presence = read(trajectory.rows), read(trajectory.presence)
        self.ops, self.steps, self.streams = read(model.ops), read(model.steps), read(model.streams)
        self.pools, self.seizes, self.limits = (
            read(model.pools), read(model.seizes), read(model.limits),
        )  # fmt: skip
        self.by_length = [pool.discipline == Discipline.SHORTEST for pool in self.pools]
        """Which queues look at the length of work."""
        self.asks = read(model.asks)
        self.gates, self.branches = read(model.gates), read(model.branches)
        self.efforts = efforts(model).tolist()
        self.spawns, self.jumps = read(model.spawns), read(model.jumps)
        self.instances = read(model.instances)
        self.several: set[int] = set()
        """Steps that several tokens of an item may be at, each with visits of its own (61)."""
        for i, op in enumerate(self.ops):
            if op.code == Op.INSTANCES:
                join = next(k for k in range(i, len(self.ops)) if self.ops[k].code == Op.JOIN)
                self.several |= {other.step for other in self.ops[i:join]}
        self.token_keys: dict[int, tuple[int, int]] = {}
        """Keys of tokens that have one of their own: instances (60)."""
        self.tokens = read(trajectory.tokens)
        self.strands = [self.strands_of(stream) for stream in self.streams]
        self.by_class = model.by_class.tolist()
        self.factors = model.factors.tolist()
        self.targets = model.targets.tolist()
        self._calendars: dict[int, Calendar] = {}
        self._expected: dict[int, float] = {}
        self._draws: dict[tuple[int, int], float] = {}
        self._everywhere: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}
        self.zero = [d.zero == 1 for d in read(model.distributions)]
        self.each = [d.each == 1 for d in read(model.distributions)]
        """Which distributions are for each of a quantity (72)."""
        self.counts = read(model.counts)
        self.backlog = read(model.backlog)
        self.days: dict[tuple[int, int], float] = {}
        """Levels of dates, by tag of the stream."""
        self.events = {
            (v, row.row): row.event
            for v, stream in enumerate(self.streams)
            for row in read(model.replay[stream.first_replay :][: stream.n_replay])
        }
        """Ticks before which items come, by stream and number of the occasion."""
        self.there: dict[tuple[int, int], Any] = {}
        """The backlog, by key."""
        self.held: dict[int, list[tuple[int, int]]] = {}
        """Pools, and who of them goes on with an item of the backlog as the run starts."""
        self.holders: dict[int, Request] = {}
        """For which request, by item."""
        self.seats, self.attendance = read(model.seats), read(trajectory.attendance)
        self.agendas: dict[int, list[tuple[int, Hearing, int]]] = {}
        """What each gate heard: sitting, what was submitted, and how often it had been heard."""
        self.rows_of: dict[int, list[Any]] = defaultdict(list)
        """Rows by item."""
        for row in self.rows:
            self.rows_of[row.item].append(row)
        self.going_on = next_visits(self)
        """Visits to which people go on from others (71)."""
        away, resting = away_of(self), rests(self)
        self.groups = [
            Group(self, g, away[i], resting[i]) for i, g in enumerate(read(model.groups))
        ]
        self.teams = [
            Team(self, p) if pool.n_groups > 1 else self.groups[pool.group]
            for p, pool in enumerate(self.pools)
        ]
        if divided(model):
            self.presence = [self._as_one_number(row) for row in self.presence]
        needs = read(model.needs)
        self.needs = [needs[a.first : a.first + a.n] for a in read(model.alternatives)]
        self.alternatives = [
            [[(n.pool, n.number) for n in one] for one in self.needs[s.first : s.first + s.n]]
            for s in self.seizes
        ]
        self.keys: list[tuple[int, int]] = []
        self.requests: list[Request] = []
        self.instants: set[int] = set()
        """Ticks at which work of no length was done: there dispatch has several rounds (9)."""
        self.stays: list[Stay] = []
        self.holds: list[tuple[int, int, int, int]] = []
        self.hearings: list[Hearing] = []
        self.children: dict[tuple[int, int], Child] = {}
        """What the paths of items bring about, by key."""
        self.by_key: dict[tuple[int, int], Any] = {}
        """Items that came of others, by key."""
        self.gone: dict[tuple[int, int], Moment] = {}
        """When children were withdrawn (42)."""
        self.lives: dict[int, list[Any]] = defaultdict(list)
        """TOKEN records by item."""
        self.first_token: dict[int, int] = {}
        """The token of each item that has only one, as far as a row tells."""
        self.births: list[Birth] = []
        self.cells: list[Cell] = []

    @cached_property
    def freed(self) -> set[tuple[int, int, int]]:
        """Who of which group was done with work, and when."""
        return {(row.group, row.person % PLACE, row.end) for row in self.presence}

    @cached_property
    def called(self) -> dict[tuple[int, int, int], Place]:
        """When in the order of a tick people of groups went to a sitting: after all others (8)."""
        found: dict[tuple[int, int, int], Place] = {}
        gates = {op.step: self.gates[op.a] for op in self.ops if op.code == Op.GATE}
        for row in self.attendance:
            gate = gates[row.step]
            pools = [seat.pool for seat in self.seats[gate.first_seat :][: gate.n_seats]]
            found[row.group, row.person, row.sitting] = 1, gate.order, pools.index(row.pool)
        return found

    def fall_of(self, row: Any, t: int) -> Place:
        """Return when in the order of a tick somebody present leaves (8)."""
        place = self.called.get((row.group, row.person % PLACE, t))
        return (0, self.groups[row.group].order) if place is None else (*place, -row.person)

    @cached_property
    def taken(self) -> set[tuple[int, int]]:
        """Of which groups somebody was taken, and when."""
        return {(row.group, row.begin) for row in self.presence}

    @cached_property
    def lessons(self) -> Lessons:
        """What steps have learned."""
        return Lessons(self, read(self.model.lessons))

    @cached_property
    def changes(self) -> Changes:
        """What changed inside the run."""
        return Changes(self, read)

    def say(self, rule: str, text: str) -> None:
        """Write down a finding."""
        self.findings.append(Finding(rule, text))
        if len(self.findings) >= MOST_FINDINGS:
            raise Enough

    def child_key(self, spawn: Any, item: Any) -> tuple[int, int]:
        """Return the key that a child of a site would have (60)."""
        parent = self.items[item.parent]
        return child_key(parent.hi, parent.lo, spawn.tag, item.ordinal, item.member)

    def key_of(self, told: Any) -> tuple[int, int]:
        """Return the address of the draws of a token of an item (60)."""
        key: tuple[int, int] = self.token_keys.get(told.token, self.keys[told.item])
        return key

    def strands_of(self, stream: Any) -> list[Strand]:
        """Return the strands of a stream, worked out from what each waits for."""
        first, n = stream.first_strand, stream.n_strands
        records = read(self.model.strands[first : first + n])
        before = [members(record.before) for record in records]
        follow = [frozenset(j for j in range(n) if i in before[j]) for i in range(n)]
        ahead = [frozenset[int]()] * n
        for i in reversed(range(n)):
            ahead[i] = follow[i].union(*(ahead[j] for j in follow[i]))
        return [
            Strand(
                record.start, before[i], record.need, record.once == 1, members(record.cancels),
                members(record.ends), follow[i], ahead[i],
            )
            for i, record in enumerate(records)
        ]  # fmt: skip

    def calendar(self, index: int) -> Calendar:
        """Return a calendar; -1 is the wall clock."""
        if index not in self._calendars:
            if index < 0:
                self._calendars[index] = Calendar(self.model.openings[:0], True)
            else:
                record = self.model.calendars[index]
                first, n = int(record["first"]), int(record["n"])
                openings = self.model.openings[first : first + n]
                self._calendars[index] = Calendar(openings, bool(record["always"]))
        return self._calendars[index]

    def _as_one_number(self, row: Any) -> Any:
        """Return a row of presence with the number of somebody of a pool that is divided."""
        team = self.teams[row.pool] if 0 <= row.pool < len(self.pools) else None
        if not isinstance(team, Team) or row.group not in team.numbers or row.person < 1:
            return row
        return row._replace(person=team.who(row.group, row.person))

    def group(self, pool: int) -> Group | Team:
        """Return the people of a pool."""
        return self.teams[pool]

    def everywhere(self, pool: int, who: int) -> tuple[tuple[int, int], ...]:
        """Return the pools that somebody of a pool serves, with their number in each (14)."""
        if (pool, who) not in self._everywhere:
            team, number = self.teams[pool], who % PLACE
            g = team.numbers[who // PLACE] if isinstance(team, Team) else self.pools[pool].group
            first, n = self.model.groups[["first", "n_pools"]][g].tolist()
            self._everywhere[pool, who] = tuple(
                (p, other.who(g, number) if isinstance(other := self.teams[p], Team) else number)
                for p in self.model.group_pools[first : first + n].tolist()
            )
        return self._everywhere[pool, who]

    def places(self, request: "Request", wait: "Wait", pool: int) -> frozenset[int] | None:
        """Return the groups of a pool that may start a wait, as places; None: all (19, 34)."""
        team = self.teams[pool]
        if not isinstance(team, Team):
            return None
        return team.places(self.steps[request.step].stream, wait.own.get(pool))

    def draw(self, key: tuple[int, int], tag: int, visit: int, purpose: int, sub: int = 0) -> float:
        """Return the uniform at an address (61)."""
        return uniform(self.k0, self.k1, key[0], key[1], tag, visit, int(purpose), sub)

    def choose(self, first: int, n: int, u: float) -> int:
        """Return the way that u points to on n cumulative shares (11)."""
        return min(bisect_right(self.factors, u, first, first + n) - first, n - 1)

    def number(self, count: int, key: tuple[int, int], tag: int, visit: int) -> int:
        """Return a whole number that is drawn: of a batch, of instances, of children."""
        record = self.model.counts[count]
        u = self.draw(key, tag, visit, Purpose.COUNT)
        return int(record["offset"]) + self.choose(int(record["first"]), int(record["n"]), u)

    def leave_draw(self, tag: int, person: int, date: int) -> float:
        """Return the uniform of a person's leave on a local date (16)."""
        return uniform(self.k0, self.k1, person, date, tag, 0, int(Purpose.LEAVE), 0)

    def quantile(self, distribution: int, u: float) -> float:
        """Return a quantile in ticks."""
        model = self.model
        return quantile(model.distributions, model.pieces, model.tables, distribution, u)

    def expected(self, distribution: int) -> float:
        """Return what is expected of a distribution: a mean of quantiles (22)."""
        if distribution not in self._expected:
            found = 0.0  # in this order: `sum` may round less
            for k in range(QUANTILES):
                found += max(self.quantile(distribution, (k + 0.5) / QUANTILES), 0.0)
            self._expected[distribution] = found / QUANTILES
        return self._expected[distribution]

    def times(self, distribution: int, item: Any) -> int:
        """Return by how many a draw for an item is multiplied (72)."""
        return int(item.quantity) if self.each[distribution] else 1

    def duration(self, distribution: int, u: float, factor: float = 1.0, quantity: int = 1) -> int:
        """Return max(0, rint(x q f)) (2, 72)."""
        if self.zero[distribution]:
            return 0
        return max(0, round(self.quantile(distribution, u) * quantity * factor))
