"""The whole service organisation: loads by hand, and what streams do to each other.

Hours are hours of work in a week. `BY_HAND` follows the shares, means and volumes of the file,
stream by stream and team by team; it is held against the benchmark's table, against svcsim's own
forecast, and against the touch of simulated items. What is left to simulate are effects of one
stream on another: in these runs only a fortieth of the contacts come, which other teams do not
notice.
"""

import math
from typing import NamedTuple

import numpy as np
import pytest
from uncontended import BAND

from svcsim.analysis.attending import attended
from svcsim.analysis.load import offered
from svcsim.analysis.predict import predict
from svcsim.engines import compiled
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR, Model
from svcsim.model.build import build
from svcsim.model.names import Names
from svcsim.model.trajectory import Trajectory
from svcsim.scenario.load import load

WEEK = 168 * TICKS_PER_HOUR
A_MONTH = 365.25 / 12 / 7
"""Weeks of a month."""
REVIEWED = 2
"""Problems that the weekly review makes; a forecast knows only those of major incidents."""


def lognormal(median: float, sigma: float) -> float:
    """The mean of a lognormal of a median."""
    return median * math.exp(sigma**2 / 2)


# ---- volumes, in items of a week -----------------------------------------------------------------

LAUNCHES = 0.5 / A_MONTH
CUSTOMERS = 12 / A_MONTH
VULNERABILITIES = 14 / A_MONTH
JOINERS, MOVERS, LEAVERS = 11, 8, 10

KNOWN = 0.05 * 0.28 + 0.05**2
"""Visits to the second line after a contact that it knows was opened again (5 %)."""
NEW = 0.28 + 0.05 * 0.72
"""Contacts that come to the second line for the first time; 20 % of them twice."""
THIRD = 0.03 + NEW * (0.08 + 0.20 * 0.08) + KNOWN * 0.08
"""Visits to the third line of a contact."""

# Of changes, 7 % are emergencies and 43 % standard. Of the normal ones 20 in 50 come before the
# board, which defers 7 in 100 and rejects 3. Tests fail (15 %), and deployments (7 % are built
# again, 3 % given up); the limits on visits are beyond what happens.
BOARD = 1 - 0.03 / 0.93
BUILDS = {accepted: 1 / (1 - 0.15 - 0.85 * accepted * 0.07) for accepted in (1.0, BOARD)}
PASSED = {accepted: 0.85 * builds for accepted, builds in BUILDS.items()}
DEPLOYED = 0.30 * PASSED[1.0] + 0.20 * PASSED[BOARD] * BOARD
"""Deployments of a change of any class; 30 % are of low risk, 20 % come before the board."""


def contacts_and_changes() -> tuple[float, float, float]:
    """Contacts, changes and major incidents of a week: each brings some of the others."""
    contacts = changes = major = 0.0
    for _ in range(50):
        major = 0.85 + changes * DEPLOYED * 0.07 * 0.06
        changes = 52.3 + contacts * THIRD * 0.10
        failed = DEPLOYED * (0.07 * 0.70 + 0.03 * 0.50) + (0.07 + 0.43) * 0.02
        patches = sum(0.15**k for k in range(5))
        contacts = (
            158.5 * 5 + LAUNCHES * 644 + CUSTOMERS * 8 + JOINERS * 0.20 * 2
            + major * 0.40 * 12.5 + changes * failed + VULNERABILITIES * patches * 0.12
        )  # fmt: skip
    return contacts, changes, major


CONTACTS, CHANGES, MAJOR = contacts_and_changes()
REQUISITIONS = {"own": 34.5 / A_MONTH, "launch": LAUNCHES, "joiner": JOINERS * 0.10}
LARGE = 0.25 * REQUISITIONS["own"] + REQUISITIONS["launch"]
"""Requisitions that need quotes and contracts."""


# ---- hours of a week, by stream and team ---------------------------------------------------------


def by_hand(problems: float) -> dict[str, dict[str, float]]:
    """Work of each stream and team; `problems` come in a week."""
    passes = 1 / 0.88  # of a major incident; the second diagnosis takes half as long
    diagnosis = lognormal(45, 0.9) / 60 * (1 + 0.5 * (passes - 1))
    fixing = passes * (0.28 * lognormal(15, 0.5) + 0.65 * 2 * lognormal(15, 0.8)) / 60
    normal, builds = 0.5, 0.30 * BUILDS[1.0] + 0.20 * BUILDS[BOARD]
    passed = 0.30 * PASSED[1.0], 0.20 * PASSED[BOARD]
    designs = 4 / 3  # 20 % are unclear, 5 % of what is accepted after it are designed anew
    verified = sum(0.15**k for k in range(5))
    requisitions = sum(REQUISITIONS.values())
    found = 0.70 * 0.60 / 0.70  # of the problems: a cause, and then money
    each: dict[str, tuple[float, dict[str, float]]] = {
        "contact": (CONTACTS, {
            "sd1": (4 * 1.15 + 8 + 2 * (1 + 0.05 + 0.05**2)) / 60,
            "t2": 0.75 * (NEW * (1 + 0.20 * 0.22) + KNOWN * 0.22) + 0.017 / 3,
            "t3": 3 * THIRD,
        }),
        "p1": (MAJOR, {
            "t3": 3 * diagnosis + fixing + passes * lognormal(10, 0.4) / 60 + 2 * 4,
            "dev": diagnosis + passes * 0.28 * 2 * lognormal(45, 0.7) / 60,
            "plat": diagnosis, "chg": lognormal(8, 0.6) / 60, "prob": 4,
        }),
        "change": (CHANGES, {
            "t3": normal * 1.25 * 0.5,
            "dev": normal * 1.25 * 0.5 + builds * 5 + 0.07 * 3.25,
            "plat": builds * 5,
            "qa": builds * 3,
            "chg": 0.5 * (normal * 1.25 + 0.07) + passed[0] * 2 / 3 + passed[1] / 0.93 * 2 / 3
            + DEPLOYED * 0.90 * 0.4,
            "rel": DEPLOYED * 1.6 + 0.07 * 1.25 + 0.43 * 0.5,
            "t2": 0.43 * 0.6,
        }),
        "onboarding": (CUSTOMERS, {
            "brm": 6 * (1 + 0.20 * designs) + 2, "pfm": 3, "legal": 0.70 * 8,
            "arch": 16 * designs + 12, "plat": 0.8 * designs * 0.4 * 6,
            "dev": 0.8 * (0.8 * designs + 0.2 * designs) * 40,
            "qa": 16 * designs, "rel": 3, "t2": 10,
        }),
        "launch": (LAUNCHES, {
            "pfm": 90 / 0.80, "brm": 24 + 40, "arch": 40, "plat": 120, "sd1": 40, "rel": 60 / 0.85,
            "t2": 80, "prob": 16,
        }),
        "feature": (LAUNCHES * 24, {"arch": 8, "dev": 45 / 0.80, "qa": 12 / 0.80}),
        "requisition": (1, {
            "proc": requisitions * (0.5 * 1.15 + 0.97 * 0.7) + 0.97 * LARGE * 8 / 0.80,
            "arch": requisitions * 0.25 * 2, "pfm": requisitions * 0.60 * 0.5,
            "legal": 0.97 * LARGE * 0.60 * 10, "log": 0.97 * requisitions * 1.3,
        }),
        "vulnerability": (VULNERABILITIES, {
            "sec": 1.5 + 1 + 0.15 * 2 + verified,
            "plat": 4 / 0.90 + 2 + 2 + 2 * verified, "chg": 0.5,
        }),
        "joiner": (JOINERS, {
            "sd1": 0.3 * 1.25, "iam": 0.5 / 0.85 + 1.2 * 1.1, "log": 1.5 / 0.95, "t2": 0.6,
        }),
        "mover": (MOVERS, {"sd1": 0.25, "iam": 1.4 * 1.2}),
        "leaver": (LEAVERS, {"sd1": 0.2, "iam": 0.3 + 1, "log": 0.7}),
        "problem": (problems, {
            "prob": 1 + 5 + 0.70 / 0.70 * 1.5 + found, "t3": 9 + 0.70 * 2, "dev": found * 30,
            "chg": found * 0.9, "rel": found * 1.5,
        }),
    }  # fmt: skip
    return {
        stream: {team: items * hours for team, hours in teams.items()}
        for stream, (items, teams) in each.items()
    }


def of_teams(work: dict[str, dict[str, float]]) -> dict[str, float]:
    """Hours of each team."""
    teams = load("portfolio").teams
    return {team: sum(hours.get(team, 0.0) for hours in work.values()) for team in teams}


BY_HAND = by_hand(MAJOR + REVIEWED)


# ---- the benchmark's figures ---------------------------------------------------------------------

TABLE = {
    "sd1": {"contact": 232, "people": 9, "launch": 5},
    "t2": {"contact": 228, "onboarding": 28, "change": 15, "launch": 9, "people": 7},
    "t3": {"contact": 169, "problem": 37, "change": 18, "p1": 13},
    "dev": {"change": 195 + 13, "launch": 156, "onboarding": 114, "problem": 54, "p1": 6},
    "plat": {"change": 177, "vulnerability": 37, "launch": 15, "onboarding": 7},
    "qa": {"change": 106, "onboarding": 60, "launch": 42},
    "arch": {"onboarding": 90, "launch": 27, "requisition": 5},
    "rel": {"change": 63 + 5, "onboarding": 9, "launch": 8, "problem": 3},
    "chg": {"change": 52 + 5, "problem": 2},
}
"""Emergency changes are among the patches there; joiners, movers and leavers are people here."""
MEMBERS = {"people": ("joiner", "mover", "leaver"), "launch": ("launch", "feature")}
UTILISATION = {
    "sd1": 0.80, "t2": 0.79, "t3": 0.60, "dev": 0.80, "plat": 0.77, "arch": 0.72, "qa": 0.82,
    "rel": 0.78, "chg": 0.70, "brm": 0.45, "proc": 0.61, "legal": 0.53, "pfm": 0.42, "iam": 0.58,
    "log": 0.68, "sec": 0.23, "prob": 0.51,
}  # fmt: skip
"""Of 28 hours of each person."""
STANDING = {"sec": 40 * 50 / 60}
"""Work of no item: monitoring each office hour, 60 % of the 56 hours of two people."""


@pytest.mark.parametrize("team", TABLE)
def test_each_stream_gives_each_team_the_work_of_the_table(team):
    """Within 5 h or 8 %, but for what follows.

    The desk has 221 h of contacts where the table has 232: 900 contacts (892.5, and 7.9 that come
    back from the portal) of 4 min at intake, 15 % of them twice, 8 min and 2 min of feedback are
    14.7 min each. Problems take 31 h of operations, not 37: three in a week, 9 h each, and 2 h for
    each cause that is found. A major incident takes 1.8 h of developers, not 6.
    """
    for stream, hours in TABLE[team].items():
        found = sum(BY_HAND[member].get(team, 0) for member in MEMBERS.get(stream, (stream,)))
        if stream == "change" and team == "chg":
            found += BY_HAND["vulnerability"]["chg"]
        own = {("sd1", "contact"): 221, ("t3", "problem"): 31, ("dev", "p1"): 1.8}
        expected = own.get((team, stream), hours)
        assert abs(found - expected) < max(5, 0.08 * expected), (stream, found, hours)


def test_people_are_as_busy_as_the_organisation_is_said_to_be():
    """Within 4.5 points, and of teams of two or three within 6.

    Testers (0.83) and developers (0.81) are the tight ones: nobody else of seventeen reaches 0.80.
    """
    teams, work = load("portfolio").teams, of_teams(BY_HAND)
    people = {
        name: team.people or sum(group.people for group in team.groups.values())
        for name, team in teams.items()
    }
    assert sum(people.values()) == 113  # where about 112 are named
    busy = {team: work[team] / (28 * people[team]) for team in teams}
    for team, said in UTILISATION.items():
        assert busy[team] == pytest.approx(said, abs=0.045 if people[team] > 3 else 0.06), team
    assert STANDING["sec"] / (28 * people["sec"]) == pytest.approx(0.60, abs=0.01)
    first, second, third = sorted(busy, key=lambda team: -busy[team])[:3]
    assert (first, second) == ("qa", "dev")
    assert busy[third] < 0.80
    assert busy["qa"] == pytest.approx(0.82, abs=0.015)
    assert busy["dev"] == pytest.approx(0.80, abs=0.01)


def test_a_thirtieth_of_the_effort_improves_anything():
    """Obtain/build 790 h, deliver & support 560, design & transition 490, engage and desk 320.

    By hand 783, 549, 498 and 321, and 25 for planning (24). Improvement is 74 h of 2,250 (3.3 %):
    the benchmark's 83 h are the 6 h more of operations that its table gives to problems, and 3 h.
    """
    work, of_team = BY_HAND, of_teams(BY_HAND)
    orders = 0.97 * sum(REQUISITIONS.values()) * 0.7
    waves = VULNERABILITIES * (4 + 2 / 0.85)
    swarming = MAJOR * lognormal(45, 0.9) / 60 * (1 + 0.5 * 0.12 / 0.88)
    hours = {
        "improve": work["problem"]["prob"] + work["problem"]["t3"] + work["launch"]["prob"]
        + MAJOR * (2 + 1) * 4 + CONTACTS * 0.017 / 3,
        "plan": of_team["pfm"] + VULNERABILITIES * 0.15 * 2,
        # the desk's training for launches is as long as the architects' talks with users
        "engage": of_team["sd1"] + of_team["brm"] + of_team["legal"] + of_team["proc"] - orders,
        "obtain_build": of_team["dev"] - CHANGES * 0.5 * 1.25 / 2 - swarming
        + of_team["plat"] - waves - swarming + of_team["log"] + orders,
        "design_transition": of_team["qa"] + of_team["arch"] + of_team["rel"] + of_team["chg"]
        + VULNERABILITIES + waves,
    }  # fmt: skip
    total = sum(of_team.values())
    hours["deliver_support"] = total - sum(hours.values())
    said = {"obtain_build": 790, "deliver_support": 560, "design_transition": 490,
            "engage": 130 + 190, "plan": 24, "improve": 83 - 6 - 3}  # fmt: skip
    for activity, expected in said.items():
        assert hours[activity] == pytest.approx(expected, rel=0.04), activity
    assert 0.03 < hours["improve"] / total < 0.04


# ---- the same from svcsim ------------------------------------------------------------------------


def test_the_forecast_is_the_hand_calculation():
    """For each team; of problems it knows those of major incidents, and no updates about these."""
    model, names = build(load("portfolio"))
    known = predict(model)
    weeks = (model.horizon - model.warm_up) / WEEK
    flows, items = known.flows, known.items
    load_ = offered(model, known.works, np.ones(len(model.pools)))
    load_ = load_ + attended(model, flows, items, known.moments)
    found = dict(zip(names.pools, load_ / TICKS_PER_HOUR / weeks, strict=True))
    for team, hours in of_teams(by_hand(MAJOR)).items():
        either = 0.2 if team in ("sd1", "t3") else 0.0  # who registers a major incident
        hours += STANDING.get(team, 0.0)
        assert found[team] == pytest.approx(hours, rel=1e-3, abs=1e-9 + either), team
    brought = dict(zip(names.streams, items.sum(axis=1) / weeks, strict=True))
    assert brought["contact"] == pytest.approx(CONTACTS, rel=1e-3)
    assert brought["change"] == pytest.approx(CHANGES, rel=1e-3)
    assert brought["p1"] == pytest.approx(MAJOR, rel=1e-3)


FEW_CONTACTS = (
    "streams.contact.demand.rate=4/bd",
    "streams.launch.steps.release.spawn=null",
    "streams.onboarding.steps.go_live.spawn=null",
    "streams.change.demand.rate=57.7/wk",
    "streams.joiner.demand.batch.poisson=4",
    "streams.mover.demand=4/wk",
    "streams.leaver.demand=4/wk",
    "triggers=null",
    "streams.problem.demand=2/wk",
    "warm_up=0 h",
    "horizon=34 wk",
    "run_out=18 wk",
)
"""What contacts bring to other teams is demand there: changes of the third line, problems."""
REPLICATIONS = 2
EMERGENCY = 0
"""The number of that class of changes, in the order of names."""


class Run(NamedTuple):
    """One replication, and what its numbers mean."""

    told: Trajectory
    model: Model
    names: Names

    def stream(self, name: str) -> np.ndarray:
        """Which items are of a stream and arrived before the horizon."""
        items = self.told.items
        of = items["stream"] == self.names.streams.index(name)
        return of & (items["arrived"] < self.model.horizon)

    def queued(self, stream: str, step: str) -> np.ndarray:
        """Hours in which items of a stream queued for the people of a step, at each visit.

        Of visits from the 13th week on, when launches are being built.
        """
        visits, model = self.told.visits, self.model
        named = np.array(self.names.steps) == step
        of = np.flatnonzero(named & (model.steps["stream"] == self.names.streams.index(stream)))
        seen = np.isin(visits["step"], of) & (visits["started"] < model.end)
        seen &= (visits["entered"] >= 13 * WEEK) & (visits["entered"] < model.horizon)
        return (visits["started"] - visits["entered"])[seen] / TICKS_PER_HOUR

    def lead(self, stream: str) -> np.ndarray:
        """Days that items of a stream took which came from the 13th week on."""
        items = self.told.items
        seen = self.stream(stream) & (items["arrived"] >= 13 * WEEK) & (items["ended"] < NEVER)
        return (items["ended"] - items["arrived"])[seen] / TICKS_PER_HOUR / 24


def runs(*changes: str) -> list[Run]:
    """Replications with few contacts."""
    model, names = build(load("portfolio", set=[*FEW_CONTACTS, *changes]))
    worker = compiled.Worker(model)
    return [
        Run(worker.simulate(11, replication), model, names) for replication in range(REPLICATIONS)
    ]


@pytest.fixture(scope="module")
def base() -> list[Run]:
    return runs()


# ---- touch ---------------------------------------------------------------------------------------

OF_ITEMS = {
    "contact": CONTACTS, "change": CHANGES, "onboarding": CUSTOMERS, "feature": LAUNCHES * 24,
    "vulnerability": VULNERABILITIES, "joiner": JOINERS, "mover": MOVERS, "leaver": LEAVERS,
    "problem": MAJOR + REVIEWED,
}  # fmt: skip


@pytest.mark.theory
@pytest.mark.parametrize("stream", OF_ITEMS)
def test_items_take_the_touch_that_was_calculated_by_hand(base, stream):
    """Of those that ended before the run did, which are nearly all."""
    found: dict[str, list[np.ndarray]] = {team: [] for team in BY_HAND[stream]}
    for run in base:
        items, presence, attendance = run.told.items, run.told.presence, run.told.attendance
        arrived = run.stream(stream) & (items["arrived"] < 26 * WEEK)
        ended = arrived & (items["ended"] < NEVER)
        assert ended.sum() > 0.95 * arrived.sum()
        for team, hours in found.items():
            pool = run.names.pools.index(team)
            spent = presence[presence["pool"] == pool]
            heard = attendance[attendance["pool"] == pool]
            ticks = sum(
                np.bincount(some["item"], some["end"] - some["begin"], len(items))
                for some in (spent, heard)
            )
            hours.append(ticks[ended] / TICKS_PER_HOUR)
    for team, runs_ in found.items():
        hours = np.concatenate(runs_)
        expected = BY_HAND[stream][team] / OF_ITEMS[stream]
        error = hours.std() / math.sqrt(len(hours))
        assert abs(hours.mean() - expected) < BAND * error, team


# ---- what streams do to each other ---------------------------------------------------------------


def mean(runs_: list[Run], stream: str, step: str) -> float:
    """Mean hours in the queue of a step."""
    return float(np.mean([run.queued(stream, step).mean() for run in runs_]))


def leads(runs_: list[Run], stream: str) -> np.ndarray:
    """Mean days of the items of a stream, of each replication."""
    return np.array([run.lead(stream).mean() for run in runs_])


@pytest.mark.theory
def test_a_developer_more_without_a_tester_more_moves_the_bottleneck(base):
    """Features leave development sooner and queue for testers instead; both together help."""
    developer, both = (runs("teams.dev.people=+1", *more) for more in ((), ("teams.qa.people=+1",)))
    assert mean(developer, "feature", "program") < 0.9 * mean(base, "feature", "program")
    assert mean(developer, "feature", "try") > mean(base, "feature", "try")
    assert mean(both, "feature", "try") < 0.5 * mean(base, "feature", "try")
    gained = leads(base, "feature") - leads(developer, "feature")
    with_tester = leads(base, "feature") - leads(both, "feature")
    assert with_tester.mean() > 2 * gained.mean()


@pytest.mark.theory
def test_problems_starve_behind_everything_else(base):
    """The order of the queues for developers is that of the priorities, whatever else is so."""
    order = [("change", "build"), ("feature", "program"), ("problem", "mend")]
    waits = [mean(base, *where) for where in order]
    assert waits == sorted(waits)
    assert waits[2] > 10 * waits[0]


@pytest.mark.theory
def test_major_incidents_take_developers_from_problems_and_launches(base):
    """Who is taken works on what is least urgent of all that developers do at that tick."""
    priority = {"p1": 1, "change": 7, "onboarding": 9, "feature": 10, "problem": 11}
    victims = []
    for run in base:
        items, names = run.told.items, run.names
        at = run.told.presence[run.told.presence["pool"] == names.pools.index("dev")]
        whose = np.array(names.streams)[items["stream"][at["item"]]]
        urgency = np.array([priority[stream] for stream in whose])
        emergency = (whose == "change") & (items["cls"][at["item"]] == EMERGENCY)
        urgency[emergency] = 2
        for k in np.flatnonzero(whose == "p1"):
            same = (at["group"] == at["group"][k]) & (at["person"] == at["person"][k])
            stopped = np.flatnonzero(same & (at["end"] == at["begin"][k]) & (urgency > 1))
            for one in stopped:
                tick = at["begin"][k]
                others = urgency[(at["begin"] < tick) & (at["end"] > tick)]
                assert urgency[one] >= others.max(initial=0)
                victims.append(str(whose[one]))
    assert victims.count("feature") > 3
