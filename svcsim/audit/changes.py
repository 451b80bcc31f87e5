"""What changed inside a run, worked out from the tables alone (semantics 47 to 49, 51).

Which visits are over follows from visits and rows; so do the effects that they bring about, and the
factors that hold at a tick; so do the marks that triggers see, how many are there when they look,
and when they must fire. Where an
effect begins at the very tick of its visit, before or after something else at that tick, both are
right.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

from svcsim.audit.children import bears
from svcsim.audit.environments import surroundings
from svcsim.audit.instances import instance_keys
from svcsim.audit.levels import Level
from svcsim.audit.triggers import Mark, firings, spells, timed
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import BACKLOG_LAYER, TRIGGERED, Kind, Op, Outcome, Purpose
from svcsim.world.draws import root_key

FOLLOWS = (Op.RELEASE, Op.SPAWN, Op.AWAIT, Op.EFFECT, Op.MARK)
"""What may stand between an outcome and the end of the visit, before its wait."""
STAIRS = 8


class Over(NamedTuple):
    """A visit that is over."""

    tick: int
    item: int
    visit: int
    ops: tuple[Any, ...]
    """The effects and marks that it comes upon."""
    work: int
    """Ticks of work."""
    sure: bool
    """Whether it is over as its work is, and waits for no children."""


class Following(NamedTuple):
    """What stands between an outcome and the end of the visit."""

    ops: tuple[Any, ...]
    """Effects and marks."""
    wait: Any
    """Its wait, or None."""
    spawns: tuple[Any, ...]
    """The spawns whose children it waits for."""


class Begun(NamedTuple):
    """An effect that a visit brought about."""

    begin: int
    order: int
    record: Any
    factor: float
    unsure: bool
    """Whether it begins at the tick of its visit, so that something may have happened before."""


class Changes:
    """Effects by slot, and marks by trigger."""

    def __init__(self, book: Any, read: Any):
        self.book = book
        self.effects, self.triggers = read(book.model.effects), read(book.model.triggers)
        self.begun: dict[int, list[Begun]] = defaultdict(list)
        self.marks: list[list[Mark]] = [[] for _ in self.triggers]
        self.around = surroundings(book, read)
        self.held: list[tuple[list[tuple[int, int]], dict[int, float]]] = []
        """From when until when the effects of triggers held, in the order of their names."""
        self.keys = {(item.hi, item.lo) for item in book.items}
        self.entered = {(visit.item, visit.entered) for visit in book.visits}
        """Where and when items came to a step."""
        self.went = {(visit.token, visit.entered) for visit in book.visits}
        """Which tokens did."""
        lives = (life for some in book.lives.values() for life in some if life.cancelled)
        self.stopped = {(life.token, life.ended) for life in lives}
        """Tokens that were cancelled, and when."""
        self.left: dict[tuple[int, int, int], int] = {}
        """When the last child of a visit left."""
        for i in book.items:
            if i.parent >= 0:
                of = i.parent, i.site, i.ordinal
                self.left[of] = max(i.ended, self.left.get(of, i.ended))
        self.instances = instance_keys(book)
        self.came = {(book.streams[i.stream].tag, i.layer, i.ordinal) for i in book.items}
        if not self.effects and not self.triggers:
            return
        for over in self._over():
            item = book.items[over.item]
            for op in over.ops:
                if op.code == Op.MARK:
                    self._mark(op, item, over.tick, over)
                else:
                    self._begin(op, item, over)
        for effects in self.begun.values():
            effects.sort(key=lambda effect: (effect.begin, effect.order))
        for item in book.items:
            if item.layer <= BACKLOG_LAYER:
                continue  # it came before the start
            place = book.streams[item.stream].start
            while book.ops[place].code == Op.MARK:
                self._mark(book.ops[place], item, item.arrived)
                place = book.ops[place].next
        for marks in self.marks:
            marks.sort()
        self.levels = [Level(book, one) if one.level else None for one in self.triggers]
        effects = read(book.model.state_effects)
        for index in sorted(range(len(self.triggers)), key=lambda i: int(self.triggers[i].order)):
            one = self.triggers[index]
            mine = effects[one.first_effect : one.first_effect + one.n_effects]
            factors = {effect.slot: effect.factor for effect in mine}
            if factors:
                self.held.append((spells(book.end, one, self.seen(index)), factors))

    def seen(self, index: int) -> Any:
        """Return what a trigger sees when it looks: who is there, or what has happened."""
        level = self.levels[index]
        return self.marks[index] if level is None else level

    # ---- visits that are over ------------------------------------------------------------------

    def _over(self) -> Iterator[Over]:
        book = self.book
        told = {op.step for op in book.ops if op.code in (Op.EFFECT, Op.MARK)}
        rows = defaultdict(list)
        for row in book.rows:
            if row.step in told:
                rows[row.token, row.step, row.visit].append(row)
        ways = {step: self._ways(step) for step in told}
        for visit in book.visits:
            if visit.step not in told or (visit.finished == NEVER and visit.outcome < 0):
                continue
            of_outcome, plain = ways[visit.step]
            if visit.outcome in of_outcome:
                ops, waits, spawns = of_outcome[visit.outcome]
            else:
                ops, waits, spawns = plain
            mine = rows[visit.token, visit.step, visit.visit]
            waits_for = spawns and visit.finished == NEVER and mine
            if waits_for and not (
                self._waits_on(waits, visit, mine) or self._went_on(spawns, visit, mine)
            ):
                continue
            tick = max([visit.entered, *(row.end for row in mine)])
            if waits and mine and mine[-1].kind == waits.c and self._waited(waits, visit):
                tick = mine[-1].begin
            work = sum(row.end - row.begin for row in mine if row.kind == Kind.WORK)
            yield Over(tick, visit.item, visit.visit, ops, work, not spawns)

    def _waits_on(self, op: Any, visit: Any, rows: Sequence[Any]) -> bool:
        """Say whether the last row of a visit is the wait of its outcome, not one for children."""
        if op is None or rows[-1].kind != op.c or not self._waited(op, visit):
            return False
        if len(rows) > 1 and rows[-2].kind == Kind.DEPENDENCY and rows[-2].blame >= 0:
            return True  # it has waited for children, who have left
        left = self.left.get((visit.item, visit.step, visit.visit), 0)
        return left <= int(rows[-1].begin)

    def _went_on(self, spawns: Sequence[Any], visit: Any, rows: Sequence[Any]) -> bool:
        """Say whether an item went on after its last row at a step that waits for children."""
        item, last = self.book.items[visit.item], rows[-1]
        stopped = (last.token, last.end) in self.stopped or (
            item.outcome == Outcome.WITHDRAWN and item.ended == last.end
        )
        if last.kind != Kind.DEPENDENCY and not (stopped and self._bears(spawns, visit)):
            return True
        if stopped:
            return (last.token, last.end) in self.went
        rejected = item.outcome == Outcome.REJECTED and item.ended == last.end
        return rejected or (item.item, last.end) in self.entered

    def _bears(self, spawns: Sequence[Any], visit: Any) -> bool:
        """Say whether children come of a visit that are waited for (44)."""
        item = self.book.items[visit.item]
        key = self.instances.get(visit.token, (item.hi, item.lo))
        return any(bears(self.book, spawn, key, item.cls, visit.visit) for spawn in spawns)

    def _waited(self, op: Any, visit: Any) -> bool:
        """Say whether the last row of a visit is the wait of its outcome."""
        book, item = self.book, self.book.items[visit.item]
        key = self.instances.get(visit.token, (item.hi, item.lo))
        u = book.draw(key, book.steps[op.step].tag, visit.visit, op.d)
        return bool(book.duration(book.by_class[op.a][item.cls], u) > 0)

    def _ways(self, step: int) -> tuple[dict[int, Following], Following]:
        """Return what follows each outcome of a step; and what follows without."""
        book, found = self.book, {}
        for op in book.ops:
            if op.step != step or op.code not in (Op.BRANCH, Op.GATE):
                continue
            branch = book.branches[op.a if op.code == Op.BRANCH else book.gates[op.a].branch]
            if branch.purpose == Purpose.OUTCOME:
                for way in range(branch.n):
                    found[way] = self._following(book.targets[branch.first_target + way], step)
        here = [op for op in book.ops if op.step == step]
        seen = [op for op in here if op.code in (Op.EFFECT, Op.MARK)]
        spawns = [book.spawns[op.a] for op in here if op.code == Op.SPAWN]
        waited = tuple(spawn for spawn in spawns if spawn.waited >= 0)
        return found, Following(() if found else tuple(seen), None, waited)

    def _following(self, place: int, step: int) -> Following:
        ops, found, spawns = self.book.ops, [], []
        while ops[place].step == step and ops[place].code in FOLLOWS:
            if ops[place].code == Op.SPAWN and self.book.spawns[ops[place].a].waited >= 0:
                spawns.append(self.book.spawns[ops[place].a])
            if ops[place].code in (Op.EFFECT, Op.MARK):
                found.append(ops[place])
            place = ops[place].next
        wait = ops[place]
        waits = wait.code == Op.DELAY and wait.step == step and wait.d == Purpose.OUTCOME_WAIT
        return Following(tuple(found), wait if waits else None, tuple(spawns))

    def _mark(self, op: Any, item: Any, tick: int, over: Over | None = None) -> None:
        counts = self.book.by_class[op.b][item.cls]
        if op.c >= 0 and counts == 1 and tick - item.arrived <= op.c:
            counts = 0 if self.triggers[op.a].share >= 0 else NONE
        if counts == 1 and timed(self.triggers[op.a]):
            counts = tick - item.arrived
            if self.triggers[op.a].of_work == 1 and over is not None:
                counts = over.work
        per_family = self.triggers[op.a].per_family == 1
        if counts >= 0 and not (per_family and item.family < 0):
            sure = over is None or over.sure
            family = item.family if per_family else NONE
            self.marks[op.a].append(Mark(tick, family, counts, sure))

    # ---- effects -------------------------------------------------------------------------------

    def _begin(self, op: Any, item: Any, over: Over) -> None:
        book, record = self.book, self.effects[op.a]
        if record.own == 1 and item.family < 0:
            return
        tag = book.steps[op.step].tag
        u = book.draw((item.hi, item.lo), tag, over.visit, Purpose.EFFECT, record.sub)
        slot = record.slot + (1 + item.family if record.own == 1 else 0)
        factor = record.low + (record.high - record.low) * u
        begin = over.tick + record.lag
        self.begun[slot].append(Begun(begin, record.order, record, factor, record.lag == 0))

    def value(self, slot: int, t: int) -> list[float]:
        """Return the factors that a slot may have in the phases after the first of a tick."""
        if slot == 0:
            return [1.0]
        base = 1.0
        for history in self.around:
            base *= history.factor(slot, t)
        for during, factors in self.held:
            if slot in factors and any(begin <= t < end for begin, end in during):
                base *= factors[slot]
        found = [base]
        for effect in self.begun.get(slot, ()):
            if effect.begin > t:
                break
            factor = self._at(effect, t)
            both = [value * factor for value in found]
            unsure = effect.unsure and effect.begin == t
            found = list(dict.fromkeys([*both, *found] if unsure else both))
        return found

    def _at(self, effect: Begun, t: int) -> float:
        """Return what is left of an effect (3)."""
        record, since = effect.record, t - effect.begin
        if since >= record.lasts:
            return 1.0
        down = sum(since >= round_half(k * record.half_life, STAIRS) for k in range(1, 81))
        if record.half_life == 0 or down == 0:
            return effect.factor
        return 1.0 + (effect.factor - 1.0) * (0.0 if down == 80 else 2.0 ** (-down / STAIRS))

    def values(self, slot: int, family: int, t: int) -> list[float]:
        """Return the factors for an item of a family: of all, times those of the family."""
        of_all = self.value(slot, t)
        of_family = self.value(slot + 1 + family, t) if slot > 0 and family >= 0 else [1.0]
        return list(dict.fromkeys(a * b for a, b in product(of_all, of_family)))

    # ---- arrivals (50, 51) ---------------------------------------------------------------------

    def family(self, stream: Any, key: tuple[int, int]) -> int:
        """Return the family that an item draws: families lie on [0, 1) in name order (11)."""
        if stream.n_families == 0:
            return NONE
        u = self.book.draw(key, stream.tag, 0, Purpose.FAMILY)
        shares = self.book.factors[stream.family_shares :][: stream.n_families]
        below = sum(share <= u for share in shares)
        return int(stream.first_family) + below if below < stream.n_families else NONE

    def stays(self, stream: Any, at: tuple[int, int, int], mark: float, level: float) -> bool:
        """Say whether a candidate (tick, layer, ordinal) stays, whatever made of its rate (50)."""
        tick, layer, ordinal = at
        may = {layer + mark < level * value for value in self.value(stream.rate_slot, tick)}
        return may.pop() if len(may) == 1 else (stream.tag, layer, ordinal) in self.came

    def comes(self, stream: Any, key: tuple[int, int], tick: int) -> bool:
        """Say whether a candidate is an item; where that is not known, as the table says."""
        family = self.family(stream, key)
        if family < 0 or stream.rate_slot == 0:
            return True
        u = self.book.draw(key, stream.tag, 0, Purpose.THIN)
        may = {u < value for value in self.value(stream.rate_slot + 1 + family, tick)}
        return may.pop() if len(may) == 1 else key in self.keys


def round_half(n: int, d: int) -> int:
    """Return n / d as a whole number, halves up."""
    return (2 * n + d) // (2 * d)


def families_and_triggers(book: Any) -> None:
    """A14 (49, 51, 60): items have their families, and triggers fire when they must."""
    changes = book.changes
    for item in book.items:
        stream, key = book.streams[item.stream], (item.hi, item.lo)
        want = changes.family(stream, key)
        if item.parent >= 0:
            inherits = any(
                spawn.inherit_family == 1
                for spawn in book.spawns
                if (spawn.stream, spawn.step) == (item.stream, item.site)
                and book.child_key(spawn, item) == key
            )
            parent = book.items[item.parent].family
            want = parent if inherits and parent >= 0 else want
        elif item.layer == TRIGGERED and changes.triggers[item.member].per_family:
            continue
        if item.family != want:
            book.say("A14", f"item {item.item} has family {item.family}, it must be {want} (51)")
    for index, trigger in enumerate(changes.triggers):
        made = [i for i in book.items if i.layer == TRIGGERED and i.member == index]
        made.sort(key=lambda item: item.ordinal)
        if [item.ordinal for item in made] != list(range(len(made))):
            book.say("A14", f"trigger {index} does not number its firings (60)")
        if any(a.arrived > b.arrived for a, b in pairwise(made)):
            book.say("A14", f"trigger {index} fires out of order (60)")
        if any(item.stream != trigger.stream for item in made):
            book.say("A14", f"trigger {index} makes items of another stream (49)")
        if trigger.n_effects > 0 or trigger.of_work == 1:
            continue
        found = [(item.arrived, item.family if trigger.per_family else NONE) for item in made]
        want_ = list(firings(book.end, trigger, changes.seen(index), found))
        if Counter(want_) != Counter(found):
            odd = min((Counter(want_) - Counter(found)) + (Counter(found) - Counter(want_)))
            text = f"trigger {index} at (tick, family) {odd} fires {found.count(odd)} times"
            book.say("A14", f"{text}, it must {want_.count(odd)} times (49)")


def trigger_keys(book: Any, keys: dict[int, tuple[int, int]]) -> None:
    """Note the keys of the items that triggers made (60)."""
    for item in book.items:
        if item.layer == TRIGGERED:
            keys[item.item] = root_key(0, item.ordinal, book.changes.triggers[item.member].tag)
