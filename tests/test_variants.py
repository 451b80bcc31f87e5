"""The kernel and its core: which of them runs a model, and that both tell the same story."""

from pathlib import Path

import pytest
from random_core import draw_for_core
from random_scenarios import draw, read
from test_engines_agree import LONGEST, SCENARIOS, SHORT, first_difference
from test_parts_handed_over import parts_of

from svcsim.audit import audit
from svcsim.engines import reference
from svcsim.engines.compiled import CORE, FULL, Worker, used_features
from svcsim.engines.compiled.features import USED
from svcsim.errors import ScenarioError
from svcsim.experiment import kernel_files
from svcsim.experiment.kernel_files import LOOPS, VARIANTS, kernel_directory, loops_beside
from svcsim.model.build import build
from svcsim.model.codes import Op
from svcsim.scenario.load import load

FOR_CORE = {"first_desk", "value_chain"}
"""Shipped scenarios for which the core is enough."""
MODELS = sorted(Path(__file__).parents[1].joinpath("benchmarks/models").glob("model_*.yaml"))
OF_CORE = {
    Op.ENTER, Op.SET, Op.DELAY, Op.PATIENCE, Op.SEIZE, Op.WORK, Op.RELEASE, Op.BRANCH, Op.LEAVE,
    Op.END, Op.HANDOVER,
}  # fmt: skip
"""Instructions that the core performs."""
CHUNKS, CHUNK = 4, 40


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_shipped_scenario_is_run_by_the_core_if_that_is_enough(path):
    worker = Worker(build(load(path)).model)
    assert worker.variant == (CORE if path.stem in FOR_CORE else FULL)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_core_runs_the_models_of_the_benchmarks(path):
    assert Worker(build(load(path)).model).variant == CORE


def test_the_core_refuses_what_it_has_no_code_for():
    model = build(load("service_desk")).model
    with pytest.raises(ValueError, match=r"the core of the kernel has no .*, no preemption, "):
        Worker(model, CORE)


@pytest.mark.parametrize("op", Op)
def test_an_instruction_is_one_of_the_core_or_of_a_feature(op):
    model = build(load("first_desk")).model
    ops = model.ops.copy()
    ops["code"][0] = op
    assert bool(used_features(model._replace(ops=ops))) == (op not in OF_CORE)


def test_every_feature_is_used_by_some_model(tmp_path):
    missing = {feature.name for feature in USED}
    for seed in range(200):
        scenario = read(draw(seed), tmp_path)
        if scenario is not None:
            missing -= set(used_features(build(scenario).model))
        if not missing:
            return
    assert not missing


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_core_and_kernel_and_reference_tell_the_same_of_random_scenarios(chunk, tmp_path):
    told = 0
    for seed in range(CHUNK * chunk, CHUNK * (chunk + 1)):
        try:
            scenario = read(draw_for_core(seed), tmp_path)
        except ScenarioError:
            continue  # what was left out was needed
        model = build(scenario).model if scenario else None
        if model is None or used_features(model):
            continue
        core, full = (Worker(model, kind).simulate(seed, 0) for kind in (CORE, FULL))
        assert not first_difference(core, full), f"seed {seed}"
        if len(core.rows) <= LONGEST:
            told += 1
            assert not first_difference(core, reference.simulate(model, seed, 0)), f"seed {seed}"
            assert not audit(model, core, seed, 0), f"seed {seed}"
    assert told > CHUNK // 2


@pytest.mark.parametrize("name", sorted(FOR_CORE))
def test_core_and_kernel_tell_the_same_of_shipped_scenarios(name):
    model = build(load(name, set=("warm_up=0 h", *SHORT[name]))).model
    core, full = Worker(model, CORE), Worker(model, FULL)
    for seed in range(20):
        assert not first_difference(core.simulate(seed, 1), full.simulate(seed, 1))


def test_parts_of_both_are_the_same():
    model = build(load("value_chain", set=("warm_up=0 h", *SHORT["value_chain"]))).model
    parts = [parts_of(Worker(model, kind), 1, 0, records=200) for kind in (CORE, FULL)]
    assert len(parts[0]) > 2
    for core, full in zip(*parts, strict=True):
        assert not first_difference(core.trajectory, full.trajectory)
        assert (core.numbers == full.numbers).all()


@pytest.mark.parametrize(("there", "processors"), [(False, 2), (False, 1), (True, 2)])
def test_the_loops_are_compiled_beside_the_kernel(monkeypatch, tmp_path, there, processors):
    started = []
    if there:
        (tmp_path / "loops_1").mkdir()
        (tmp_path / "loops_1/rows.sum_rows-1.nbi").touch()
    monkeypatch.setattr(kernel_files, "kernel_directory", lambda: tmp_path)
    monkeypatch.setattr(kernel_files.os, "cpu_count", lambda: processors)
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    monkeypatch.setattr(kernel_files.subprocess, "Popen", lambda words, **_: Other(words, started))
    with loops_beside():
        assert [words[1:] for words, _ in started] == (
            [["-m", kernel_files.__name__, LOOPS]] if processors > 1 and not there else []
        )
    assert all(ended for _, ended in started)


class Other:
    """A process that compiles nothing."""

    def __init__(self, words, started):
        self.told = [words, False]
        started.append(self.told)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        assert self.told[1]

    def terminate(self):
        self.told[1] = True


def test_the_core_has_no_code_for_features():
    sizes = {
        variant: max(
            (file.stat().st_size for file in kernel_directory().glob(f"*/*.{entry}-*.nbc")),
            default=0,
        )
        for variant, entry in VARIANTS.items()
    }
    if 0 in sizes.values():
        pytest.skip("the kernel is not compiled, or is interpreted")
    assert sizes["core"] < sizes["full"] / 2
