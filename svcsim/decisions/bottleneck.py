"""Where one more unit of speed or capacity helps a response: elasticities, not utilisation.

A team may be the busiest, another the one where items wait longest, and a third the one that would
help. Only the last question is about leverage, and only runs answer it: every lever is turned a
little up and a little down, under common random numbers, and what the response makes of it is its
elasticity,

    e = (ln response(1 + h) - ln response(1 - h)) / (ln(1 + h) - ln(1 - h)),

with the paired interval of the jackknife. Infinitesimal perturbation analysis and score functions
are no alternative: the one is biased as soon as the order of events matters, as it does with
priorities, and the other knows nothing after ten thousand draws (P. Glasserman, "Gradient
Estimation via Perturbation Analysis", 1991).
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from svcsim.analysis.key import Key
from svcsim.decisions.effects import Effect, difference, elasticity, relative, response, total
from svcsim.decisions.enough import Enough
from svcsim.decisions.euler import fixed_clocks
from svcsim.decisions.findings import Bottleneck, Stepped, Turned
from svcsim.decisions.levers import HORIZON, KINDS, Dial, dials, switches
from svcsim.decisions.points import Point, Simulated, simulated
from svcsim.decisions.ranks import Ranking, ranking
from svcsim.decisions.responses import default, measurable, responses, wants_more
from svcsim.errors import SvcsimError
from svcsim.experiment.about import About
from svcsim.experiment.numbers import Numbers
from svcsim.experiment.provenance import Provenance
from svcsim.experiment.replicate import cores
from svcsim.experiment.run import Progress
from svcsim.experiment.stopwatch import clock
from svcsim.experiment.study import Study, checked_count, checked_engine
from svcsim.experiment.wanted import Wanted, is_percentile
from svcsim.model.build import Compiled
from svcsim.scenario.arguments import checked_texts
from svcsim.scenario.explain import listed
from svcsim.scenario.load import load
from svcsim.scenario.schema import Scenario

STEP, LONG_STEP = 0.02, 0.05
"""How far a dial is turned; the longer one where the response jumps (methods 4.2)."""
MOST_REPLICATIONS = 100
"""Unless more are asked for: differences are much surer than the numbers themselves."""
HALVINGS = 3
"""How often a step is halved that turns out to be too long."""
DESCRIBED = ("utilisation", "queue_length")


def bottleneck(
    scenario: Scenario | str | Path,
    response: str | None = None,
    *,
    set: Sequence[str] = (),
    only: Sequence[str] = KINDS,
    h: float | None = None,
    check: bool = False,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "compiled",
    jobs: int | None = None,
    progress: Progress | None = None,
    cache: bool = False,
) -> Bottleneck:
    """Find out which lever moves a response, and how sure that is.

    Parameters
    ----------
    scenario
        A scenario, or the name of its file, or of one that comes with svcsim.
    response
        What to look at, ``"incident.lead_time.mean"`` (see `svcsim.decisions.responses`). Not
        given: the mean lead time of the first stream.
    set
        Changes of a scenario that is named by its file.
    only
        Kinds of levers: ``work``, ``waits``, ``replies``, ``demand``, ``rework`` (elasticities),
        ``people`` and ``gates`` (whole steps).
    h
        How far a dial is turned, as a share. Not given: 0.02; 0.05 for responses that are shares
        or percentiles, and for rework, where few items change.
    check
        Turn every dial by h / 2 too, and go on halving where the two disagree by more than two
        standard errors.
    replications, seed
        Of every point; not given: those of the scenario, at most 100.
    engine, jobs, progress, cache
        As of `svcsim.run`; `progress` counts the replications of all points.

    Raises
    ------
    ScenarioError
        If the scenario is wrong, or there is no such response.
    SvcsimError
        If an argument is wrong.
    KeyboardInterrupt
        If there was a Ctrl-C before the base was finished.

    Examples
    --------
    >>> found = bottleneck("first_desk", only=["work"], replications=4)
    >>> [one.name for one in found.turned]
    ['desk', 'second_line']
    >>> found.turned[1].elasticity.value > found.turned[0].elasticity.value
    True
    """
    began = clock()
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, set=set)
    elif set:
        raise SvcsimError("bottleneck: only a scenario that is named by its file can be changed; "
                          "write load(file, set=[...])")  # fmt: skip
    n = checked_count(
        "replications",
        min(scenario.replications, MOST_REPLICATIONS) if replications is None else replications, 1,
    )  # fmt: skip
    seed = checked_count("seed", scenario.seed if seed is None else seed, 0)
    jobs = checked_count("jobs", cores() if jobs is None else jobs, 1)
    only = checked_levers(only, h)
    if response is not None and not isinstance(response, str):
        raise SvcsimError(f"response: found {response!r}; name one, such as incident.lead_time")
    study = Study.of(scenario, engine=checked_engine(engine), seed=seed)
    keys = measurable(study)
    (key,) = responses([response or default(scenario)], scenario, keys)
    simulate = partial(
        simulated, replications=n, seed=seed, engine=study.engine, jobs=jobs, progress=progress,
        cache=cache,
    )  # fmt: skip
    search = _Search(scenario, study, keys, key, tuple(only), h, simulate)
    if not search.run(check=check):
        raise KeyboardInterrupt
    return search.told(n, clock() - began)


def checked_levers(
    only: str | Sequence[str], h: float | None, told: tuple[str, str] = ("only", "h")
) -> list[str]:
    """The kinds of levers, if these and how far they are turned can be used; `told`: their names.

    Raises
    ------
    SvcsimError
        If not.
    """
    kinds = checked_texts(told[0], only, "people")
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong or not kinds:
        found = listed([repr(kind) for kind in wrong], "and") if wrong else "nothing"
        raise SvcsimError(f"{told[0]}: found {found}; write some of {listed(KINDS)}")
    if h is not None and not 0 < h <= 0.5:
        raise SvcsimError(f"{told[1]}: found {h!r}; write a share above 0, at most 0.5")
    return kinds


class _Search:
    """The points of a search, and what was found at them."""

    def __init__(
        self,
        scenario: Scenario,
        study: Study,
        keys: Sequence[Key],
        key: Key,
        only: tuple[str, ...],
        h: float | None,
        simulate: Callable[[Sequence[Point]], Simulated],
    ):
        self.scenario, self.study, self.key = scenario, study, key
        compiled = Compiled(study.questions.model, study.questions.names)
        self.fixed = fixed_clocks(compiled.model, key)
        self.dials = [dial for dial in dials(scenario, compiled) if dial.kind in only]
        if not self.fixed and all(kind in only for kind in ("work", "waits", "replies", "demand")):
            self.dials.append(HORIZON)
        self.steps = [self._step(dial, h) for dial in self.dials]
        self.agrees: list[bool | None] = [None for _ in self.dials]
        self.switches = [one for one in switches(scenario, compiled) if one.kind in only]
        enough = Enough(scenario, compiled) if any(s.takes for s in self.switches) else None
        self.refused = [
            enough.refusal(switch.change(compiled.model)) if enough and switch.takes else ""
            for switch in self.switches
        ]
        described = [k for k in keys if k.measure in DESCRIBED and k.stream is None]
        self.base_wanted = Wanted.of([key, *described])
        self.wanted = Wanted.of([key])
        self._simulate = simulate
        self.points = 0
        self.finished = 0
        self.cached = 0
        self.base: Numbers
        self.turned: dict[int, Effect] = {}
        self.stepped: dict[int, Numbers] = {}

    def _step(self, dial: Dial, h: float | None) -> float:
        jumps = dial.jumps or is_percentile(self.key) or self.key.statistic == "share"
        if h is None:
            return LONG_STEP if jumps else STEP
        return h

    def run(self, *, check: bool) -> bool:
        """Simulate everything; return whether at least the base was finished."""
        ways = [index for index, refused in enumerate(self.refused) if not refused]
        points = [Point(self.study.questions, self.base_wanted)]
        points += self._turns(range(len(self.dials)))
        points += [self._point(self.switches[index].change) for index in ways]
        done = self._simulated(points)
        if not done:
            return False
        self.base, rest = done[0], done[1:]
        pairs = list(zip(rest[0::2], rest[1::2], strict=False))[: len(self.dials)]
        self.turned = {index: self._effect(index, pair) for index, pair in enumerate(pairs)}
        self.stepped = dict(zip(ways, rest[2 * len(self.dials) :], strict=False))
        wanted = list(self.turned) if check and self.finished == self.points else []
        for _ in range(HALVINGS):
            wanted = self._halved(wanted)
            if not wanted:
                break
        return True

    def _halved(self, wanted: list[int]) -> list[int]:
        """Turn some dials half as far; return those for which that makes a difference."""
        for index in wanted:
            self.steps[index] /= 2
        done = self._simulated(self._turns(wanted)) if wanted else []
        apart = []
        for index, pair in zip(wanted, zip(done[0::2], done[1::2], strict=False), strict=False):
            before, now = self.turned[index], self._effect(index, pair)
            change = total([now, before.times(-1.0)])
            self.agrees[index] = not abs(change.value) > 2 * change.error
            if not self.agrees[index]:
                apart.append(index)
                self.turned[index] = now
            else:
                self.steps[index] *= 2  # the longer step is the surer one
        return apart

    def _turns(self, indices: Sequence[int]) -> list[Point]:
        return [
            self._point(self.dials[index].at(1 + sign * self.steps[index]))
            for index in indices
            for sign in (-1, 1)
        ]

    def _point(self, change: object) -> Point:
        return Point(self.study.questions, self.wanted, change)  # type: ignore[arg-type]

    def _simulated(self, points: Sequence[Point]) -> list[Numbers]:
        done, cached = self._simulate(points)
        self.points += len(points)
        self.finished += len(done)
        self.cached += cached
        return done

    def _effect(self, index: int, pair: tuple[Numbers, Numbers]) -> Effect:
        h = self.steps[index]
        return elasticity(*pair, self.key, math.log1p(h) - math.log1p(-h))

    # ---- what was found ------------------------------------------------------------------------

    def told(self, n: int, seconds: float) -> Bottleneck:
        """Put everything together."""
        gain = -1.0 if wants_more(self.key) else 1.0
        differences = {
            index: difference(self.base, numbers, self.key)
            for index, numbers in self.stepped.items()
        }
        works = [i for i in self.turned if self.dials[i].kind == "work"]
        work = ranking([self.turned[i].times(gain) for i in works])
        more = [i for i in self.stepped if self.switches[i].what == "one more"]
        people = ranking([differences[i].times(-gain) for i in more])
        ranks = dict(zip(works, work.ranks, strict=True))
        people_ranks = dict(zip(more, people.ranks, strict=True))
        unit = self.key.unit
        turned = tuple(
            Turned(dial.kind, dial.name, dial.team, self.turned[index].number("1"),
                   self.steps[index], ranks.get(index), self.agrees[index])
            for index, dial in enumerate(self.dials)
            if index in self.turned and dial is not HORIZON
        )  # fmt: skip
        stepped = tuple(
            Stepped(
                switch.kind, switch.name, switch.what,
                differences[index].number(unit) if index in differences else None,
                relative(self.base, self.stepped[index], self.key).number("1")
                if index in self.stepped else None,
                people_ranks.get(index), self.refused[index],
            )
            for index, switch in enumerate(self.switches)
            if index in differences or self.refused[index]
        )  # fmt: skip
        return Bottleneck(
            about=About.of(self.scenario),
            response=self.key,
            base=self.base,
            value=response(self.base, self.key).number(unit),
            turned=turned,
            stepped=stepped,
            euler=self._euler(),
            fixed=self.fixed,
            needed=_needed(work, people),
            provenance=Provenance.of(
                self.scenario,
                seed=self.study.seed,
                engine=self.study.engine,
                replications=n,
                cached=self.cached,
            ),
            points=self.points,
            finished=self.finished,
            seconds=seconds,
        )

    def _euler(self) -> "tuple[float, float] | None":
        if not self.dials or self.dials[-1] is not HORIZON or len(self.turned) < len(self.dials):
            return None
        signs = {"demand": -1.0, "rework": 0.0}
        found = total([
            self.turned[index].times(signs.get(dial.kind, 1.0))
            for index, dial in enumerate(self.dials)
            if dial.kind != "rework"
        ])  # fmt: skip
        return found.value, found.half_width


def _needed(work: Ranking, people: Ranking) -> dict[str, int | None]:
    return {"work": work.needed, "people": people.needed}
