"""Standing load: for each field two scenarios that differ in it alone; see `field_effects`."""

from collections.abc import Callable

Triple = tuple[str, str, str]

_KINDS = ("value_creating", "support", "management")


def standing(scenario: Callable[..., str], trajectory: str, screen: str) -> dict[str, Triple]:
    """The pairs, and what differs, of the scenarios that `field_effects` makes."""

    def busy(load: str, **more: str) -> str:
        return scenario(desk=f"people: 2, standing: {{x: {{{load}}}}}", **more)

    path = "teams.desk.standing.x"
    often = "every: 20 min, touch: {mean: 10 min, cv: 1}"
    plain = busy(often)
    timed = busy("scheduled: daily 02:00, touch: 10 min", start="2026-01-05 08:00 UTC")
    first = "calendars: {first: {days: Mon-Sun, hours: 00:00-03:00}}"
    urgent = "priority: 1\n    preempts: true"
    disturbed = busy("every: 1 h, touch: 40 min, priority: 9", stream=urgent, demand="6/h")
    never = disturbed.replace("priority: 9", "priority: 9, interruption: never")
    two = scenario(
        desk=f"people: 2, standing: {{x: {{{often}, activity: engage}}}}",
        steps="{a: {team: desk, activity: engage, touch: {mean: 10 min, cv: 1}}}",
    ).replace("desk: {activity: engage,", "desk: {activity: [engage, plan],")
    return {
        "Team.standing": (scenario(desk="people: 2"), f"{path}={{every: 1 h, touch: 9 min}}",
                          trajectory),
        "Standing.every": (plain, f"{path}.every=25 min", trajectory),
        "Standing.scheduled": (timed, f"{path}.scheduled=daily 10:00", trajectory),
        "Standing.calendar": (plain.replace("calendar: always", f"calendar: always\n{first}"),
                              f"{path}.calendar=first", trajectory),
        "Standing.people": (plain, f"{path}.people=2", trajectory),
        "Standing.touch": (plain, f"{path}.touch=15 min", trajectory),
        "Standing.priority": (plain, f"{path}.priority=1", trajectory),
        "Standing.preempts": (busy(f"{often}, priority: 1", demand="9/h"), f"{path}.preempts=true",
                              trajectory),
        "Standing.interruption": (disturbed, f"{path}.interruption=never", trajectory),
        "Standing.interruption=never": (disturbed, f"{path}.interruption=never", trajectory),
        "Standing.interruption=restart": (disturbed, f"{path}.interruption=restart", trajectory),
        "Standing.interruption=resume": (never, f"{path}.interruption=resume", trajectory),
        "Standing.activity": (two, f"{path}.activity=plan", screen),
        "Standing.kind": (plain, f"{path}.kind=management", screen),
        "Standing.rng_name": (plain, f"{path}.rng_name=y", trajectory),
    } | {
        f"Standing.kind={kind}": (
            busy(f"{often}, kind: {_KINDS[(i + 1) % 3]}"), f"{path}.kind={kind}", screen
        )
        for i, kind in enumerate(_KINDS)
    }  # fmt: skip
