"""The screen of ``svcsim check``: teams, streams and hints on 80 columns."""

import math
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from textwrap import wrap

from svcsim.analysis.facts import Facts, in_words, number
from svcsim.analysis.feasibility import CODES as FEASIBILITY
from svcsim.analysis.queues import PoolForecast
from svcsim.cli.terminal import styled
from svcsim.model.arrays import NONE, TICKS_PER_HOUR
from svcsim.model.codes import Op
from svcsim.scenario.flow import placed
from svcsim.scenario.hints import CODES as ITIL
from svcsim.scenario.hints import Hint

WIDTH = 80
LINES = 16
"""Lines of hints without --full."""
STEPS = 8
"""Steps of a stream that are told without --full."""


def screen(facts: Facts, hints: Sequence[Hint], *, again: str, full: bool = False) -> Iterator[str]:
    """Lines of the screen.

    Parameters
    ----------
    facts
        What is known of the scenario.
    hints
        What is worth a second look.
    again
        The command as the user wrote it.
    full
        Leave nothing out.
    """
    verdict = "sound"
    if hints:
        verdict += f", {len(hints)} hint{'s' * (len(hints) > 1)}"
    title = facts.scenario.title or facts.scenario.name or "A scenario"
    title = cut(title, WIDTH - len(verdict) - 2)
    yield styled(title, "title") + verdict.rjust(WIDTH - len(title))
    if facts.prediction.pools:
        yield ""
        yield from teams(facts)
    for stream in range(len(facts.questions.names.value_streams)):
        yield ""
        yield from stream_lines(facts, stream, full=full)
    if hints:
        yield ""
        yield from hint_lines(hints, again=again, full=full)
    yield ""
    named = f"{cut(facts.scenario.name, WIDTH - 40)} {facts.scenario.digest[:8]}".strip()
    yield f"  svcsim {version('svcsim')} · scenario {named}"


def teams(facts: Facts) -> Iterator[str]:
    """Lines of the table of teams and resources."""
    head = f"  {'Team':<16}{'people':>7}{'h/wk':>7}{'busy':>8}{'least':>7}   "
    yield styled(head + "wait, working time", "dim")
    for pool in facts.prediction.pools:
        limited = pool.people >= 0
        people = str(pool.people) if limited else "any"
        load = number(pool.offered / TICKS_PER_HOUR / facts.weeks)
        busy = f"{100 * pool.utilisation:.1f} %" if math.isfinite(pool.utilisation) else "all"
        busy = "–" if pool.pool in facts.questions.outside else busy
        busy = busy if limited else ""
        least = str(pool.least) if limited and pool.least is not None else ""
        name = cut(facts.name(pool.pool), 15)
        line = f"  {name:<16}{people:>7}{load:>7}{busy:>8}{least:>7}   {wait(pool)}"
        yield from wrap(line, WIDTH, subsequent_indent=" " * 50, drop_whitespace=True)
        yield from _wrapped(_standing(facts, pool.pool), 4)


def _standing(facts: Facts, pool: int) -> str:
    """The standing load of a team, in hours of people a week."""
    parts = [
        f"{load} {number(ticks / TICKS_PER_HOUR / facts.weeks)} h/wk"
        for load, ticks in facts.standing(pool).items()
    ]
    return f"standing: {' · '.join(parts)}" if parts else ""


def wait(pool: PoolForecast) -> str:
    """The mean wait for a team in working time, or why theory has none."""
    if pool.people < 0:
        return "never"
    if pool.wait is None:
        return f"- {pool.reason}"
    text = in_words(pool.wait) if pool.exact else f"≈ {in_words(pool.wait)}"
    if len(pool.by_rank) > 1:
        parts = ", ".join(f"{rank}: {in_words(each)}" for rank, each in pool.by_rank)
        text += f" (priority {parts})"
    return text


def _swarms(facts: Facts, stream: int) -> bool:
    """Say whether work of a stream may start before everybody is there."""
    steps = facts.scenario.streams[facts.questions.names.streams[stream]].steps
    return any(place.step.quorum is not None for place in placed(steps))


def stream_lines(facts: Facts, stream: int, *, full: bool = False) -> Iterator[str]:
    """What an item of a stream takes: with nobody in its way, and with queues where known."""
    prediction, names, model = facts.prediction, facts.questions.names, facts.model
    touch, people = prediction.hands_on(stream), prediction.touch(stream)
    waits, visits = prediction.delays(stream), prediction.visits(stream)
    items = float(prediction.items[stream].sum()) / facts.weeks
    parts = []
    if touch.sum() > 0:
        parts.append(f"{in_words(touch.sum())} of work")
    if people.sum() > 1.001 * touch.sum():
        most = "at most " if _swarms(facts, stream) else ""
        parts[0] += f" ({most}{in_words(people.sum())} of everybody's time)"
    if waits.sum() > 0:
        parts.append(f"{in_words(waits.sum())} of waits")
    count = f"{number(items)} items a week"
    if items == 0 and facts.may_come[stream].any():
        count = "items that are not foreseen"
    head = f"{names.streams[stream]}: {count}, each "
    head += " and ".join(parts) or "no time at all"
    lead = prediction.lead_time(stream)
    if lead is not None and lead > 1.001 * (touch.sum() + waits.sum()):
        head += f", {in_words(lead)} with queues"
    yield from _wrapped(head, 2)
    own = [s for s in range(len(names.steps)) if model.steps[s]["stream"] == stream]
    taking = [s for s in own if touch[s] + waits[s] > 0]
    parts = [f"{names.steps[s]} {in_words(touch[s] + waits[s])}" for s in taking]
    if len(parts) > STEPS and not full:
        parts = [*parts[: STEPS - 1], f"{len(parts) - STEPS + 1} more"]
    if len(taking) > 1:
        yield from _wrapped(f"steps: {' · '.join(parts)}", 4)
    by_activity: dict[str, float] = {}
    for s in taking:
        if people[s] > 0 and model.steps[s]["activity"] != NONE:
            name = names.activities[model.steps[s]["activity"]]
            by_activity[name] = by_activity.get(name, 0.0) + float(people[s])
    if len(by_activity) > 1 and full:
        parts = [f"{name} {in_words(ticks)}" for name, ticks in by_activity.items()]
        yield from _wrapped(f"activities: {' · '.join(parts)}", 4)
    loops = [f"{names.steps[s]} {visits[s]:.3g}" for s in facts.returning if s in own]
    if loops:
        yield from _wrapped(f"visits: {' · '.join(loops)}", 4)
    gates = any((flow.codes == Op.GATE).any() for flow in prediction.flows[stream])
    if gates:
        yield "    and the waits for its gates"


def hint_lines(hints: Sequence[Hint], *, again: str, full: bool = False) -> Iterator[str]:
    """The hints of each rule together, the first rules where there are many, or everything."""
    if full:
        for hint in hints:
            yield from _wrapped(f"{hint.code}: {hint}", 2)
        return
    groups: dict[str, list[Hint]] = {}
    for hint in hints:
        groups.setdefault(hint.code, []).append(hint)
    lines: list[str] = []
    hidden = 0
    for code, group in groups.items():
        more = _wrapped(_told(code, group), 2)
        if hidden or len(lines) + len(more) > LINES:
            hidden += 1
        else:
            lines += more
    yield from lines
    if hidden or len(hints) > len(groups):
        kinds = f"{hidden} more kind{'s' * (hidden > 1)}; " if hidden else ""
        yield f"  {kinds}in full: {again} --full"


def _told(code: str, group: Sequence[Hint]) -> str:
    """One hint as it is; of several the rule and where they are."""
    if len(group) == 1:
        return f"{code}  {group[0]}"
    rule = {**FEASIBILITY, **ITIL}[code].rstrip(".")
    places = list(dict.fromkeys(_short(hint.path) for hint in group))
    return f"{code} ({len(group)})  {rule}: {', '.join(places)}"


def _short(path: str) -> str:
    """The step or target of a path, or its last word."""
    words = path.split(".")
    named = [words[i + 1] for i, word in enumerate(words[:-1]) if word in ("steps", "targets")]
    return named[0] if named else words[-1]


def cut(text: str, width: int) -> str:
    """A text that is at most so wide."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _wrapped(text: str, indent: int) -> list[str]:
    return wrap(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2),
        break_on_hyphens=False,
    )  # fmt: skip
