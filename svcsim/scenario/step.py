"""Steps: what an item goes through."""

from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import Field

from svcsim.scenario.after import After
from svcsim.scenario.automation import Automation
from svcsim.scenario.count import Count
from svcsim.scenario.distribution import Dist
from svcsim.scenario.effect import Effects
from svcsim.scenario.escalation import Escalation
from svcsim.scenario.gate import Gate
from svcsim.scenario.incomplete import Incomplete
from svcsim.scenario.learning import Learning
from svcsim.scenario.outcome import OutcomeField
from svcsim.scenario.redial import Redial
from svcsim.scenario.spawn import Inherit, Spawns, WaitFor
from svcsim.scenario.team_use import TeamUse, Uses
from svcsim.scenario.units import Duration, PositiveWallDuration, Share, ShareOrRest
from svcsim.scenario.words import (
    Flag,
    Frozen,
    Name,
    Percentages,
    Positive,
    Reference,
    References,
    Text,
    Varied,
    Whole,
)


class SetValues(Frozen):
    """What changes about an item when it enters a step."""

    priority: Varied[Whole] | None = None
    """New priority; smaller is more urgent."""
    due: Varied[Duration] | None = None
    """New due date, this long from now, on the scenario's calendar where it is in bd or bh."""


class Step(Frozen):
    """Part of a stream: work, a wait, a gate, a call, a choice of paths, or a group of steps."""

    touch: Varied[Dist] | None = None
    """Hands-on work of each person; at a gate, the time that each of those who attend spends."""
    wait: Varied[Dist] | None = None
    """Time in which nobody works; before the touch if both stand there."""
    runs_on: Reference | None = None
    """Calendar on which the wait runs; not given: the wall clock, the scenario's for bd and bh."""
    gate: Gate | None = None
    """A decision at a meeting."""
    stream: Reference | None = None
    """Stream that is called: an item of it comes, and is waited for."""
    one_of: Annotated[dict[Name, "Step"], MinLen(1)] | None = None
    """Paths of which an item takes one, each with its share."""
    steps: Annotated[dict[Name, "Step"], MinLen(1)] | None = None
    """Steps one after the other."""

    class_name: Reference | None = Field(default=None, alias="class")
    """Class of the item that is called; not given: drawn from the classes of its stream."""
    inherit: Inherit = ("priority",)
    """What the item that is called has of the one that calls it."""
    team: Varied[TeamUse] | None = None
    """Who works, or attends a gate."""
    uses: Uses = Field(default_factory=dict)
    """Resources that are held while the work is done."""
    quorum: Varied[Positive] | None = None
    """People with whom the work starts and goes on, at least one of each team; not given: all."""
    collect: Flag | None = None
    """Whether people who come free are kept until it can start; not given: where a quorum is."""
    activity: Reference | None = None
    """Activity of the service value chain; not given: that of the group, or of the team."""
    practice: Reference | None = None
    """ITIL practice."""
    owner: Text | None = None
    """Who is accountable."""
    kind: Literal["value_creating", "support", "management"] | None = None
    """What the step is for; not given: that of the group, or value_creating."""
    tool: Text | None = None
    """Software in which the work is done."""
    output: References = ()
    """Artefacts that are handed over."""

    after: After | None = None
    """Steps that it waits for; not given: the step written before it."""
    once: Flag = False
    """Whether it is never repeated: when items are sent back past it, what was done stays done."""
    instances: Count | None = None
    """How many of it run at once for each item, each with draws of its own; not given: one."""
    wait_for: WaitFor | None = None
    """How many of these must be done before the item goes on; the rest stop; not given: all."""
    share: Varied[ShareOrRest] = 1.0
    """Items that take the step; the others skip it. In one_of: items that take this path."""
    classes: References | None = None
    """Classes that take the step; not given: all."""
    repeat_touch: Percentages = ()
    """Touch of the second visit, the third, ... compared with the first; the last one goes on."""
    learning: Learning | None = None
    """How the touch falls the more often the step has been done, whatever the item."""
    cause: Literal["external", "batching", "policy", "dependency", "handover", "unowned"] = (
        "external"
    )
    """What the wait counts as."""
    max_visits: Positive | None = None
    """Visits of one item; the last one cannot go back."""
    auto: Automation | None = None
    """Visits that a machine handles, without people."""
    incomplete: Incomplete | None = None
    """How often what comes in must go back before anything is done."""
    every: Varied[Dist] | None = None
    """The step is repeated, after this time each, until something ends it or so many times."""
    times: Positive | None = None
    """How often it is repeated."""
    until: Reference | None = None
    """Step of which the completion ends the repetition."""
    outcome: Annotated[dict[Name, OutcomeField], MinLen(1)] | None = None
    """What may come of the step."""
    sticky: Flag = False
    """Whether what is drawn of the ways from here, or of a split team, is kept for later visits."""
    remaining: Share | None = None
    """How much of the quantity of an item is still open when the step is done."""
    spawn: Spawns = ()
    """Items of other streams that come of each visit that is over."""
    effect: Effects = ()
    """What each visit that is over changes about the model, from then on."""
    next: Annotated[dict[Reference, ShareOrRest], MinLen(1)] | None = None
    """Where the item goes from here, step or done, instead of to the next step."""
    during: Reference | None = None
    """Calendar in which the work may be done; it starts only if it can end before the close."""
    handover: Varied[Dist] | None = None
    """Time that passes before an item is here that another team worked on last."""
    reading_in: PositiveWallDuration | None = None
    """Set-up before work on an item that another team worked on last."""
    same_person: Flag = False
    """Whether those who did the step before go on with an item that comes straight from there."""
    patience: Varied[Dist] | None = None
    """How long an item queues here before it gives up."""
    abandon_to: Reference | None = None
    """Where an item goes that gave up, step or done; not given: it leaves the stream."""
    redial: Redial | None = None
    """How many of those that gave up try again here, later."""
    set: SetValues | None = None
    """What changes about an item when it enters."""
    escalate: Escalation | None = None
    """What takes too long becomes more urgent, or goes elsewhere."""
    interruption: Literal["resume", "restart", "never"] = "resume"
    """What becomes of the work here when more urgent work needs the people."""
    rng_name: Name | None = None
    """Name under which the draws of the step are addressed; not given: its name."""

    @property
    def takes(self) -> tuple[str, ...]:
        """The words that say what the step takes, of touch, wait, gate, stream, one_of, steps.

        At a gate touch is the time of those who attend.
        """
        words = ("touch", "wait", "gate", "stream", "one_of", "steps")
        said = tuple(word for word in words if getattr(self, word) is not None)
        return said[1:] if "gate" in said and said[0] == "touch" else said

    @property
    def collects(self) -> bool:
        """Whether people are kept for its team until it can start (semantics 26)."""
        return self.quorum is not None if self.collect is None else self.collect

    @property
    def is_group(self) -> bool:
        """Whether it is made of other steps."""
        return self.one_of is not None or self.steps is not None

    @property
    def parts(self) -> "dict[str, Step]":
        """The steps it is made of."""
        return self.one_of or self.steps or {}
