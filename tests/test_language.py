"""What people write shorter means the same as what they write in full."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_fields import validator
from pydantic import TypeAdapter

from svcsim.errors import ScenarioError
from svcsim.scenario.cost import Cost
from svcsim.scenario.json_schema import json_schema
from svcsim.scenario.load import loads, shipped
from svcsim.scenario.schema import Scenario, Start
from svcsim.scenario.text import read_text, scalar
from svcsim.scenario.units import (
    REST,
    UNITS,
    WALL_TICKS,
    Duration,
    Rate,
    parse_percentage,
    parse_share,
    parse_share_or_rest,
    print_share,
)

WHOLE = Path(__file__).parent / "scenarios" / "every_word.yaml"


def scenario(*, stream: str = "", step: str = "wait: 1 h", team: str = "", top: str = "") -> str:
    """A scenario with one team, stream and step, and what is said of them."""
    demand = "" if "demand" in stream else "demand: 1/h, "
    return (
        f"svcsim: 1\n{top}\n"
        f"teams: {{t: {{people: 2, activity: engage{team}}}, u: {{people: 2, activity: plan}}}}\n"
        f"streams: {{s: {{{demand}{stream}steps: {{a: {{{step}}}, b: {{wait: 1 h}}}}}}}}\n"
    )


def loaded(**said: str) -> Scenario:
    return loads(scenario(**said))


SAME = {
    "a resource is a number": (
        {"top": "resources: {r: 3}"},
        {"top": "resources: {r: {count: 3, calendar: always}}"},
    ),
    "one activity": ({"top": "title: x"}, {"top": "title: x", "team": ", calendar: office"}),
    "shrinkage is leave": ({"team": ", shrinkage: 30%"}, {"team": ", shrinkage: {leave: 30%}"}),
    "switching is a time": (
        {"team": ", switching: 5 min"},
        {"team": ", switching: {time: 5 min, also_overnight: false}"},
    ),
    "a limit is a number": ({"team": ", wip: 3"}, {"team": ", wip: {limit: 3, when_full: wait}"}),
    "a class is a share": (
        {"stream": "classes: {p: 30%, q: rest}, "},
        {"stream": "classes: {p: {share: 30%}, q: {share: rest}}, "},
    ),
    "an outcome is a share": (
        {"step": "wait: 1 h, outcome: {x: 30%, y: rest}"},
        {"step": "wait: 1 h, outcome: {x: {share: 30%}, y: {share: rest}}"},
    ),
    "an outcome is a share by visit": (
        {"step": "wait: 1 h, outcome: {x: {by_visit: [30%, 5%]}, y: rest}"},
        {"step": "wait: 1 h, outcome: {x: {share: {by_visit: [30%, 5%]}}, y: rest}"},
    ),
    "one repeat": (
        {"step": "team: t, touch: 1 h, repeat_touch: 50%"},
        {"step": "team: t, touch: 1 h, repeat_touch: [50%]"},
    ),
    "one output": (
        {"step": "wait: 1 h, output: x_a"},
        {"step": "wait: 1 h, output: [x_a]"},
    ),
    "one meeting": (
        {"step": "gate: {meets: wednesday 9:00}"},
        {"step": "gate: {meets: [Wed 09:00], cut_off: 0 h, order: priority, cause: gate}"},
    ),
    "one resource": (
        {"step": "team: t, touch: 1 h, uses: r", "top": "resources: {r: 1}"},
        {"step": "team: t, touch: 1 h, uses: {r: 1}", "top": "resources: {r: 1}"},
    ),
    "a list of one team": ({"step": "team: t, touch: 1 h"}, {"step": "team: [t], touch: 1 h"}),
    "one that is inherited": (
        {"step": "wait: 1 h, spawn: {stream: s, share: 10%, inherit: priority}"},
        {"step": "wait: 1 h, spawn: [{stream: s, share: 10%, inherit: [priority]}]"},
    ),
    "one change of demand": (
        {"stream": "demand: {rate: 1/h, changes: {from: 1 wk, by: +25%}}, "},
        {"stream": "demand: {rate: 1/h, changes: [{from: 1 wk, by: +25%}]}, "},
    ),
    "one to wait for": (
        {"step": "wait: 1 h}, c: {wait: 1 h, after: {any: a}"},
        {"step": "wait: 1 h}, c: {wait: 1 h, after: {any: [a]}"},
    ),
    "units": ({"step": "wait: 1.5 hours"}, {"step": "wait: 1.5h"}),
    "defaults": (
        {},
        {
            "top": "horizon: 26 wk\nrun_out: 4 wk\nwarm_up: 0 h\nreplications: 200\nseed: 1\n"
            "start: 2026-01-05 UTC\nterminating: false\ncalendar: office\n"
            "calendars: {office: {days: Mon-Fri, hours: 09:00-17:00}}",
            "stream": "priority: 5, preempts: false, value_point: b, ",
            "step": "wait: 1 h, cause: external, share: 100%, kind: value_creating",
            "team": ", queue: fifo, shift_end: pause",
        },
    ),
}


@pytest.mark.parametrize(("short", "full"), SAME.values(), ids=SAME.keys())
def test_shorthand_means_the_same_as_the_full_form(
    short: dict[str, str], full: dict[str, str]
) -> None:
    assert loaded(**short) == loaded(**full)
    assert loaded(**short).digest == loaded(**full).digest


def test_demand_is_a_rate() -> None:
    text = scenario()
    assert loads(text) == loads(text.replace("demand: 1/h", "demand: {rate: 1/h, profile: office}"))


@pytest.mark.parametrize(
    ("written", "mode", "numbers", "shares"),
    [
        ("t", "one", {"t": 1}, {}),
        ("[t, u]", "any", {"t": 1, "u": 1}, {}),
        ("{t: 2, u: 1}", "all", {"t": 2, "u": 1}, {}),
        ("{t: 2}", "all", {"t": 2}, {}),
        ("{t: 40%, u: rest}", "split", {}, {"t": 0.4, "u": REST}),
    ],
)
def test_use_of_teams(
    written: str, mode: str, numbers: dict[str, int], shares: dict[str, object]
) -> None:
    use = loaded(step=f"touch: 1 h, activity: plan, team: {written}").streams["s"].steps["a"].team
    assert (use.mode, use.numbers, use.shares) == (mode, numbers, shares)  # type: ignore[union-attr]


def test_a_team_named_after_an_activity_serves_it() -> None:
    found = loads("svcsim: 1\nteams: {plan: {people: 1}}\nstreams: {s: {demand: 1/h, steps: "
                  "{a: {team: plan, touch: 1 h}}}}")  # fmt: skip
    assert found.teams["plan"].activity == ("plan",)
    assert found.streams["s"].steps["a"].activity == "plan"


@pytest.mark.parametrize(
    ("steps", "point"),
    [
        ("a: {wait: 1 h}, b: {wait: 1 h}", "b"),
        ("a: {wait: 1 h}, g: {steps: {b: {wait: 1 h}, c: {wait: 1 h}}}", "c"),
        ("a: {wait: 1 h, outcome: {x: {share: 5%, to: done}, y: rest}}, b: {wait: 1 h}", "b"),
        ("a: {wait: 1 h}, b: {wait: 1 h, share: 50%}", "done"),
        ("a: {wait: 1 h}, g: {one_of: {b: {share: 50%, wait: 1 h}, c: {share: rest}}}", "done"),
        ("a: {wait: 1 h, next: {b: 50%, done: rest}}, b: {wait: 1 h}", "done"),
    ],
)
def test_value_is_the_last_step_or_the_end_of_the_item(steps: str, point: str) -> None:
    found = loads(f"svcsim: 1\nstreams: {{s: {{demand: 1/h, steps: {{{steps}}}, "
                  "targets: {t: {within: 1 h, share: 90%}}}}")  # fmt: skip
    assert found.streams["s"].value_point == point
    assert found.streams["s"].targets["t"].at == point


def test_steps_have_from_their_group_what_they_do_not_say() -> None:
    found = loaded(
        step="kind: support, practice: problem, owner: Ann, tool: x, activity: improve, "
        "steps: {c: {wait: 1 h}, d: {team: t, touch: 1 h, activity: plan, kind: management}}"
    ).streams["s"].steps["a"].parts  # fmt: skip
    assert [found["c"].kind, found["c"].practice, found["c"].owner, found["c"].tool] == [
        "support", "problem", "Ann", "x",
    ]  # fmt: skip
    assert [found["c"].activity, found["d"].activity] == ["improve", "plan"]
    assert found["d"].kind == "management"


def test_a_rate_may_be_per_business_day_where_the_calendar_closes() -> None:
    text = scenario().replace("demand: 1/h", "demand: 30/bd")
    assert loads(text).streams["s"].demand.rate == Rate(30, "bd")
    with pytest.raises(ScenarioError, match="never closes"):
        loads(text + "calendar: always\n")


# ---- units -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "printed", "ticks"),
    [
        ("30 min", "30 min", 1_800_000_000),
        ("2 hours", "2 h", 7_200_000_000),
        ("1.5h", "1.5 h", 5_400_000_000),
        ("0 h", "0 h", 0),
        (" 1 Day ", "1 d", 86_400_000_000),
        ("1 month", "1 month", 2_629_800_000_000),
        ("26 weeks", "26 wk", 26 * 604_800_000_000),
        ("10 secs", "10 s", 10_000_000),
        (".5 s", "0.5 s", 500_000),
    ],
)
def test_many_spellings_are_read_and_one_is_printed(text: str, printed: str, ticks: int) -> None:
    found = Duration.parse(text)
    assert str(found) == printed
    assert found.ticks == ticks
    assert not found.business


@pytest.mark.parametrize("text", ["5 bd", "5 business days", "5 business_day", "5 BD"])
def test_business_time_has_no_length_of_its_own(text: str) -> None:
    found = Duration.parse(text)
    assert str(found) == "5 bd"
    assert found.business
    with pytest.raises(ValueError, match="without a calendar"):
        _ = found.ticks


@given(st.floats(0, 1000), st.sampled_from(UNITS))
def test_a_printed_duration_reads_back(amount: float, unit: str) -> None:
    duration = Duration(amount, unit)
    assert Duration.parse(str(duration)) == duration


@given(st.floats(0, 1))
def test_a_printed_share_reads_back_exactly(share: float) -> None:
    assert parse_share(print_share(share)) == share


@given(st.floats(0, 1e9), st.sampled_from(UNITS))
def test_a_printed_rate_reads_back(amount: float, unit: str) -> None:
    assert Rate.parse(str(Rate(amount, unit))) == Rate(amount, unit)


def test_costs_and_shares() -> None:
    assert Cost.parse("85 gbp / hour") == Cost(85, "GBP")
    assert str(Cost.parse("85.50 GBP/h")) == "85.5 GBP/h"
    assert parse_share("15 %") == 0.15
    assert parse_share_or_rest("rest") is REST
    assert parse_percentage("180%") == 1.8
    assert print_share(REST) == "rest"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-01-05 UTC", "2026-01-05 UTC"),
        ("2026-01-05 08:00 Europe/London", "2026-01-05 08:00 Europe/London"),
        ("2026-01-05T08:00:30 UTC", "2026-01-05 08:00:30 UTC"),
        ("2026-01-05 00:00 UTC", "2026-01-05 UTC"),
    ],
)
def test_starts(text: str, shown: str) -> None:
    assert str(Start.parse(text)) == shown
    assert Start.parse(shown) == Start.parse(text)


def test_ticks_of_units() -> None:
    assert WALL_TICKS["month"] * 12 == 365.25 * WALL_TICKS["d"]
    assert TypeAdapter(Duration).dump_json(Duration(30, "min")) == b'"30 min"'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("09:00", "09:00"), ("2026-01-05", "2026-01-05"), ("1e3", 1000.0),
        ("0x1F", 31), ("0o17", 15), ("007", 7), ("true", True), ("~", None), ("", None),
        (".inf", ".inf"), ("1e999", "1e999"), ("+5", 5), ("1.", 1.0), ("1_000", "1_000"),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


# ---- JSON Schema -------------------------------------------------------------------------------


def test_the_json_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.dumps(json_schema())


@pytest.mark.parametrize("path", [WHOLE, *shipped().values()], ids=lambda path: path.stem)
def test_the_json_schema_accepts_what_people_write(path: Path) -> None:
    assert list(validator().iter_errors(read_text(path.read_text()).data)) == []


@pytest.mark.parametrize("said", [form for pair in SAME.values() for form in pair])
def test_the_json_schema_accepts_short_and_full_forms(said: dict[str, str]) -> None:
    assert list(validator().iter_errors(read_text(scenario(**said)).data)) == []


@pytest.mark.parametrize(
    "code",
    [
        "unknown-field", "missing-field", "no-unit", "not-a-share", "not-a-rate", "not-a-mapping",
        "not-one-of", "too-small", "empty", "not-a-cost", "not-a-start",
    ],
)  # fmt: skip
def test_the_json_schema_refuses_what_it_can(code: str) -> None:
    path = Path(__file__).parent / "invalid" / f"{code}.yaml"
    assert list(validator().iter_errors(read_text(path.read_text()).data))


def test_in_a_file_that_extends_another_nothing_is_required() -> None:
    part = read_text("extends: first_desk\nstreams: {incident: {demand: 200/wk}}").data
    assert list(validator().iter_errors(part)) == []
    wrong = read_text("extends: first_desk\nstreams: {incident: {demnd: 200/wk}}").data
    assert list(validator().iter_errors(wrong))


def test_fields_are_described_in_the_json_schema() -> None:
    definitions = json_schema()["$defs"]
    for name in ("Team", "Step", "Stream", "Gate", "Demand", "Scenario", "Target"):
        for word, field in definitions[name]["properties"].items():
            assert field.get("description"), (name, word)
