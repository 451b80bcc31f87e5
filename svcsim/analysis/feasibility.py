"""Whether a scenario can work at all: found before a run, from the model alone.

Each rule yields a `Problem` (the run is refused) or a `Hint` (worth a second look), with a code of
`CODES`; each code has one smallest file in tests/hints that shows it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from svcsim.analysis.capacity import (
    agenda_overload,
    due_missing,
    limit_overload,
    never_together,
    overload,
    too_few_left,
    unused,
    window_overload,
)
from svcsim.analysis.deadlines import (
    constant_touch,
    no_sitting,
    short_run_out,
    tight_target,
    too_short,
)
from svcsim.analysis.facts import Facts, Finding
from svcsim.analysis.idle import (
    constant_between,
    due_without_queue,
    idle_meeting,
    never_repeated,
    nobody_to_preempt,
    shift_end,
)
from svcsim.analysis.routes import (
    done_before_value,
    empty,
    endless_children,
    many_visits,
    never_ends,
    not_foreseen,
    timeless_loop,
    unreached,
)
from svcsim.analysis.volume import too_many_items
from svcsim.errors import Problem, ScenarioError
from svcsim.model.build import Compiled
from svcsim.scenario.hints import Hint, unknown
from svcsim.scenario.loads import said_at
from svcsim.scenario.locate import placed
from svcsim.scenario.schema import Scenario

CODES = {
    # ---- refused -----------------------------------------------------------------------------
    "overload": "A team has more time than work, unless a backlog is meant.",
    "window-overload": "The windows of a team leave it more time than work.",
    "agenda-overload": "A gate has more places than items.",
    "limit-overload": "A limit lets more work in than comes.",
    "reserved-overload": "What a reservation leaves of a team has more time than its other work.",
    "too-few-left": "A reservation leaves as many people as each step takes.",
    "never-together": "Everybody and every window that work needs is there at the same time.",
    "no-sitting": "A gate sits at least once for items of every class.",
    "never-ends": "From every step a way leads to the end.",
    "endless-children": "Items have fewer children than would replace them.",
    "timeless-loop": "A loop takes time, or must end (semantics 13).",
    "too-many-items": "A replication fits into memory.",
    # ---- hints -------------------------------------------------------------------------------
    "growing-backlog": "A backlog that is meant, or not certain, is told all the same.",
    "many-visits": "An item does not go round and round.",
    "unreached-step": "Every step is reached.",
    "done-before-value": "Items that are done have had their value.",
    "window-too-short": "Work fits into its window.",
    "shift-too-short": "Work that must end within a shift fits into one.",
    "tight-target": "A promise can be kept when nobody is in the way.",
    "short-run-out": "Items have time to be finished after the horizon.",
    "constant-touch": "Work of people varies.",
    "due-missing": "Items that are served by due date have one.",
    "unused-team": "Every team works.",
    "unused-resource": "Every resource is used.",
    "unused-calendar": "Every calendar is used.",
    "empty-class": "Every class has items.",
    "no-demand": "Every stream has items.",
    "made-by-trigger": "What triggers make is not foreseen.",
    "not-foreseen": "What depends on times, spells or triggers of a run is not foreseen.",
    # ---- words that do nothing where they stand ----------------------------------------------
    "due-without-queue": "Some team looks at a due date.",
    "never-repeated": "What is said of later visits is of a step that items come back to.",
    "nobody-to-preempt": "Items that preempt meet less urgent ones.",
    "never-interrupted": "What is said of interruptions is of work that is interrupted.",
    "no-shift-end": "What is said of the end of a shift is of shifts that end.",
    "nobody-takes-over": "Work that is handed over is taken over by somebody.",
    "constant-between": "What has bounds varies.",
    "idle-meeting": "Every meeting of a gate is held.",
}
"""Every rule of this page: what it asks for."""

Rule = Callable[[Facts], Iterator[Finding]]
STOPPING: tuple[Rule, ...] = (
    overload, too_few_left, never_together, window_overload, limit_overload, never_ends,
    endless_children, timeless_loop, no_sitting, agenda_overload, too_many_items,
)  # fmt: skip
"""Rules that may refuse a run, in the order in which they are told."""
RULES: tuple[Rule, ...] = (
    *STOPPING, many_visits, unreached, done_before_value, too_short, tight_target, short_run_out,
    constant_touch, due_missing, unused, empty, not_foreseen, due_without_queue, never_repeated,
    nobody_to_preempt, shift_end, constant_between, idle_meeting,
)  # fmt: skip
"""Every rule."""


def feasibility(scenario: Scenario, compiled: Compiled) -> list[Finding]:
    """Return everything that stands in the way of a run, and what is worth a second look.

    Problems come first.
    """
    return feasible(Facts.of(scenario, compiled))


def feasible(facts: Facts) -> list[Finding]:
    """Return what the rules find in facts that are already known."""
    found = [finding for rule in RULES for finding in rule(facts)]
    nameless = {finding.code for finding in found} - CODES.keys()
    if nameless:
        raise KeyError(f"codes without a sentence: {nameless}")
    told = [replace(one, path=said_at(one.path, facts.scenario)) for one in found]
    return sorted(told, key=lambda finding: isinstance(finding, Hint))


def refuse(scenario: Scenario, compiled: Compiled) -> None:
    """Raise what makes a run pointless.

    Raises
    ------
    ScenarioError
        With every problem and its place in the file, and without the hints.
    """
    facts = Facts.of(scenario, compiled)
    found = [*unknown(scenario), *(finding for rule in STOPPING for finding in rule(facts))]
    problems = [placed(one, scenario) for one in found if isinstance(one, Problem)]
    if problems:
        raise ScenarioError(problems)
