"""The same demand, with the same luck, under several scenarios."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from svcsim.analysis.comparison import Addressed, Matched, addressed, matched
from svcsim.analysis.confidence import METHOD, Estimate, estimate
from svcsim.analysis.key import Key
from svcsim.analysis.measures import reduce
from svcsim.decisions.grid import in_common
from svcsim.errors import ScenarioError, SvcsimError
from svcsim.experiment.about import About
from svcsim.experiment.block import Block
from svcsim.experiment.fingerprint import fingerprint
from svcsim.experiment.gather import Progress, gather, kept
from svcsim.experiment.interrupt import interruptible
from svcsim.experiment.numbers import COLUMNS, Number, records
from svcsim.experiment.provenance import Provenance
from svcsim.experiment.replicate import cores
from svcsim.experiment.results import Results
from svcsim.experiment.stopwatch import clock
from svcsim.experiment.study import Study, checked_count, checked_engine
from svcsim.scenario.arguments import checked_texts
from svcsim.scenario.changes import Asked, split
from svcsim.scenario.load import load
from svcsim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

Given = Scenario | str | Path


def compare(
    base: Given,
    vs: Given | Sequence[Given] | Mapping[str, Given],
    *,
    set: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "compiled",
    jobs: int | None = None,
    progress: Progress | None = None,
    cache: bool = False,
    cluster: str | None = None,
) -> "Comparison":
    """Compare variants with a base, replication by replication and item by item.

    All scenarios see common random numbers: what a change does not touch is the same to the bit,
    so that differences are much surer than the numbers themselves.

    Parameters
    ----------
    base
        A scenario, or the name of its file, or of one that comes with svcsim.
    vs
        A variant, or several: scenarios, names of files, or changes of the base,
        ``"teams.desk.people=+1"``, with commas between several changes of one variant. They have
        labels of your own (a mapping), or A, B, ...
    set
        Changes of every scenario that is named by its file.
    replications, seed
        Instead of what the base says.
    engine, jobs, progress, cache, cluster
        As of `svcsim.run`. What happened to the items is kept for each pair of scenarios.

    Raises
    ------
    ScenarioError
        If a scenario is wrong.
    SvcsimError
        If an argument is, or there is nothing to compare.
    """
    began = clock()
    scenarios = {"base": base if isinstance(base, Scenario) else load(base, set=set)}
    scenarios |= {label: _given(base, given, set) for label, given in _labelled(vs).items()}
    if len(scenarios) < 2:
        raise SvcsimError("compare: nothing to compare with; name a variant")
    first = scenarios["base"]
    n = checked_count(
        "replications", first.replications if replications is None else replications, 1
    )
    seed = checked_count("seed", first.seed if seed is None else seed, 0)
    jobs = checked_count("jobs", cores() if jobs is None else jobs, 1)
    engine = checked_engine(engine)
    studies = tuple(Study.of(each, engine=engine, seed=seed) for each in scenarios.values())
    same = tuple(_same_streams(studies[0], other) for other in studies[1:])
    keys = [study.fingerprint() for study in studies]
    keys += [
        fingerprint("matched", keys[0], key, streams)
        for key, streams in zip(keys[1:], same, strict=True)
    ]
    with interruptible() as stop:
        found, cached = gather(
            _Task(studies, same),
            n,
            jobs=jobs,
            processes=engine == "reference",
            stop=stop,
            places=kept(keys) if cache else (),
            progress=progress,
            cluster=cluster,
        )
    if not found:
        raise KeyboardInterrupt
    matrices, matches = found[: len(studies)], found[len(studies) :]
    seconds = clock() - began
    results = {
        label: Results(
            about=About.of(scenario),
            questions=study.questions,
            numbers=matrix.numbers(),
            identities=matrix.identities,
            provenance=Provenance.of(
                scenario,
                seed=seed,
                engine=engine,
                replications=matrix.replications,
                cached=cached,
            ),
            asked=n,
            seconds=seconds,
        )
        for (label, scenario), study, matrix in zip(
            scenarios.items(), studies, matrices, strict=True
        )
    }
    of_variant = {
        label: [
            [Matched(*counts) for counts in streams]
            for streams in matrix.column("matched").tolist()
        ]
        for label, matrix in zip(list(scenarios)[1:], matches, strict=True)
    }
    return Comparison(results.pop("base"), results, of_variant)


@dataclass(frozen=True)
class ItemShares:
    """What a variant does to the items of one stream that base and variant have."""

    stream: str
    sooner: Number
    """Share of the items that have their value sooner than in the base."""
    later: Number
    same: Number
    """Share of the items whose lead time is the same to the tick."""
    items: Number
    """Items of both, per replication."""
    only_base: Number
    """Items that have a lead time in the base only, per replication."""
    only_variant: Number


@dataclass(frozen=True)
class Comparison:
    """A base and variants, with paired differences."""

    base: Results
    variants: dict[str, Results]
    matches: dict[str, list[list[Matched]]]
    """By variant, replication and stream of the base."""

    @cached_property
    def differences(self) -> dict[str, dict[Key, Number]]:
        """What each variant has more than the base, by measure."""
        return {
            label: self.base.numbers.difference(results.numbers)
            for label, results in self.variants.items()
        }

    @cached_property
    def measures(self) -> "pd.DataFrame":
        """Measures of the base and of the variants, by ``variant``, as of `Results.measures`."""
        import pandas as pd

        frames = {"base": self.base.measures}
        frames |= {label: results.measures for label, results in self.variants.items()}
        parts = [frame.assign(variant=label) for label, frame in frames.items()]
        frame = pd.concat(parts, ignore_index=True)[["variant", *COLUMNS]]
        frame.attrs["interval"] = METHOD
        return frame

    @cached_property
    def changes(self) -> "pd.DataFrame":
        """Paired differences: variant minus base, with their intervals."""
        import pandas as pd

        frame = pd.DataFrame(self._change_records(), columns=["variant", *COLUMNS])
        frame.attrs["interval"] = f"{METHOD}, paired"
        return frame

    def _change_records(self) -> list[dict[str, Any]]:
        return [
            {"variant": label, **record}
            for label, differences in self.differences.items()
            for record in records(differences, bounded=False)
        ]

    def items(self, variant: str) -> list[ItemShares]:
        """What a variant does to the items of each stream of the base."""
        by_replication = self.matches[variant]
        found = []
        for index, stream in enumerate(self.base.about.streams):
            matched_items = [streams[index] for streams in by_replication]
            both = np.array([match.both for match in matched_items], float)
            names = ("sooner", "later", "same", "both", "only_base", "only_other")
            counts = {
                name: np.array([getattr(match, name) for match in matched_items], float)
                for name in names
            }
            shares = [_number(estimate(counts[name], both), "1") for name in names[:3]]
            means = [_number(estimate(counts[name]), "items") for name in names[3:]]
            found.append(ItemShares(stream.name, *shares, *means))
        return found

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain values: what ``--json`` writes."""
        return {
            "base": self.base.as_dict(),
            "variants": {label: results.as_dict() for label, results in self.variants.items()},
            "interval": f"{METHOD}, paired",
            "differences": self._change_records(),
            "items": {
                label: [
                    {
                        "stream": shares.stream,
                        **{
                            name: {"value": _plain(number.value),
                                   "half_width": _plain(number.half_width),
                                   "unit": number.unit, "n": number.n}
                            for name in ("sooner", "later", "same", "items", "only_base",
                                         "only_variant")
                            for number in [getattr(shares, name)]
                        },
                    }
                    for shares in self.items(label)
                ]
                for label in self.variants
            },
        }  # fmt: skip

    def __repr__(self) -> str:
        return f"<Comparison of {self.base.provenance.scenario or 'a scenario'} with " + (
            f"{', '.join(self.variants)}: {self.base.provenance.often}>"
        )

    def _repr_html_(self) -> str:
        """The base, and what each variant changes, for notebooks."""
        frame = self.changes
        plain = frame[["team", "step", "activity", "cause", "class"]].isna().all(axis=1)
        frame = frame[plain & frame["measure"].isin(("on_time", "lead_time"))]
        columns = ["variant", "stream", "target", "measure", "statistic", "clock", "value",
                   "half_width", "unit"]  # fmt: skip
        table = frame[columns].to_html(index=False, na_rep="", float_format="{:.4g}".format)
        return f"{self.base._repr_html_()}<h4>Differences</h4>{table}"


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker does for one replication. Can be pickled."""

    studies: tuple[Study, ...]
    same_streams: tuple[list[int], ...]

    def __call__(self, replication: int) -> tuple[Block, ...]:
        parts = self.some(replication, [True] * (len(self.studies) + len(self.same_streams)))
        return tuple(part for part in parts if part is not None)

    def some(self, replication: int, wanted: Sequence[bool]) -> tuple[Block | None, ...]:
        """Return numbers of scenarios, then what a variant does to the items: what is wanted of it.

        A variant that is compared needs the items of the base.
        """
        n = len(self.studies)
        numbers, pairs = wanted[:n], [any(wanted[n:]), *wanted[n:]]
        runs = {
            k: study.follow(replication)
            for k, study in enumerate(self.studies)
            if numbers[k] or pairs[k]
        }
        items = {k: addressed(run) for k, run in runs.items() if pairs[k]}
        return (
            *(Block.of(reduce(runs[k])) if numbers[k] else None for k in range(n)),
            *(self._pair(k, items) if pairs[k] else None for k in range(1, n)),
        )

    def _pair(self, k: int, items: dict[int, Addressed]) -> Block:
        found = matched(items[0], items[k], self.same_streams[k - 1])
        return Block.counted("matched", map(astuple, found))


def _labelled(vs: Given | Sequence[Given] | Mapping[str, Given]) -> dict[str, Given]:
    if isinstance(vs, str | Path | Scenario):
        vs = [vs]
    if not isinstance(vs, Mapping | Sequence):
        raise SvcsimError(f"vs: found {vs!r}; name variants: files, or changes of the base, "
                          'such as "teams.desk.people=+1"')  # fmt: skip
    if isinstance(vs, Mapping):
        found = dict(vs)
    else:
        found = {label(index): variant for index, variant in enumerate(vs)}
    if "base" in found:
        raise SvcsimError("compare: a variant is called base; give it another name")
    return found


def label(index: int) -> str:
    """A, B, ... Z, A1, B1, ...: the label of variant `index`."""
    letter, round_ = chr(ord("A") + index % 26), index // 26
    return f"{letter}{round_ or ''}"


def _given(base: Given, given: Given, set: Sequence[str]) -> Scenario:
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str) and "=" in given:
        if isinstance(base, Scenario):
            raise SvcsimError(
                f"compare: {given!r} changes the base; name the base by its file, "
                "or load the variant with load(file, set=[...])"
            )
        changes = Asked.all(split(given), "vs=")
        same = list(in_common(changes))
        try:
            found = load(base, set=[*checked_texts("set", set, "teams.desk.people=+1"), *changes])
        except ScenarioError as error:
            raise ScenarioError([*error.problems, *same]) from None
        if same:
            raise ScenarioError(same)
        return found
    return load(given, set=set)


def _same_streams(base: Study, other: Study) -> list[int]:
    """For each stream of `other`, its number in the base, or -1."""
    known = base.questions.names.streams
    return [known.index(name) if name in known else -1 for name in other.questions.names.streams]


def _number(found: Estimate, unit: str) -> Number:
    return Number.even(float(found.value), float(found.half_width), unit, int(found.n))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else value
