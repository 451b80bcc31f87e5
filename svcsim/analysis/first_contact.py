"""First-contact resolution: one person did it all, in one go."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.lead_time import first_work
from svcsim.analysis.loops.owners import let_go
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import Scope, over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import NEVER, Integers
from svcsim.model.codes import WORKED


def _where(questions: Questions) -> tuple[tuple[int, Scope], ...]:
    """Scopes of the streams with several steps at which people work, with their numbers."""
    model = questions.model
    steps = np.unique(model.ops["step"][np.isin(model.ops["code"], WORKED)])
    number = np.bincount(model.steps["stream"][steps], minlength=len(model.streams))
    found = enumerate(questions.once(scopes))
    return tuple((index, scope) for index, scope in found if number[scope.stream] > 1)


def _names(questions: Questions) -> Iterator[Key]:
    for _, scope in questions.once(_where):
        yield Key("first_contact_resolution", "share", "1", scope.stream_name, scope.cls_name)


def _contacts(run: Followed) -> tuple[Integers, Integers]:
    """Items that were resolved in the first contact, and all contacts, by stream and class."""
    gone = let_go(run.trajectory.presence, run.questions.names.n_teams, len(run.arrived))
    contacts = run.pursued & (gone >= 0) & (run.once(first_work) <= run.until)
    return run.count(contacts & (run.value <= gone) & (gone < NEVER)), run.count(contacts)


@named(_names, _contacts)
def first_contact_resolution(sums: Sums) -> Iterator[Said]:
    """Items that one person resolved in one go, of those on which somebody worked until value.

    Nobody else works on them, nor that person again after a break, as long as they are there; and
    they have their value when that person lets go of them.
    """
    resolved, n = (over_scopes(sums.questions, one).tolist() for one in sums.of(_contacts))
    for index, _ in sums.questions.once(_where):
        yield Said(resolved[index], n[index])
