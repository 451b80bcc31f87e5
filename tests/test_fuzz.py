"""Files that somebody broke: refused in words, or run; never a traceback, never a hang."""

import fuzz
import pytest
from fuzz import EVERY, SMALL

QUICK = 100


def agreed(found):
    faults = "\n\n".join(f"{what}\n{text[:2000]}" for what, text in found.faults[:3])
    assert not found.faults, f"{found.summary()}\n{faults}"


def test_mutants_of_small_files(tmp_path):
    found = fuzz.many(SMALL, 20, QUICK, tmp_path)
    agreed(found)
    assert found.accepted > QUICK / 20
    assert found.run > QUICK / 20
    assert len(set(found.codes) & set(fuzz.RULES)) > 25


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_many_more_mutants(seed, tmp_path):
    agreed(fuzz.many(SMALL if seed % 3 else EVERY, seed, 200, tmp_path))


BROKEN = "svcsim: 1\nstreams: {s: {demand: 1/h, steps: {a: {wait: 1 h}}}}\n"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (RecursionError("deep"), "RecursionError"),
        (ZeroDivisionError("by zero"), "ZeroDivisionError"),
        (SystemExit(1), "leaves with 1"),
        (fuzz.Hang(), "hangs"),
    ],
)
def test_whatever_must_not_be_is_noticed(fault, words, tmp_path, monkeypatch):
    def main(_):
        raise fault

    fuzzer = fuzz.Fuzzer(SMALL[:1], 1, tmp_path / "files")
    monkeypatch.setattr(fuzz, "main", main)
    path = tmp_path / "f.yaml"
    path.write_text(BROKEN)
    fuzzer.test(path, BROKEN)
    assert [what for what, _ in fuzzer.found.faults if words in what]


def test_an_unclear_message_and_a_file_left_behind_are_noticed(tmp_path, monkeypatch):
    def main(_):
        (path.parent / "half").write_text("")
        print("oh dear", file=fuzz.sys.stderr)
        raise SystemExit(2)

    fuzzer = fuzz.Fuzzer(SMALL[:1], 1, tmp_path / "files")
    monkeypatch.setattr(fuzz, "main", main)
    path = tmp_path / "f.yaml"
    path.write_text(BROKEN)
    fuzzer.test(path, BROKEN)
    told = " ".join(what for what, _ in fuzzer.found.faults)
    assert "oh dear" in told
    assert "behind" in told


def test_time_is_limited():
    def for_ever():
        with fuzz.limited(0.05):
            while True:
                pass

    with pytest.raises(fuzz.Hang):
        for_ever()
