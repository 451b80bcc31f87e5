"""Checks of the backlog: where its items are, and that what is said of them makes sense."""

from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_streams import leaf, step_name
from svcsim.scenario.flow import placed
from svcsim.scenario.strands import parallel
from svcsim.scenario.text import Words
from svcsim.scenario.words import DONE, ByClass


def backlogs(fit: Fit) -> Found:
    """The items of each backlog are of a class, at a step, and somebody may work on them."""
    for name, stream in fit.scenario.streams.items():
        path: Words = ("streams", name)
        for i, entry in enumerate(stream.backlog):
            here = (*path, "backlog", i) if len(stream.backlog) > 1 else (*path, "backlog")
            if entry.class_name is not None:
                where, names = (*here, "class"), list(stream.classes)
                what = f" of {name}"
                holder = (*path, "classes")
                yield from fit.unknown("class", entry.class_name, names, holder, where, what=what)
            for word in ("age", "since"):
                dist = getattr(entry, word)
                if dist is not None and dist.clock == "business":
                    found = "no calendar is known before the start"
                    yield fit.problem("business-unit", (*here, word), found, "write it in d or h")
            steps = {place.name: place.step for place in placed(stream.steps)}
            if entry.at is not None:
                if entry.at == DONE:
                    yield from step_name(fit, DONE, list(steps), (*here, "at"), path)
                yield from leaf(fit, stream, entry.at, (*here, "at"), path)
                if parallel(stream):
                    found = "its items may be at several steps at once"
                    remedy = "leave at out, so that they begin where every item does"
                    yield fit.problem("backlog-at", (*here, "at"), found, remedy)
            step = steps.get(entry.at or "")
            if entry.working and (step is None or step.touch is None or step.gate is not None):
                found = "nobody works at a gate or in a wait" if step else "at does not stand here"
                remedy = "write at: a step with touch, or leave it out"
                yield fit.problem("out-of-place", (*here, "working"), found, remedy, key=True)
            else:
                before = [
                    word
                    for word in ("wait", "auto", "incomplete", "every")
                    if step is not None and getattr(step, word) is not None
                ]
                if entry.working and before:
                    found = f"the work of {entry.at} comes after its {before[0]}"
                    remedy = "leave it out, or make the work a step of its own"
                    yield fit.problem("out-of-place", (*here, "working"), found, remedy, key=True)
        if stream.backlog and stream.due is not None:
            dues = stream.due.values.values() if isinstance(stream.due, ByClass) else [stream.due]
            if any(due.business for due in dues):
                found = "due counts open time from the arrival, which for the backlog is not known"
                yield fit.problem(
                    "backlog-due", (*path, "due"), found, "write it in d or h", key=True
                )
