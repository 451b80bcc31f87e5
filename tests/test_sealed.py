"""Compiled code that is damaged on disk is compiled again, and never run."""

import importlib.util
import os
from pathlib import Path

import numba
import pytest

from svcsim import _jit
from svcsim._jit import jit
from svcsim._sealed import contents

DAMAGE = {
    "cut short": lambda content: content[: len(content) // 2],
    "emptied": lambda content: b"",
    "its last bit turned over": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "its digest turned over": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "of a version without digests": lambda content: content[16:],
}


@pytest.fixture
def twice(tmp_path, monkeypatch):
    """What compiles the same function, as a new process would."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    source = tmp_path / "twice.py"
    source.write_text("def twice(x):\n    return 2 * x\n")

    def make():
        spec = importlib.util.spec_from_file_location("twice", source)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return jit(module.twice)

    return make


def kept(tmp_path):
    files = {file.suffix: file for file in (tmp_path / "cache").rglob("*.nb?")}
    assert files.keys() == {".nbi", ".nbc"}
    return files


def test_what_was_compiled_is_loaded(twice, tmp_path):
    first, second = twice(), twice()
    assert first(21) == 42
    assert second(21) == 42
    assert (first.stats.cache_hits.total(), second.stats.cache_hits.total()) == (0, 1)
    assert all(contents(file) for file in kept(tmp_path).values())


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_what_is_damaged_is_compiled_again_and_then_loaded(twice, tmp_path, suffix, damage):
    assert twice()(21) == 42
    file = kept(tmp_path)[suffix]
    file.write_bytes(damage(file.read_bytes()))
    assert contents(file) is None
    second, third = twice(), twice()
    assert second(21) == 42
    assert third(21) == 42
    assert (second.stats.cache_hits.total(), third.stats.cache_hits.total()) == (0, 1)


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_what_cannot_be_kept_runs_all_the_same(twice, tmp_path, suffix):
    assert twice()(21) == 42
    file = kept(tmp_path)[suffix]
    file.unlink()
    file.mkdir()  # nothing can be written in its place, not even by who may write everywhere
    assert twice()(21) == 42


def test_where_nothing_can_be_kept_nobody_else_puts_code(tmp_path, monkeypatch):
    monkeypatch.setattr(_jit.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(_jit.tempfile, "tempdir", str(tmp_path))
    _jit._aside.cache_clear()
    own = tmp_path / f"svcsim-{os.getuid()}"
    assert _jit._aside() == own
    assert own.stat().st_mode & 0o077 == 0
    own.chmod(0o777)
    _jit._aside.cache_clear()
    found = _jit._aside()
    _jit._aside.cache_clear()
    assert found != own
    assert Path(found).stat().st_mode & 0o077 == 0
