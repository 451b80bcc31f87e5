"""What is kept of sweeps and searches: each point as that of a run, and as sure."""

import os
import pickle
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from small import SMALL

import svcsim
from svcsim.analysis.key import Key
from svcsim.analysis.measures import Reduced
from svcsim.analysis.percentiles import Histogram
from svcsim.experiment import gather as gathering
from svcsim.experiment import matrix as matrices
from svcsim.experiment.block import Block
from svcsim.experiment.gather import Simulated, gather, gather_each, kept
from svcsim.experiment.housekeeping import block_files
from svcsim.experiment.kept import CELL, ENDING
from svcsim.experiment.study import Room, Study
from svcsim.experiment.wanted import Wanted
from svcsim.scenario.load import loads

OVER = "teams.counter.people=1,2"
KEY = Key("lead_time", "mean", "h", stream="a")


@pytest.fixture(scope="module")
def scenario():
    return loads(SMALL, file="small.yaml")


@pytest.fixture(scope="module")
def stream(scenario):
    return next(iter(scenario.streams))


@pytest.fixture
def simulated(monkeypatch):
    """Return the replications that are simulated, as they come."""
    found, whole = [], Study.reduce

    def counting(self, replication, *rest, **named):
        found.append(replication)
        return whole(self, replication, *rest, **named)

    monkeypatch.setattr(Study, "reduce", counting)
    return found


def swept(scenario, n, **how):
    return svcsim.sweep(scenario, OVER, replications=n, jobs=how.pop("jobs", 1), **how)


def searched(scenario, n, **how):
    return svcsim.bottleneck(
        scenario, only=["work", "people"], replications=n, jobs=how.pop("jobs", 1), **how
    )


def figures(found):
    """Return everything that a sweep or a search says, but for what it took."""
    said = found.as_dict()
    return {name: value for name, value in said.items() if name not in ("cached", "seconds")}


ASK = pytest.mark.parametrize("ask", [swept, searched])


@ASK
def test_what_was_simulated_is_not_simulated_again(scenario, simulated, ask):
    fresh = ask(scenario, 70)
    each = len(simulated)
    points = each // 70
    assert points >= 2
    simulated.clear()
    first = ask(scenario, 30, cache=True, jobs=2)
    assert len(simulated) == points * 30
    simulated.clear()
    more = ask(scenario, 70, cache=True, jobs=2)
    assert sorted(simulated) == sorted(list(range(30, 70)) * points)
    simulated.clear()
    again = ask(scenario, 70, cache=True)
    fewer = ask(scenario, 30, cache=True)
    assert simulated == []
    assert figures(fresh) == figures(more) == figures(again)
    assert figures(first) == figures(fewer)
    cached = [one.provenance.cached for one in (fresh, first, more, again, fewer)]
    assert cached == [points * each for each in (0, 0, 30, 70, 30)]


def test_points_are_shared_by_grids(scenario, simulated):
    swept(scenario, 4, cache=True)
    simulated.clear()
    svcsim.sweep(scenario, "teams.counter.people=2,3", replications=4, jobs=1, cache=True)
    assert sorted(simulated) == [0, 1, 2, 3]


def test_another_response_is_simulated_anew(scenario, stream, simulated):
    def asked(response):
        found = svcsim.sweep(scenario, OVER, replications=3, jobs=1, cache=True, response=response)
        return found.records()

    found = [asked(f"{stream}.lead_time.{one}") for one in ("mean", "p85", "mean", "p95")]
    assert len(simulated) == 2 * 3 * 2
    assert found[0] == found[2]
    assert found[3] != found[1]


def test_halved_steps_are_kept_too(scenario, simulated):
    one = searched(scenario, 5, cache=True, check=True)
    simulated.clear()
    again = searched(scenario, 5, cache=True, check=True)
    assert simulated == []
    assert figures(one) == figures(again)
    assert again.provenance.cached == 5 * again.points


def test_the_library_keeps_nothing_unless_told(scenario, own_blocks):
    swept(scenario, 2)
    searched(scenario, 2)
    assert not own_blocks.exists()


@ASK
def test_ctrl_c_keeps_what_is_finished_on_disk(scenario, simulated, ask):
    fresh = ask(scenario, 20)
    asked = len(simulated)

    def stop_at_thirty(finished, _):
        if finished == 30:
            os.kill(os.getpid(), signal.SIGINT)

    stopped = ask(scenario, 20, cache=True, progress=stop_at_thirty)
    assert stopped.interrupted
    simulated.clear()
    resumed = ask(scenario, 20, cache=True)
    assert len(simulated) == asked - 30
    assert resumed.provenance.cached == 30
    assert figures(resumed) == figures(fresh)


KILLED = """
import svcsim
from small import SMALL
from svcsim.scenario.load import loads
scenario = loads(SMALL, file="small.yaml")
svcsim.sweep(scenario, "teams.counter.people=1..40", replications=70, jobs=1, cache=True)
"""


def test_kill_9_loses_no_finished_block(scenario, own_blocks, simulated):
    fresh = swept(scenario, 70)
    simulated.clear()
    here = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], env={**os.environ, "PYTHONPATH": here}
    ) as it:
        deadline = time.monotonic() + 120
        while block_files(own_blocks).number < 5 and time.monotonic() < deadline:
            assert it.poll() is None
            time.sleep(0.01)
        it.kill()
    resumed = swept(scenario, 70, cache=True)
    assert simulated == []
    assert figures(resumed) == figures(fresh)


@pytest.mark.parametrize("damage", ["torn", "foreign", "flipped"])
def test_a_damaged_block_is_simulated_again(scenario, own_blocks, simulated, damage):
    fresh = swept(scenario, 70, cache=True)
    files = sorted(own_blocks.glob(f"*/*{ENDING}"))
    assert len(files) == 2 * 2
    data = files[0].read_bytes()
    half = len(data) // 2
    files[0].write_bytes({
        "torn": data[:-1], "foreign": files[2].read_bytes(),
        "flipped": data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :],
    }[damage])  # fmt: skip
    simulated.clear()
    found = swept(scenario, 70, cache=True)
    assert sorted(simulated) == list(range(CELL))
    assert figures(found) == figures(fresh)
    assert files[0].read_bytes() == data


# ---- comparisons: the base, its variants, and each pair ----


@pytest.fixture
def followed(monkeypatch):
    """Return people of the counter, and replication, of each simulation whose items are seen."""
    found, whole = [], Study.follow

    def counting(self, replication):
        found.append((int(self.questions.model.groups["people"][0]), replication))
        return whole(self, replication)

    monkeypatch.setattr(Study, "follow", counting)
    return found


def compared(tmp_path, n, *people, **how):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    vs = [f"teams.counter.people={some}" for some in people]
    found = svcsim.compare(file, vs, replications=n, jobs=2, **how)
    said = found.as_dict()
    for one in (said["base"], *said["variants"].values()):
        del one["cached"]
    return said, found.base.provenance.cached


def test_of_a_comparison_only_what_is_new_is_simulated(tmp_path, followed):
    """Of a new pair the items of the base are needed again: they are not kept, but numbers."""
    base = int(loads(SMALL, file="small.yaml").teams["counter"].people)
    fresh = {(n, people): compared(tmp_path, n, *people)[0]
             for n, people in ((3, (7,)), (5, (7, 8)), (70, (8,)))}  # fmt: skip
    followed.clear()

    def asked(n, *people):
        followed.clear()
        said, cached = compared(tmp_path, n, *people, cache=True)
        assert (n, people) not in fresh or said == fresh[n, people]
        return cached, sorted(followed)

    def each(*numbers, of):
        return sorted((people, n) for people in of for n in numbers)

    assert asked(3, 7) == (0, each(0, 1, 2, of=(base, 7)))
    assert asked(5, 7, 8) == (0, sorted(each(*range(5), of=(base, 8)) + each(3, 4, of=(7,))))
    assert asked(5, 8, 7) == (5, [])
    assert asked(3, 7) == (3, [])
    assert asked(70, 8) == (5, each(*range(5, 70), of=(base, 8)))
    assert asked(5, 7, 8) == (5, [])


# ---- several experiments, one after the other ----


def reduced(experiment, replication):
    source = np.random.default_rng([experiment, replication])
    ticks = source.integers(0, 10**12, int(source.integers(0, 40)))
    return Reduced((KEY,), source.normal(size=1), np.ones(1), {KEY: Histogram.of(ticks)}, {})


def task(experiment, replication):
    return (Block.of(reduced(experiment, replication)),)


def bits(matrix):
    numbers = matrix.numbers()
    histograms = numbers.histograms[KEY]
    return numbers.numerators.tobytes(), histograms.classes.tobytes(), histograms.sizes.tobytes()


def gathered(n, places, **how):
    return [(bits(matrices[0]), reused) for matrices, reused in gather_each(task, n, places, **how)]


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("known", [(0, 0, 0), (0, 30, 0), (70, 64, 10), (130, 130, 130)])
def test_each_experiment_is_what_it_is_alone(jobs, known):
    places = [kept([f"experiment {one}"]) for one in range(3)]
    for one, n in enumerate(known):
        gather(lambda replication, one=one: task(one, replication), n or 1, places=places[one])
    alone = [gather(lambda r, one=one: task(one, r), 130)[0][0] for one in range(3)]
    progress = []
    found = gathered(130, places, jobs=jobs, progress=lambda *told: progress.append(told))
    reused = [n or 1 for n in known]
    assert found == [(bits(matrix), n) for matrix, n in zip(alone, reused, strict=True)]
    assert progress == [(n, 390) for n in range(sum(reused), 391)]
    assert [reused for _, reused in gathered(130, places)] == [130] * 3


@pytest.mark.parametrize("most", [0, 1, 69, 70, 71, 140, 199])
def test_those_that_are_finished_come_whole(monkeypatch, most):
    def workers(task, n, **_):
        yield from (task(index) for index in range(min(most, n)))

    monkeypatch.setattr(gathering, "replicate", workers)
    places = [kept([f"experiment {one}"]) for one in range(3)]
    found = [
        matrices[0].replications if matrices else 0 for matrices, _ in gather_each(task, 70, places)
    ]
    assert found == [70] * (most // 70) + [most % 70]
    monkeypatch.undo()
    again = gathered(70, places)
    assert sum(reused for _, reused in again) == most


def test_what_workers_are_told_can_be_pickled():
    told = pickle.loads(pickle.dumps(Simulated(task, [(0, range(3, 8)), (4, range(64, 66))], 2)))
    assert len(told) == 3 + 1
    rows = [told(index)[0].columns["numerators"][:, 0].tolist() for index in range(4)]
    asked = [[(0, 3), (0, 4)], [(0, 5), (0, 6)], [(0, 7)], [(4, 64), (4, 65)]]
    assert rows == [[reduced(*one).numerators[0] for one in chunk] for chunk in asked]


def test_replications_stay_apart_where_each_is_compared(monkeypatch):
    """A jackknife leaves out replications, not sections of them."""
    before = gathered(100, [()])
    monkeypatch.setattr(matrices, "MOST_ENTRIES", 50)
    assert gathered(100, [()]) == before


def test_many_points_are_no_more_than_may_be_kept(monkeypatch, own_blocks):
    places = [kept([f"experiment {one}"]) for one in range(40)]
    monkeypatch.setattr(gathering, "largest", lambda: 200_000)
    gathered(64, places)
    sizes = [file.stat().st_size for file in own_blocks.glob(f"*/*{ENDING}")]
    assert 0 < sum(sizes) <= 200_000


def test_how_much_is_kept_is_looked_after_a_twentieth_of_the_time(monkeypatch):
    """Reading a directory of thousands of files for each of them would be quadratic."""
    now, looked = [0.0], []

    def look(*_):
        looked.append(now[0])
        now[0] += 1.0

    monkeypatch.setattr(gathering.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(gathering, "keep_within", look)
    places = [kept([f"experiment {one}"]) for one in range(100)]
    for _ in gather_each(task, 1, places):
        now[0] += 1.0
    assert len(looked) >= 5
    assert all(then - when - 1.0 >= 20.0 for when, then in pairwise(looked[:-1]))
    assert looked[-1] >= 99.0


def test_blocks_without_identities_come_back(own_blocks):
    wanted = Wanted.of([KEY])
    assert wanted.histograms == frozenset()
    one = Block.of(Reduced((KEY,), np.ones(1), np.ones(1), {}, {}))
    (place,) = kept(["nothing else"])
    place.write(0, one)
    back = place.read(0)
    assert back.like(one)
    assert own_blocks.exists()


# ---- memory ----


def test_a_point_has_the_memory_that_those_before_it_needed(scenario):
    """The same bits on tables that have grown, on tables that are larger, and on new ones."""
    from svcsim.engines.compiled.state import Sizes

    long = loads(SMALL.replace("horizon: 1 d", "horizon: 300 d"), file="small.yaml")
    studies = [Study.of(one, engine="compiled", seed=1) for one in (scenario, long)]
    room = Room()
    for one in (0, 1, 0, 1):
        study = Study(studies[one].questions, "compiled", 1, room)
        before = room.sizes
        story = study.follow(3).trajectory
        alone = studies[one].follow(3).trajectory
        assert all(map(np.array_equal, story, alone))
        assert before is None or all(map(int.__le__, before, room.sizes))
    assert room.sizes.visits > Sizes().visits
    assert room.sizes == before
