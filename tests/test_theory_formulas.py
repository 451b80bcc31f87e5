"""The formulas of `svcsim.analysis.theory` against published values and against each other."""

import math

import pytest

from svcsim.analysis.theory import (
    Bounded,
    ErlangA,
    Station,
    allen_cunneen,
    erlang_b,
    erlang_c,
    jackson,
    non_preemptive,
    pollaczek_khinchine,
    preemptive,
)


def close(value: float) -> object:
    """Values are quoted to nine digits."""
    return pytest.approx(value, rel=1e-8)


@pytest.mark.parametrize(
    ("station", "expected"),
    [
        (
            Station(0.8, 1.0, 1),
            {"utilisation": 0.8, "p_wait": 0.8, "wait": 4.0, "sojourn": 5.0, "queue": 3.2,
             "number": 4.0},
        ),
        (
            Station(2.4, 1.0, 3),
            {"utilisation": 0.8, "p_wait": 0.647191011, "wait": 1.07865169,
             "sojourn": 2.07865169, "queue": 2.58876404, "number": 4.98876404},
        ),
        (
            Station(6.0, 0.25, 2),
            {"utilisation": 0.75, "p_wait": 0.642857143, "wait": 0.321428571,
             "sojourn": 0.571428571, "queue": 1.92857143, "number": 3.42857143},
        ),
        (Station(9.0, 1.0, 10), {"p_wait": 0.6687315241, "wait": 0.6687315241}),
    ],
)  # fmt: skip
def test_m_m_c(station: Station, expected: dict[str, float]) -> None:
    assert {name: getattr(station, name) for name in expected} == {
        name: close(value) for name, value in expected.items()
    }


@pytest.mark.parametrize(
    ("station", "quantiles"),
    [
        (Station(2.4, 1.0, 3), {0.90: 3.11245215, 0.95: 4.26769745, 0.99: 6.95009397}),
        (Station(6.0, 0.25, 2), {0.90: 0.93037617, 0.95: 1.27694976, 0.99: 2.08166872}),
        (Station(0.8, 1.0, 1), {0.95: 13.8629436}),
    ],
)
def test_quantiles_of_the_wait(station: Station, quantiles: dict[float, float]) -> None:
    for share, wait in quantiles.items():
        assert station.wait_quantile(share) == close(wait)
        assert station.wait_exceeds(wait) == pytest.approx(1 - share, rel=1e-6)


@pytest.mark.parametrize(
    ("station", "median", "p95"),
    [
        (Station(0.8, 1.0, 1), 3.4657359, 14.9786614),
        (Station(2.4, 1.0, 3), 1.57880719, 5.72921834),
        (Station(6.0, 0.25, 2), 0.422016981, 1.61914525),
    ],
)
def test_quantiles_of_the_time_in_the_system(station: Station, median: float, p95: float) -> None:
    assert station.sojourn_exceeds(median) == pytest.approx(0.5, abs=1e-7)
    assert station.sojourn_exceeds(p95) == pytest.approx(0.05, abs=1e-7)


def test_time_in_the_system_where_its_formula_divides_by_nothing() -> None:
    """Load 1 of 2 people: both exponentials have one rate, and neighbours must agree with it."""
    on, near = Station(1.0, 1.0, 2), Station(1.0 + 1e-6, 1.0, 2)
    assert on.sojourn_exceeds(1.5) == pytest.approx(near.sojourn_exceeds(1.5), rel=1e-5)


def test_p_wait_exceeds_one_hour() -> None:
    assert Station(2.4, 1.0, 3).wait_exceeds(1.0) == close(0.3551859577)


def test_knee_of_the_service_desk() -> None:
    """4.9 erlang of calls of 12.6 min: 6 to 9 agents wait 381, 109, 37 and 13 s."""
    waits = {agents: Station(4.9 / 756, 756, agents) for agents in (6, 7, 8, 9)}
    assert {n: round(s.p_wait, 2) for n, s in waits.items()} == {6: 0.55, 7: 0.30, 8: 0.15, 9: 0.07}
    for agents, seconds in {6: 381, 7: 109, 8: 37, 9: 13}.items():
        assert waits[agents].wait == pytest.approx(seconds, rel=0.03)


def test_too_much_load_never_ends_waiting() -> None:
    station = Station(3.0, 1.0, 3)
    assert station.wait == station.sojourn == station.wait_quantile(0.1) == math.inf
    assert station.p_wait == station.wait_exceeds(100.0) == station.sojourn_exceeds(100.0) == 1.0


def test_nobody_and_nothing() -> None:
    assert Station(1.0, 1.0, 0).utilisation == math.inf
    assert Station(0.0, 1.0, 0).utilisation == 0
    assert Station(0.0, 1.0, 2).wait == 0


def test_erlang_b_is_what_is_lost() -> None:
    assert erlang_b(6, 5.0) == close(0.191847259)
    assert 5.0 * (1 - erlang_b(6, 5.0)) == close(4.04076371)
    assert erlang_b(0, 5.0) == 1.0


def test_erlang_c_from_erlang_b() -> None:
    """Both are one birth-death chain, cut at c or not."""
    for servers, load in [(1, 0.5), (3, 2.9), (40, 37.0)]:
        b = erlang_b(servers, load)
        assert erlang_c(servers, load) == close(servers * b / (servers - load * (1 - b)))


def test_erlang_a() -> None:
    queue = ErlangA(10.0, 1.0, 9, 2.0)
    assert queue.p_wait == close(0.757939945)
    assert queue.p_abandon == close(0.157687373)
    assert queue.queue == close(3.15374746)
    assert queue.wait == close(0.315374746)
    assert queue.utilisation == close(0.935902919)
    full = ErlangA(10.0, 1.0, 10, 2.0)
    assert full.queue == close(2.0782642465)
    assert full.p_abandon == close(0.1039132123)
    assert full.p_wait == close(0.6196552309)
    assert full.utilisation == close(0.8960867877)


def test_endless_patience_is_erlang_c() -> None:
    assert ErlangA(2.4, 1.0, 3, 1e9).wait == pytest.approx(Station(2.4, 1.0, 3).wait, rel=1e-6)


def test_no_patience_is_erlang_b() -> None:
    assert ErlangA(5.0, 1.0, 6, 1e-9).p_abandon == pytest.approx(erlang_b(6, 5.0), rel=1e-6)


def test_m_m_1_k() -> None:
    queue = Bounded(0.9, 1.0, 5)
    assert queue.p_refused == close(0.12602255)
    assert queue.throughput == close(0.786579705)
    assert queue.number == close(2.1947823)
    assert queue.sojourn == close(2.79028595)
    assert queue.wait == close(1.79028595)


@pytest.mark.parametrize(("cv2", "wait"), [(0.0, 2.0), (0.5, 3.0), (4.0, 10.0)])
def test_m_g_1(cv2: float, wait: float) -> None:
    """M/D/1, M/E2/1 and lognormal work at a load of 0.8."""
    assert pollaczek_khinchine(0.8, 1.0, cv2) == close(wait)
    assert allen_cunneen(0.8, 1.0, 1, 1.0, cv2) == close(wait)
    assert non_preemptive([0.8], [1.0], [cv2]) == [close(wait)]


def test_m_g_1_has_its_own_overload() -> None:
    assert pollaczek_khinchine(1.0, 1.0, 1.0) == math.inf


def test_allen_cunneen_of_m_e2_2() -> None:
    """Quoted as 1.3333, and the exact value as 1.3423913043: an error of 0.7 %."""
    assert allen_cunneen(1.6, 1.0, 2, 1.0, 0.5) == pytest.approx(4 / 3)
    assert allen_cunneen(1.6, 1.0, 2, 1.0, 0.5) == pytest.approx(1.3423913043, rel=0.01)


@pytest.mark.parametrize(
    ("rates", "people", "waits"),
    [
        ([0.2, 0.3, 0.3], 1, [1.0, 2.0, 8.0]),
        ([0.6, 0.9, 0.9], 3, [0.2696629213, 0.5393258427, 2.1573033708]),
        ([0.3, 0.5, 0.6], 2, [0.339100346, 0.565167243, 1.60130719]),
    ],
)
def test_priorities_without_interruption(
    rates: list[float], people: int, waits: list[float]
) -> None:
    found = non_preemptive(rates, [1.0] * 3, [1.0] * 3, people)
    assert found == [close(wait) for wait in waits]
    mean = sum(rate * wait for rate, wait in zip(rates, found, strict=True)) / sum(rates)
    assert mean == close(Station(sum(rates), 1.0, people).wait)


def test_priorities_of_unequal_work() -> None:
    """Two people, means 1 and 1.25; exact values of a Markov chain of 15,000 states."""
    first, second = non_preemptive([0.5, 0.8], [1.0, 1.25], [1.0, 1.0], 2)
    assert first + 1.0 == pytest.approx(1.5068880864, rel=0.01)
    assert second + 1.25 == pytest.approx(3.2494309757, rel=0.01)


def test_conservation_law_of_priorities() -> None:
    """Kleinrock: the sum of load times wait does not depend on who goes first in M/G/1."""
    rates, means, spread = [0.2, 0.1, 0.25], [1.0, 2.0, 0.8], [0.5, 3.0, 1.0]
    sums = []
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        waits = non_preemptive(*([values[i] for i in order] for values in (rates, means, spread)))
        sums.append(sum(rates[i] * means[i] * w for i, w in zip(order, waits, strict=True)))
    assert sums == [close(sums[0])] * 3


def test_the_starved_class_waits_for_ever() -> None:
    assert non_preemptive([0.5, 0.6], [1.0, 1.0], [1.0, 1.0])[1] == math.inf
    assert preemptive([0.5, 0.6], 1.0)[1] == math.inf


@pytest.mark.parametrize(
    ("rates", "people", "times"),
    [
        ([0.2, 0.3, 0.3], 1, [1.25, 2.5, 10.0]),
        ([0.6, 0.9, 0.9], 3, [1.0102739726, 1.2563085797, 3.6132466]),
        ([0.3, 0.5], 1, [1.42857143, 7.14285714]),
    ],
)
def test_priorities_with_interruption(rates: list[float], people: int, times: list[float]) -> None:
    found = preemptive(rates, 1.0, people)
    assert found == [close(time) for time in times]
    assert found[0] == close(Station(rates[0], 1.0, people).sojourn)
    mean = sum(rate * time for rate, time in zip(rates, found, strict=True)) / sum(rates)
    assert mean == close(Station(sum(rates), 1.0, people).sojourn)


def test_jackson_network_with_rework() -> None:
    network = jackson(
        [0.9, 0, 0], [[0, 1, 0], [0, 0, 1], [0.1, 0.2, 0]], [1.0, 1.5, 0.5], [2, 3, 1]
    )
    assert network.lead_time == close(6.51958852)
    assert network.visits == (close(1.14285714), close(1.42857143), close(1.42857143))
    assert [s.rate for s in network.stations] == [close(r) for r in (1.02857143, *[1.28571429] * 2)]
    assert [s.wait for s in network.stations] == [close(w) for w in (0.359600444, 0.576031607, 0.9)]
    assert sum(s.number for s in network.stations) == close(5.86762967)


def test_feedback() -> None:
    network = jackson([0.6], [[0.25]], [1.0], [1])
    assert network.lead_time == close(6.66666667)
    assert network.stations[0].sojourn == close(5.0)
    assert jackson([0.5], [[0.25]], [1.0], [1]).lead_time == close(4.0)


def test_tandem() -> None:
    network = jackson([0.5, 0], [[0, 1], [0, 0]], [1.0, 1.25], [1, 1])
    assert network.lead_time == close(5.33333333)


def test_the_value_chain() -> None:
    """The six activities as six pools: the mean lead time that the language page promises."""
    chain = jackson(
        [4.0, 0, 0, 0, 0, 0],
        [
            [0, 0.35, 0, 0.65, 0, 0],
            [0, 0, 0.70, 0.30, 0, 0],
            [0, 0.15, 0, 0.85, 0, 0],
            [0.05, 0, 0, 0, 0.10, 0],
            [0, 0, 0, 0, 0, 0.40],
            [0, 0.50, 0, 0, 0, 0],
        ],
        [0.25, 1.0, 2.5, 0.8, 2.0, 1.5],
        [2, 4, 5, 6, 2, 1],
    )
    assert chain.lead_time == close(2.95150881)


def test_items_that_never_leave() -> None:
    with pytest.raises(ValueError, match="never leave"):
        jackson([1.0, 0.0], [[0, 1], [1, 0]], [1.0, 1.0], [5, 5])
