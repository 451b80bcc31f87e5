"""Blocks of replications: one matrix for any workers and chunks, and what is kept on disk."""

import ast
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from small import SMALL

import svcsim
from svcsim.analysis.key import Key
from svcsim.analysis.measures import Reduced
from svcsim.analysis.percentiles import Histogram
from svcsim.errors import SvcsimError
from svcsim.experiment import fingerprint as fingerprinting
from svcsim.experiment import gather as gathering
from svcsim.experiment import matrix as matrices
from svcsim.experiment.block import Block
from svcsim.experiment.fingerprint import FILES, FLOORS, fingerprint
from svcsim.experiment.gather import gather, kept
from svcsim.experiment.housekeeping import block_files, clear_blocks, clear_kernel, keep_within
from svcsim.experiment.kept import CELL, ENDING, MAGIC, Kept, packed, unpacked
from svcsim.experiment.matrix import Matrix
from svcsim.experiment.run import Summary
from svcsim.experiment.study import Study
from svcsim.model.arrays import TICKS_PER_HOUR as H
from svcsim.scenario.load import loads

KEYS = tuple(Key("lead_time", "mean", "h", stream=name) for name in "abc")


def reduced(replication):
    """Return numbers that follow from the number of a replication, some of it silent."""
    source = np.random.default_rng([7, replication])
    ticks = (source.lognormal(1, 1, int(source.integers(0, 40))) * H).astype(np.int64)
    return Reduced(
        KEYS, source.normal(size=3), source.integers(0, 3, 3).astype(float),
        {KEYS[0]: Histogram.of(ticks)}, {"flow": True, "little": replication != 5},
    )  # fmt: skip


def task(replication):
    """Return two parts: numbers, and counts."""
    counts = Block.counted("matched", [[replication, 1], [replication**2, 2]])
    return Block.of(reduced(replication)), counts


def bits(matrix):
    numbers = matrix.numbers()
    histograms = [
        getattr(one, name).tobytes()
        for one in numbers.histograms.values()
        for name in ("sizes", "classes", "counts", "largest", "speakers")
    ]
    sums = numbers.numerators.tobytes(), numbers.denominators.tobytes()
    return numbers.sums, sums, histograms, matrix.identities


def same_bits(a, b):
    return (
        a.numbers.sums == b.numbers.sums
        and a.numbers.numerators.tobytes() == b.numbers.numerators.tobytes()
        and a.numbers.denominators.tobytes() == b.numbers.denominators.tobytes()
        and a.identities == b.identities
        and a.measures.equals(b.measures)
    )


@pytest.fixture(scope="module")
def scenario():
    return loads(SMALL, file="small.yaml")


@pytest.fixture(scope="module")
def fresh(scenario):
    """Return 80 replications that nobody kept."""
    return svcsim.run(scenario, replications=80, jobs=1)


@pytest.fixture
def simulated(monkeypatch):
    """Return the replications that are simulated, as they come."""
    found = []
    for name in ("follow", "reduce"):
        whole = getattr(Study, name)

        def counting(self, replication, *rest, whole=whole):
            found.append(replication)
            return whole(self, replication, *rest)

        monkeypatch.setattr(Study, name, counting)
    return found


# ---- one matrix ----


@pytest.fixture(scope="module")
def one_by_one():
    """Return the matrix of 130 replications, added one by one."""
    matrix = Matrix()
    for replication in range(130):
        matrix.add(reduced(replication))
    return bits(matrix)


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_workers_and_chunks_change_no_bit(one_by_one, jobs, chunk):
    (numbers, counts), reused = gather(task, 130, jobs=jobs, chunk=chunk)
    assert bits(numbers) == one_by_one
    assert counts.column("matched")[:, 1, 0].tolist() == [r * r for r in range(130)]
    assert reused == 0


@pytest.mark.parametrize(("jobs", "chunk"), [(2, 7), (3, 64)])
def test_workers_and_chunks_change_no_bit_of_a_run(scenario, fresh, jobs, chunk):
    study = Study.of(scenario, engine="compiled", seed=1)
    (matrix,), _ = gather(Summary(study), 70, jobs=jobs, chunk=chunk)
    numbers = matrix.numbers()
    assert np.array_equal(numbers.numerators, fresh.numbers.numerators[:70])
    assert np.array_equal(numbers.denominators, fresh.numbers.denominators[:70])


class Workers:
    """Do so many replications, one by one, and then hear Ctrl-C."""

    def __init__(self, most):
        self.most = most

    def __call__(self, task, n, **_):
        yield from (task(index) for index in range(min(self.most, n)))


@pytest.mark.parametrize("finished", [0, 1, CELL, CELL + 1, 2 * CELL])
@pytest.mark.parametrize("known", [0, CELL])
def test_ctrl_c_keeps_what_is_finished_wherever_a_cell_ends(tmp_path, monkeypatch, known, finished):
    places = [Kept(tmp_path, part) for part in ("numbers", "counts")]
    if known:
        gather(task, known, places=places)
    monkeypatch.setattr(gathering, "replicate", Workers(finished))
    matrices, reused = gather(task, 200, places=places)
    whole = known + finished
    assert [matrix.replications for matrix in matrices] == [whole] * 2 * (whole > 0)
    assert reused == known
    if matrices:
        squares = matrices[1].column("matched")[:, 1, 0].tolist()
        assert squares == [r * r for r in range(whole)]


def test_an_identity_that_fails_once_fails():
    (matrix, _), _ = gather(task, 70, jobs=2)
    assert matrix.identities == {"flow": True, "little": False}


def test_many_entries_are_added_up_in_64_sections(monkeypatch):
    """The percentiles stay what they are; each section is what its replications are together."""
    (whole, _), _ = gather(task, 200)
    exact = whole.numbers().histograms[KEYS[0]]
    found = []
    for most, chunk in [(1000, 1), (1000, 64), (2500, 7)]:
        monkeypatch.setattr(matrices, "MOST_ENTRIES", most)
        (matrix, _), _ = gather(task, 200, chunk=chunk)
        found.append(bits(matrix))
        sections = matrix.numbers().histograms[KEYS[0]]
        assert len(sections.sizes) == 64
        assert sections.totals.tolist() == [exact.totals[s::64].sum() for s in range(64)]
        assert sections.speakers.tolist() == [exact.speakers[s::64].sum() for s in range(64)]
        for percent in (50, 85, 95):
            assert sections.percentile(percent) == exact.percentile(percent)
            assert sections.interval(percent).n == exact.interval(percent).n
    assert found[0] == found[1] == found[2]


# ---- kept on disk ----


def test_what_was_simulated_is_not_simulated_again(scenario, fresh, simulated):
    first = svcsim.run(scenario, replications=30, jobs=2, cache=True)
    more = svcsim.run(scenario, replications=80, jobs=2, cache=True)
    assert sorted(simulated) == list(range(80))
    again = svcsim.run(scenario, replications=80, jobs=1, cache=True)
    fewer = svcsim.run(scenario, replications=70, jobs=1, cache=True)
    assert len(simulated) == 80
    assert same_bits(more, fresh)
    assert same_bits(again, fresh)
    assert np.array_equal(fewer.numbers.numerators, fresh.numbers.numerators[:70])
    runs = (first, more, again, fewer)
    assert [one.provenance.cached for one in runs] == [0, 30, 80, 70]


def test_nothing_is_kept_unless_asked_for(scenario, own_blocks):
    svcsim.run(scenario, replications=2, jobs=1)
    svcsim.run(scenario, replications=2, jobs=1, cache=True, keep=1)
    svcsim.run(scenario, replications=2, jobs=1, cache=True, sink=lambda followed: None)
    assert not own_blocks.exists()


def test_a_part_that_is_missing_is_simulated_again(own_blocks, one_by_one):
    gather(task, 130, places=kept(["numbers", "counts"]))
    (numbers, counts), reused = gather(task, 130, places=kept(["numbers", "counts"]))
    assert reused == 130
    assert bits(numbers) == one_by_one
    assert counts.column("matched")[129].tolist() == [[129, 1], [129 * 129, 2]]
    (own_blocks / "counts" / f"00000064{ENDING}").unlink()
    (numbers, _), reused = gather(task, 130, places=kept(["numbers", "counts"]))
    assert reused == 130 - CELL
    assert bits(numbers) == one_by_one


def test_progress_begins_with_what_was_kept(scenario):
    svcsim.run(scenario, replications=3, jobs=1, cache=True)
    seen = []
    svcsim.run(scenario, replications=5, jobs=1, cache=True,
               progress=lambda *told: seen.append(told))  # fmt: skip
    assert seen == [(3, 5), (4, 5), (5, 5)]


def test_ctrl_c_keeps_what_is_finished_on_disk(scenario, fresh):
    def stop_at_forty(finished, _):
        if finished == 40:
            os.kill(os.getpid(), signal.SIGINT)

    stopped = svcsim.run(scenario, replications=80, jobs=1, cache=True, progress=stop_at_forty)
    assert stopped.provenance.replications == 40
    resumed = svcsim.run(scenario, replications=80, jobs=1, cache=True)
    assert resumed.provenance.cached == 40
    assert same_bits(resumed, fresh)


KILLED = """
import sys
import svcsim
from small import SMALL
from svcsim.scenario.load import loads
svcsim.run(loads(SMALL, file="small.yaml"), replications=100_000, jobs=1, cache=True)
"""


def test_kill_9_loses_no_finished_block(scenario, fresh, own_blocks):
    here = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], env={**os.environ, "PYTHONPATH": here}
    ) as it:
        deadline = time.monotonic() + 60
        while block_files(own_blocks).number < 2 and time.monotonic() < deadline:
            assert it.poll() is None
            time.sleep(0.01)
        it.kill()
    resumed = svcsim.run(scenario, replications=80, jobs=1, cache=True)
    assert resumed.provenance.cached > CELL
    assert same_bits(resumed, fresh)


def test_an_unfinished_block_is_written_after_a_while(scenario, monkeypatch, own_blocks):
    monkeypatch.setattr(gathering, "PATIENCE", 0.0)
    sizes = []
    svcsim.run(scenario, replications=3, jobs=1, cache=True,
               progress=lambda *_: sizes.append(block_files(own_blocks).number))  # fmt: skip
    assert sizes[-1] == 1


# ---- what is not believed ----


@pytest.fixture(scope="module")
def block():
    return Block.joined([Block.of(reduced(replication)) for replication in range(5)])


def test_a_block_comes_back_as_it_was(block):
    back = unpacked(packed(block, "key", 3), "key", 3)
    assert back.like(block)
    assert len(back) == 5
    for matrix, part in ((one := Matrix(), block), (two := Matrix(), back)):
        matrix.add(part)
    assert bits(one) == bits(two)


def test_a_block_in_which_any_byte_differs_is_no_block(block):
    data = packed(block, "key", 3)
    source = np.random.default_rng(1)
    for at in [0, len(MAGIC), len(MAGIC) + 40, len(data) - 1, *source.integers(0, len(data), 100)]:
        broken = bytearray(data)
        broken[at] ^= 1 << int(source.integers(0, 8))
        assert unpacked(bytes(broken), "key", 3) is None


def test_a_torn_block_is_no_block(block):
    data = packed(block, "key", 3)
    for length in [
        0,
        1,
        len(MAGIC),
        len(MAGIC) + 32,
        len(MAGIC) + 41,
        len(data) // 2,
        len(data) - 1,
    ]:
        assert unpacked(data[:length], "key", 3) is None
    assert unpacked(data + b"x", "key", 3) is None


def test_a_block_of_something_else_is_no_block(block):
    data = packed(block, "key", 3)
    assert unpacked(data, "other", 3) is None
    assert unpacked(data, "key", 2) is None
    assert unpacked(pickle.dumps(block), "key", 3) is None


@pytest.mark.parametrize("damage", ["torn", "foreign"])
def test_a_damaged_file_is_simulated_again(scenario, fresh, own_blocks, damage):
    svcsim.run(scenario, replications=70, jobs=1, cache=True)
    first, second = sorted(own_blocks.glob("*/*"))
    if damage == "torn":
        first.write_bytes(first.read_bytes()[:-100])
    else:
        first.write_bytes(second.read_bytes())
    found = svcsim.run(scenario, replications=70, jobs=1, cache=True)
    assert found.provenance.cached == 70 - CELL
    assert np.array_equal(found.numbers.numerators, fresh.numbers.numerators[:70])
    again = svcsim.run(scenario, replications=70, jobs=1, cache=True)
    assert again.provenance.cached == 70


# ---- what changes results ----


def key_of(text, seed=1, engine="compiled"):
    return Study.of(loads(text, file="x.yaml"), engine=engine, seed=seed).fingerprint()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mean: 10 min", "mean: 11 min"),
        ("30/d", "31/d"),
        ("20%, normal", "21%, normal"),
        ("within: 2 h", "within: 3 h"),
        ("people: 1", "people: 2"),
        ("2026-03-23", "2026-03-24"),
        ("horizon: 1 d", "horizon: 2 d"),
        ("activity: engage", "activity: plan"),
    ],
)
def test_what_changes_results_changes_the_fingerprint(old, new):
    assert old in SMALL
    assert key_of(SMALL.replace(old, new)) != key_of(SMALL)


def test_another_change_of_clocks_is_another_fingerprint():
    text = SMALL.replace("horizon: 1 d", "horizon: 2 wk")
    assert key_of(text) != key_of(text.replace("Europe/London", "America/New_York"))


def test_seed_and_engine_change_the_fingerprint():
    assert len({key_of(SMALL), key_of(SMALL, seed=2), key_of(SMALL, engine="reference")}) == 3


def test_a_run_does_not_change_the_fingerprint(scenario):
    study = Study.of(scenario, engine="compiled", seed=1)
    before = study.fingerprint()
    Summary(study)(0)
    assert study.fingerprint() == before == key_of(SMALL)


def test_words_for_people_do_not_change_the_fingerprint():
    other = SMALL.replace("A morning", "# nothing\ntitle: An evening").replace("title: #", "#")
    assert key_of(other.replace("replications: 70", "replications: 7")) == key_of(SMALL)


def test_rows_of_a_file_change_the_fingerprint(tmp_path):
    text = SMALL.replace("30/d", "{csv: calls.csv, arrived: t}")
    (tmp_path / "x.yaml").write_text(text.replace("classes: {urgent: 20%, normal: rest}", ""))
    found = set()
    for minute in (10, 11):
        (tmp_path / "calls.csv").write_text(f"t\n2026-03-23 09:{minute}\n")
        scenario = svcsim.load(tmp_path / "x.yaml")
        found.add(Study.of(scenario, engine="compiled", seed=1).fingerprint())
    assert len(found) == 2


def test_another_program_is_another_fingerprint(monkeypatch):
    before = fingerprint(1)
    monkeypatch.setattr(fingerprinting, "program", lambda: "another")
    assert fingerprint(1) != before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, 2), (12,)), (("ab", "c"), ("a", "bc")), ((1,), (1.0,)), ((1,), (True,)),
        ((None,), ("None",)), (([],), ((),)), ((np.arange(4),), (np.arange(4).reshape(2, 2),)),
        ((np.arange(2),), (np.arange(2.0),)), ((0.0,), (-0.0,)), (({"a": 1},), ({"a": 2},)),
    ],
)  # fmt: skip
def test_fingerprints_tell_values_and_kinds_apart(one, other):
    assert fingerprint(*one) != fingerprint(*other)
    assert fingerprint(*one) == fingerprint(*one)


def test_what_has_no_fingerprint_is_refused():
    with pytest.raises(TypeError, match="object"):
        fingerprint(object())


def test_every_source_that_shapes_a_replication_is_in_the_fingerprint():
    """All that `reduce` and the engines import, directly or not, by the sources."""
    root = Path(svcsim.__file__).parent
    experiment = ["study", "block", "wanted"]
    names = [f"experiment.{name}" for name in experiment]
    names += ["engines.reference", "engines.compiled"]
    found, open_ = set(), [f"svcsim.{name}" for name in names]
    while open_:
        path = root.parent.joinpath(*open_.pop().split("."))
        files = (
            [path.with_suffix(".py")] if path.with_suffix(".py").is_file() else path.glob("*.py")
        )
        for file in files:
            if file in found:
                continue
            found.add(file)
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("svcsim"):
                    open_ += [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
    here = {file.relative_to(root).as_posix() for file in found}
    told = {f"experiment/{name}.py" for name in FILES} | {"experiment/__init__.py"}
    inside = {name for name in here if "/" not in name or name.split("/")[0] in FLOORS}
    assert len(here) > 100
    assert here <= inside | told


# ---- house-keeping ----


def test_the_blocks_that_were_used_longest_ago_go_first(own_blocks, block):
    places = kept([f"{n:032x}" for n in range(4)])
    for age, place in enumerate(places):
        place.write(0, block)
        os.utime(own_blocks / place.key / f"00000000{ENDING}", (1000 - age, 1000 - age))
    one = block_files(own_blocks).size // 4
    assert places[3].read(0) is not None  # the oldest is used, and then the youngest
    keep_within(own_blocks, 2 * one)
    assert [place.read(0) is not None for place in places] == [True, False, False, True]
    assert block_files(own_blocks).groups == 2


def test_a_run_keeps_no_more_than_it_may(scenario, fresh, monkeypatch, own_blocks):
    monkeypatch.setattr("svcsim.experiment.gather.largest", lambda: 1000)
    found = svcsim.run(scenario, replications=80, jobs=1, cache=True)
    assert same_bits(found, fresh)
    assert block_files(own_blocks).size <= 1000


def test_what_a_killed_run_left_half_written_goes(own_blocks, block):
    (place,) = kept(["0"])
    place.write(0, block)
    left, new = (own_blocks / "0" / f".svcsim.{name}.part" for name in ("left", "new"))
    for file in (left, new):
        file.write_bytes(b"half")
    os.utime(left, (0, 0))
    keep_within(own_blocks, 1 << 30)
    assert (left.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize("place", ["file", "full"])
def test_a_disk_that_cannot_be_written_costs_the_reuse_only(
    scenario, fresh, monkeypatch, own_blocks, place
):
    if place == "file":
        own_blocks.parent.mkdir(parents=True, exist_ok=True)
        own_blocks.write_text("in the way")
    else:

        def full(path):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("svcsim.experiment.kept.whole_bytes", full)  # fmt: skip
    for _ in range(2):
        found = svcsim.run(scenario, replications=3, jobs=1, cache=True)
        assert found.provenance.cached == 0
        assert np.array_equal(found.numbers.numerators, fresh.numbers.numerators[:3])


def test_the_size_is_in_the_environment(scenario, monkeypatch, own_blocks):
    monkeypatch.setenv("SVCSIM_CACHE_SIZE", "0")
    svcsim.run(scenario, replications=1, jobs=1, cache=True)
    assert not own_blocks.exists()
    monkeypatch.setenv("SVCSIM_CACHE_SIZE", "1 GB")
    with pytest.raises(SvcsimError, match="MiB as a whole number"):
        svcsim.run(scenario, replications=1, jobs=1, cache=True)


def test_clearing_leaves_what_is_not_ours(tmp_path, own_blocks, block):
    kept(["0"])[0].write(0, block)
    (own_blocks / "mine").mkdir()
    (own_blocks / "mine" / "precious").write_text("mine")
    clear_blocks(own_blocks)
    assert [file.name for file in own_blocks.rglob("*")] == ["mine", "precious"]
    for name in ("0123456789abcdef", "precious"):
        (tmp_path / name).mkdir()
    clear_kernel(tmp_path)
    assert (tmp_path / "precious").exists()
    assert not (tmp_path / "0123456789abcdef").exists()
