"""Responses: the numbers that a decision looks at, ``stream[.class][.target].measure[.statistic]``.

A team's are ``team.measure[.statistic]``, and a clock may be the last word:
``incident.lead_time.mean.wall``.
"""

from collections.abc import Sequence
from typing import Self

from svcsim.analysis.followed import Followed, nothing
from svcsim.analysis.key import Key
from svcsim.analysis.measures import reduce
from svcsim.analysis.percentiles import PERCENTILES
from svcsim.errors import Problem, ScenarioError
from svcsim.experiment.study import Study
from svcsim.scenario.arguments import checked_texts
from svcsim.scenario.explain import listed, near
from svcsim.scenario.schema import Scenario
from svcsim.scenario.words import MEASURES

BETTER_MORE = frozenset(
    {
        "on_time", "flow_efficiency", "throughput", "automation_coverage", "complete_and_accurate",
        "linked", "first_contact_resolution",
    }
)  # fmt: skip
"""Measures of which more is better; of all others less is."""
WALL = "wall"


class Asked(str):
    """The text of a response that knows what asked for it: in messages."""

    by: str

    @classmethod
    def all(cls, texts: Sequence[str], by: str) -> list[Self]:
        """Let several texts know what asked for them."""
        found = [cls(text) for text in texts]
        for one in found:
            one.by = by
        return found


def measurable(study: Study) -> tuple[Key, ...]:
    """Return every number that a study can give: what it would say if nothing happened."""
    reduced = reduce(Followed.of(study.questions, nothing(), study.seed, 0))
    percentiles = [
        key._replace(statistic=f"p{percent}") for key in reduced.histograms
        for percent in PERCENTILES
    ]  # fmt: skip
    return (*reduced.keys, *percentiles)


def default(scenario: Scenario) -> str:
    """Return the response that is looked at where none is named: the first stream's lead time."""
    return f"{next(iter(scenario.streams))}.lead_time.mean"


def responses(texts: Sequence[str], scenario: Scenario, keys: Sequence[Key]) -> list[Key]:
    """Return the keys of some responses.

    Parameters
    ----------
    texts
        Responses in words. Without a statistic it is the mean, or the only one; without a clock
        the scenario's calendar where the number is told on it, and the wall clock otherwise.
    scenario
        What they are asked of.
    keys
        Every number that there is.

    Raises
    ------
    ScenarioError
        With every text that names none of them.
    """
    found, problems = [], []
    for text in checked_texts("response", texts, "incident.lead_time"):
        try:
            found.append(_response(text, scenario, keys))
        except _UnknownError as error:
            by = getattr(text, "by", "response=")
            problems.append(Problem("unknown-response", text, error.found, error.remedy, by))
    if problems:
        raise ScenarioError(problems)
    return found


class _UnknownError(Exception):
    """What is wrong with one text."""

    def __init__(self, found: str, remedy: str):
        super().__init__(found, remedy)
        self.found, self.remedy = found, remedy


def _response(text: str, scenario: Scenario, keys: Sequence[Key]) -> Key:
    first, *rest = text.strip().split(".")
    plain = [key for key in keys if (key.step, key.activity, key.cause) == (None, None, None)]
    if first in scenario.streams:
        plain = [key for key in plain if key.stream == first]
    else:
        pools = {key.team for key in plain if key.team is not None and key.stream is None}
        plain = [key for key in plain if key.stream is None and key.team == first]
        _known(first, "stream or team", [*scenario.streams, *sorted(pools)])
    at = max((i for i, word in enumerate(rest) if word in MEASURES), default=None)
    there = sorted({key.measure for key in plain})
    if at is None or rest[at] not in there:
        wrong = rest[at] if at is not None else (rest[-1] if rest else "")
        if at is None and len(rest) > 1 and not near(wrong, there):
            wrong = rest[-2] if near(rest[-2], there) else wrong
        targets = sorted({key.target for key in plain if key.target})
        if wrong in targets:
            remedy = f"add what is asked of it: {text.strip()}.on_time"
            raise _UnknownError(f"{wrong!r} is a target, and no measure", remedy)
        _known(wrong, f"measure of {first}", there)
        raise AssertionError(wrong)
    named, measure, after = rest[:at], rest[at], rest[at + 1 :]
    plain = [key for key in plain if key.measure == measure]
    plain = _narrowed(plain, named, scenario)
    statistics = list(dict.fromkeys(key.statistic for key in plain))
    statistic = next((s for s in ("mean", "share", "ratio") if s in statistics), statistics[0])
    if after:
        statistic, *after = after
    elif statistic not in ("mean", "share", "ratio") and len(statistics) > 1:
        raise _UnknownError(f"{measure} has several statistics", f"add {listed(statistics)}")
    _known(statistic, f"statistic of {measure}", statistics)
    plain = [key for key in plain if key.statistic == statistic]
    clocks = [key.clock for key in plain]
    usual = scenario.calendar if scenario.calendar in clocks else clocks[0]
    if after:
        _known(after[0], f"clock of {measure}", [clock for clock in clocks if clock])
        usual = after[0]
        if len(after) > 1:
            raise _UnknownError(f"there is something after {after[0]!r}", "leave it out")
    return next(key for key in plain if key.clock == usual)


def _narrowed(keys: list[Key], named: Sequence[str], scenario: Scenario) -> list[Key]:
    """Return the keys with the class and target that are named, or else with none."""
    classes = sorted({key.cls for key in keys if key.cls})
    targets = sorted({key.target for key in keys if key.target})
    cls = target = None
    for word in named:
        _known(word, "class or target", [*classes, *targets])
        if word in classes and cls is None:
            cls = word
        else:
            target = word
    if target is None and targets:
        if len(targets) > 1:
            raise _UnknownError("there are several targets", f"name one: {listed(targets)}")
        target = targets[0]
    return [key for key in keys if (key.cls, key.target) == (cls, target)]


def _known(word: str, what: str, words: Sequence[str]) -> None:
    """Refuse a word that is none of some."""
    if word in words:
        return
    meant = near(word, words)
    remedy = f"did you mean {meant}?" if meant else f"there {_is(words)} {listed(words, 'and')}"
    if not words:
        remedy = "leave it out"
    raise _UnknownError(f"{word!r} is no {what}" if word else f"no {what} is named", remedy)


def _is(words: Sequence[str]) -> str:
    return "is only" if len(words) == 1 else "are"


def in_words(key: Key) -> str:
    """Return a response in words, as it is asked for; of the clock only the wall's.

    >>> in_words(Key("on_time", "share", "1", "p1", target="restored", clock="office"))
    'p1.restored.on_time.share'
    """
    words = [key.stream or key.team, key.cls, key.target, key.measure, key.statistic]
    return ".".join(word for word in words if word)


def wants_more(key: Key) -> bool:
    """Whether more of a response is better."""
    return key.measure in BETTER_MORE
