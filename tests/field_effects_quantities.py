"""Quantities: for each field two scenarios that differ in it alone; see `field_effects`."""

from collections.abc import Callable, Iterable

Triple = tuple[str, str, str]

_COUNT = "streams.s.quantity.count"
_WAIT = "activity: engage, wait: {mean: 9 min, cv: 1}"
_BY_CLASS = "{by_class: {p: 3, q: 5}}"


def quantities(
    scenario: Callable[..., str], work: str, laws: Iterable[tuple[str, str]], does: tuple[str, str]
) -> dict[str, Triple]:
    """The pairs, and what differs, of the scenarios that `field_effects` makes.

    `laws` are names of distributions with an example, `does` what a run and its measures show.
    """
    trajectory, measure = does

    def machines(step: str, count: str = "3", stream: str = "", other: str = "") -> str:
        quantity = f"quantity: {{unit: machines, count: {count}}}"
        steps = f"{{a: {{{step}}}, b: {{{_WAIT}}}}}"
        return scenario(steps, stream=f"{quantity}\n    {stream}", other=other)

    other = f"t: {{quantity: {{unit: machines, count: 9}}, steps: {{c: {{{_WAIT}}}}}}}"
    parent = machines(
        f"{work}, spawn: {{stream: t, inherit: priority}}", stream="priority: 1", other=other
    )
    call = machines("activity: engage, stream: t", other=other)
    gate = "activity: engage, gate: {ask: lab, reply: 9 min}"
    kinds = {"touch": work, "wait": _WAIT, "gate": gate}
    spread = machines(work, "{negative_binomial: 4, dispersion: 1}")
    found = {
        f"{law}.each": (
            machines(f"activity: engage, wait: {{{words}}}"),
            "streams.s.steps.a.wait.each=machines",
            trajectory,
        )
        for law, words in laws
    }
    found |= {
        f"Step.remaining @ {kind}": (machines(body), "streams.s.steps.a.remaining=20%", measure)
        for kind, body in kinds.items()
    }
    return found | {
        "Step.remaining @ stream": (call, "streams.s.steps.a.remaining=20%", measure),
        "Outcome.remaining": (
            machines(f"{work}, outcome: {{bad: {{share: 50%, wait: 1 h}}, good: rest}}"),
            "streams.s.steps.a.outcome.bad.remaining=20%",
            measure,
        ),
        "Stream.quantity": (
            machines(work).replace("quantity: {unit: machines, count: 3}", ""),
            "streams.s.quantity={unit: machines, count: 3}",
            measure,
        ),
        "Quantity.unit": (machines(work), "streams.s.quantity.unit=users", measure),
        "Quantity.count": (machines(work), f"{_COUNT}=4", trajectory),
        "Quantity.count by_class": (
            machines(work, "3", "classes: {p: 40%, q: rest}"), f"{_COUNT}={_BY_CLASS}", trajectory,
        ),
        "NegativeBinomialCount.negative_binomial": (
            spread, f"{_COUNT}.negative_binomial=8", trajectory,
        ),
        "NegativeBinomialCount.dispersion": (spread, f"{_COUNT}.dispersion=0.2", trajectory),
        "Spawn.inherit=quantity": (parent, "streams.s.steps.a.spawn.inherit=quantity", trajectory),
        "Step.inherit=quantity": (call, "streams.s.steps.a.inherit=quantity", trajectory),
    }  # fmt: skip
