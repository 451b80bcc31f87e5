"""Distributions as people write them: told apart by their keys, refused with a useful sentence."""

from pathlib import Path
from typing import Any

import pytest
from distributions import COUNT, DIST, EXAMPLES, Example, dist
from pydantic import TypeAdapter, ValidationError

from svcsim.scenario import distribution as d
from svcsim.scenario.shares import whole
from svcsim.scenario.units import REST, Duration

NESTED = TypeAdapter(dict[str, d.Dist])


def problems(value: Any, **context: Any) -> list[tuple[tuple[Any, ...], str, str]]:
    """Place, kind and sentence of everything that is wrong with a field named touch."""
    with pytest.raises(ValidationError) as caught:
        NESTED.validate_python({"touch": value}, context=context)
    return [(e["loc"][1:], e["type"], e["msg"]) for e in caught.value.errors()]


# ---- what is read ----------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_what_is_printed_reads_back_as_the_same(example: Example) -> None:
    value = dist(example.value)
    printed = DIST.dump_python(value, mode="json")
    assert DIST.validate_python(printed) == value
    assert DIST.validate_python(value) is value


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("5 mins", "5 min"),
        ({"value": "5 minutes"}, "5 min"),
        ({"value": "5 min", "zero": "10%"}, {"value": "5 min", "zero": "10%"}),
        ({"cv": 1, "mean": "1 hour", "distribution": "lognormal"}, {"mean": "1 h", "cv": 1.0}),
        (
            {"plus": "1 h", "mean": "1 h", "distribution": "exponential"},
            {"mean": "1 h", "distribution": "exponential", "plus": "1 h"},
        ),
        ({"low": "1 h", "high": "2 h", "distribution": "uniform"}, {"low": "1 h", "high": "2 h"}),
    ],
)
def test_one_form_is_printed(written: Any, printed: Any) -> None:
    assert DIST.dump_python(dist(written), mode="json") == printed


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("5 min", d.Constant),
        ({"mean": "1 h", "cv": 1}, d.Lognormal),
        ({"median": "1 h", "sigma": 1}, d.LognormalMedian),
        ({"mean": "1 h", "cv": 1, "distribution": "gamma"}, d.Gamma),
        ({"low": "1 h", "likely": "2 h", "high": "6 h"}, d.Pert),
        ({"low": "1 h", "likely": "2 h", "high": "6 h", "distribution": "pert"}, d.Pert),
        (
            {"low": "1 h", "likely": "2 h", "high": "6 h", "distribution": "triangular"},
            d.Triangular,
        ),
        ({"low": "1 h", "high": "6 h"}, d.Uniform),
    ],
)
def test_keys_tell_what_is_meant(value: Any, kind: type) -> None:
    assert type(dist(value)) is kind


@pytest.mark.parametrize(
    ("value", "clock"),
    [
        ("5 min", "wall"),
        ("5 bd", "business"),
        ("0 bd", "business"),
        ({"low": "0 h", "high": "5 bd"}, "business"),
        ({"mean": "2 bh", "cv": 1, "plus": "1 bd"}, "business"),
        ({"csv": "a.csv", "column": "b", "unit": "bh"}, "business"),
        ({"mixture": [{"share": "100%", "of": "1 bd"}]}, "business"),
        ({"values": {"1 h": "50%", "2 d": "rest"}}, "wall"),
    ],
)
def test_a_distribution_knows_its_clock(value: Any, clock: str) -> None:
    assert dist(value).clock == clock


# ---- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, [((), "no-unit")]),
        ([], [((), "not-a-duration")]),
        ({}, [((), "not-a-distribution")]),
        ({"average": "5 min"}, [((), "not-a-distribution")]),
        ({"mean": "5 min", "cvv": 1}, [(("cv",), "missing"), (("cvv",), "extra_forbidden")]),
        ({"mean": 5, "cv": 1}, [(("mean",), "no-unit")]),
        ({"mean": "0 h", "cv": 1}, [(("mean",), "zero-duration")]),
        ({"mean": "5 min", "cv": -1}, [(("cv",), "greater_than_equal")]),
        ({"mean": "5 min", "cv": 80}, [(("cv",), "less_than_equal")]),
        ({"mean": "5 min", "cv": "0.8"}, [(("cv",), "float_type")]),
        ({"mean": "5 min", "cv": float("nan")}, [(("cv",), "less_than_equal")]),
        ({"mean": "5 min", "cv": 1, "distribution": "normal"}, [((), "not-a-distribution")]),
        ({"low": "1 h", "high": "2 h", "distribution": "gamma"}, [((), "not-a-distribution")]),
        (
            {"mean": "1 h", "stages": 0, "distribution": "erlang"},
            [(("stages",), "greater_than_equal")],
        ),
        (
            {"mean": "1 h", "cv": 0.5, "distribution": "hyperexponential"},
            [(("cv",), "greater_than_equal")],
        ),
        ({"low": "3 h", "high": "1 h"}, [((), "wrong-order")]),
        ({"low": "3 h", "likely": "200 min", "high": "3.2 h"}, [((), "wrong-order")]),
        ({"p50": "3 h", "p90": "2 h"}, [((), "wrong-order")]),
        ({"mean": "1 h", "cv": 1, "at_least": "3 h", "at_most": "2 h"}, [((), "wrong-order")]),
        ({"mean": "1 h", "cv": 1, "between": ["3 h", "2 h"]}, [((), "wrong-order")]),
        ({"mean": "1 h", "cv": 1, "zero": 0.1}, [(("zero",), "not-a-share")]),
        ({"low": "1 h", "high": "2 bd"}, [((), "mixed-clocks")]),
        ({"mean": "1 bd", "cv": 1, "plus": "1 min"}, [((), "mixed-clocks")]),
        ({"values": {}}, [((), "shares-sum")]),
        ({"values": {"1 h": "50%", "2 h": "40%"}}, [((), "shares-sum")]),
        ({"values": {"1 h": "rest", "2 h": "rest"}}, [((), "shares-sum")]),
        ({"values": {"60 min": "50%", "60 minutes": "50%"}}, [(("values",), "named-twice")]),
        ({"mixture": []}, [((), "shares-sum")]),
        (
            {"mixture": [{"share": "40%", "of": {"mean": "1 h"}}, {"of": "5 parsecs"}]},
            [
                (("mixture", 0, "of", "cv"), "missing"),
                (("mixture", 1, "share"), "missing"),
                (("mixture", 1, "of"), "unknown-unit"),
            ],
        ),
        ({"scipy": "gama", "unit": "h", "a": 1}, [((), "unknown-scipy")]),
        ({"scipy": "poisson", "unit": "h", "mu": 1}, [((), "unknown-scipy")]),
        ({"scipy": "gamma", "unit": "h"}, [((), "unknown-scipy")]),
        ({"scipy": "gamma", "unit": "h", "a": 1, "b": 2}, [((), "unknown-scipy")]),
        ({"scipy": "gamma", "unit": "h", "a": -1}, [((), "unknown-scipy")]),
        ({"scipy": "gamma", "unit": "h", "a": 1, "scale": -1}, [((), "unknown-scipy")]),
        ({"scipy": "gamma", "unit": "h", "a": "1"}, [(("a",), "float_type")]),
        ({"scipy": "pareto", "unit": "h", "b": 0.9}, [((), "unknown-scipy")]),
        ({"scipy": "studentized_range", "unit": "h", "k": 3, "df": 3}, [((), "unknown-scipy")]),
        ({"csv": "a.csv", "unit": "h"}, [(("column",), "missing")]),
        ({"csv": "a.csv", "column": "b", "unit": "fortnight"}, [(("unit",), "unknown-unit")]),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_refused_where_it_stands(value: Any, expected: Any) -> None:
    assert [(place, kind) for place, kind, _ in problems(value)] == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"scipy": "gama", "unit": "h", "a": 1}, "did you mean gamma?"),
        ({"scipy": "gamma", "unit": "h", "b": 1}, "its parameters are a, loc, scale"),
        ({"low": "3 h", "high": "1 h"}, "low 3 h is more than high 1 h; write low not above high"),
        ({"values": {"1 h": "50%"}}, "add up to 50%; make it 100%, or write rest for one"),
        ({"mean": "1 h", "cv": 1, "distribution": "pert"}, "gamma, weibull, erlang or hyper"),
        ({"mixture": "x", "distribution": "pert"}, "leave distribution out"),
        ({"scipy": "pareto", "unit": "h", "b": 1}, "has no mean; add at_most, or between"),
    ],
)
def test_the_sentence_says_what_would_do(value: Any, words: str) -> None:
    assert words in problems(value)[0][2]


def test_a_law_without_mean_is_taken_where_it_is_cut_off() -> None:
    assert dist({"scipy": "pareto", "unit": "h", "b": 1, "at_most": "1 d"}).clock == "wall"


# ---- shares and whole numbers ----------------------------------------------------------------


def test_the_rest_is_what_the_others_leave() -> None:
    assert whole({"a": 0.25, "b": REST}) == {"a": 0.25, "b": 0.75}
    assert whole({"a": 1.0, "b": REST}) == {"a": 1.0, "b": 0.0}
    assert whole(dict.fromkeys(range(10), 0.1)) == dict.fromkeys(range(10), 0.1)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (3, 3),
        (0, 0),
        ({"poisson": 2}, {"poisson": 2.0}),
        ({"geometric": 1.5}, {"geometric": 1.5}),
        ({"low": 1, "high": 1}, {"low": 1, "high": 1}),
        ({"values": {1: "60%", "2": "rest"}}, {"values": {"1": "60%", "2": "rest"}}),
    ],
)
def test_whole_numbers_are_printed_as_they_are_written(written: Any, printed: Any) -> None:
    value = COUNT.validate_python(written)
    assert COUNT.dump_python(value, mode="json") == printed
    assert COUNT.validate_python(printed) == value


@pytest.mark.parametrize(
    "value",
    [
        -1, True, 2.5, "3", 10**6, {}, {"mean": 3}, {"poisson": 0}, {"poisson": 1e9},
        {"geometric": 0.9}, {"low": 3, "high": 2}, {"low": 3}, {"values": {1: "60%"}},
        {"values": {-1: "100%"}}, {"poisson": 1, "low": 2},
    ],
)  # fmt: skip
def test_what_is_no_number_of_items_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        COUNT.validate_python(value)


# ---- samples ---------------------------------------------------------------------------------


def samples(directory: Path, text: str, column: str = "h") -> Any:
    (directory / "a.csv").write_text(text, encoding="utf-8")
    return {"csv": "a.csv", "column": column, "unit": "h"}


def test_samples_are_read_in_order_and_empty_cells_left_out(tmp_path: Path) -> None:
    value = dist(samples(tmp_path, "\ufeffh,x\n3,a\n, \n0.5,b\n"))
    assert value.samples(tmp_path).tolist() == [0.5, 3]
    assert value.clock == "wall"
    assert Duration(1, "h") in set(value.durations())


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("h\n1\nx\n", "h", "'x' in column 'h' is no number"),
        ("h\n1\n-1\n", "h", "'-1' in column 'h' is no number"),
        ("h\ninf\n", "h", "'inf' in column 'h' is no number"),
        ("h,x\n1,2\n", "hours", "its columns are h, x"),
        ("", "h", "the file is empty"),
        ("h\n\n", "h", "column 'h' of a.csv is empty"),
    ],
)
def test_samples_that_are_no_numbers_are_refused(
    tmp_path: Path, text: str, column: str, words: str
) -> None:
    found = problems(samples(tmp_path, text, column), directory=tmp_path)
    assert [kind for _, kind, _ in found] == ["bad-samples"]
    assert words in found[0][2]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    value = {"csv": "none.csv", "column": "h", "unit": "h"}
    assert problems(value, directory=tmp_path)[0][1] == "bad-samples"


def test_the_schema_for_editors_knows_every_form() -> None:
    schema = DIST.json_schema()
    assert {"type": "string"}.items() <= schema["anyOf"][0].items()
    names = {part.get("$ref", "").removeprefix("#/$defs/") for part in schema["anyOf"]}
    assert {type(dist(example.value)).__name__ for example in EXAMPLES} <= names
