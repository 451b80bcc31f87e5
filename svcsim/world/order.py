"""The total order of events: (tick, phase, order), semantics 8.

An event list sorts by tick and then by `place`, one integer made of phase and order. The order
within a phase is the token's number (token), its number and the guard (guard), the rank of the
name (sitting, staffing, dispatch), stream and layer, or parent and index (arrival), effect and
number, environment, or trigger (model).
"""

from enum import IntEnum

from svcsim._jit import inlined


class Phase(IntEnum):
    """What kind of event comes first at one tick."""

    MODEL = 0
    TOKEN = 1
    SITTING = 2
    GUARD = 3
    STAFFING = 4
    ARRIVAL = 5
    DISPATCH = 6


class Guard(IntEnum):
    """Guards of one token, in their order at one tick."""

    PATIENCE = 0
    ESCALATION = 1


PHASE_BITS = 48
"""Room for the order within a phase."""
EVENTS_PER_TICK = 1_000_000
"""More of them in one tick is an error (semantics 13)."""


@inlined
def place(phase: int, order: int) -> int:
    """Return where an event stands among those of its tick."""
    return (phase << 48) | order


@inlined
def back_order(pool: int) -> int:
    """Return the order in which people come back from a sitting: after shifts and windows."""
    return (1 << 21) | pool


@inlined
def off_order(gate: int) -> int:
    """Return the order in which people go to a sitting: after those who come back from one."""
    return (1 << 22) | gate


@inlined
def child_order(parent: int, index: int) -> int:
    """Return the order of a child's arrival: after the streams, by parent, then index."""
    return (1 << 47) | (parent << 16) | (index & 0xFFFF)


@inlined
def arrival_order(stream: int, layer: int) -> int:
    """Return the order of an arrival: after the backlog, streams by name, then layers."""
    return (1 << 46) | (stream << 24) | layer


@inlined
def made_order(trigger: int, firing: int) -> int:
    """Return the order of what a trigger makes: after all children, by trigger, then firing."""
    return (3 << 46) | (trigger << 32) | (firing & 0xFFFFFFFF)


@inlined
def effect_order(effect: int, number: int) -> int:
    """Return the order of a change of the model: by effect, then number."""
    return (effect << 32) | (number & 0xFFFFFFFF)


@inlined
def environment_order(environment: int) -> int:
    """Return the order of a change of an environment: after all effects, by environment."""
    return (1 << 46) | environment


@inlined
def look_order(trigger: int) -> int:
    """Return the order of a trigger that looks at its times: after all environments, by trigger."""
    return (1 << 47) | trigger
