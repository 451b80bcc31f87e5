"""Random numbers: the published generator, addresses that say everything, and statistics."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcsim._jit import jit
from svcsim.model.codes import Purpose
from svcsim.model.tags import tag32
from svcsim.world.draws import (
    LARGEST,
    child_key,
    philox,
    root_key,
    run_key,
    seed_key,
    to_unit,
    uniform,
)

M = 0xFFFFFFFF
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((M, M, M, M), (M, M), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
    (
        (7, 12, 0xDEADBEEF, 0x00000301),
        (0x243F6A88, 0x85A308D3),
        (0x481030BB, 0x2F7B878D, 0x165FEC40, 0xC4C85104),
    ),
]
"""Counter, key and block: three of Random123, one of ours."""
ADDRESS = (11, 22, 33, 44, tag32("incident", "resolve"), 3, int(Purpose.WORK), 1)
words = st.integers(0, M)


def plain(function: Callable) -> Callable:
    """A function as Python runs it."""
    return getattr(function, "py_func", function)


def plain_philox(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Philox4x32-10 as Salmon et al. write it, in Python's integers."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & M, (p0 >> 32) ^ c3 ^ k1, p0 & M
        k0, k1 = (k0 + 0x9E3779B9) & M, (k1 + 0xBB67AE85) & M
    return c0, c1, c2, c3


def plain_unit(w0: int, w1: int) -> float:
    return (((w0 << 32 | w1) >> 12) + 0.5) * 2**-52


@jit
def draws(n, varied, k0, k1, hi, lo, tag, visit, purpose, sub):
    """Draws at n addresses that differ in one word."""
    out = np.empty(n)
    address = np.array([k0, k1, hi, lo, tag, visit, purpose, sub])
    first = address[varied]
    for i in range(n):
        address[varied] = first + i
        a, b, c, d, e, f, g, h = address
        out[i] = uniform(a, b, c, d, e, f, g, h)
    return out


@jit
def keys_of(layers, ordinals, children):
    out = np.empty(layers * ordinals * (1 + children), np.uint64)
    at = 0
    for layer in range(layers):
        for ordinal in range(ordinals):
            hi, lo = root_key(layer, ordinal, 77)
            out[at] = (np.uint64(hi) << np.uint64(32)) | np.uint64(lo)
            at += 1
            for index in range(children):
                a, b = child_key(hi, lo, 88, 1, index)
                out[at] = (np.uint64(a) << np.uint64(32)) | np.uint64(b)
                at += 1
    return out


def kolmogorov(u: np.ndarray) -> float:
    """Kolmogorov's distance from the uniform times the root of n: above 2.6 in 3 of 10^6 cases."""
    u = np.sort(u)
    n = len(u)
    i = np.arange(n)
    return float(max((u - i / n).max(), ((i + 1) / n - u).max()) * np.sqrt(n))


# ---- the generator ---------------------------------------------------------------------------


@pytest.mark.parametrize(("counter", "key", "block"), KNOWN)
@pytest.mark.parametrize(
    "function", [philox, plain(philox), plain_philox], ids=["kernel", "python", "paper"]
)
def test_known_answers_of_philox(
    function: Callable, counter: tuple, key: tuple, block: tuple
) -> None:
    arguments = (counter, key) if function is plain_philox else (*counter, *key)
    assert tuple(int(word) for word in function(*arguments)) == block


@settings(deadline=None)
@given(st.tuples(words, words, words, words), st.tuples(words, words))
def test_philox_is_what_the_paper_says_at_every_counter(counter: tuple, key: tuple) -> None:
    assert philox(*counter, *key) == plain_philox(counter, key)


def test_one_bit_of_the_counter_or_the_key_changes_half_of_the_block() -> None:
    n = 500
    rng = np.random.default_rng(1)
    start = rng.integers(0, 2**32, (n, 6))
    for bit in range(192):
        changed = start.copy()
        changed[:, bit // 32] ^= 1 << (bit % 32)
        flips = sum(
            (int(a) ^ int(b)).bit_count()
            for before, after in zip(start.tolist(), changed.tolist(), strict=True)
            for a, b in zip(philox(*before), philox(*after), strict=True)
        )
        assert abs(flips / (128 * n) - 0.5) < 5 * 0.5 / np.sqrt(128 * n), bit


# ---- uniforms --------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [to_unit, plain(to_unit)])
def test_the_ends_of_the_uniform_are_never_0_or_1(function: Callable) -> None:
    assert function(0, 0) == 2.0**-53
    assert function(0, 4095) == 2.0**-53
    assert function(0, 4096) == 3 * 2.0**-53
    assert function(M, M) == LARGEST == 1 - 2.0**-53
    assert function(M, M - 4095) == 1 - 2.0**-53
    assert function(1 << 31, 0) == 0.5 + 2.0**-53


def test_the_distance_to_1_is_exact() -> None:
    u = draws(1_000_000, 3, *ADDRESS)
    assert ((u > 0) & (u < 1)).all()
    assert (u + (1 - u) == 1).all()
    assert (1 - (1 - u) == u).all()


# ---- addresses -------------------------------------------------------------------------------


@settings(deadline=None)
@given(words, words, words, words, words, st.integers(0, 2**16 - 1), *[st.integers(0, 255)] * 2)
def test_a_draw_is_philox_of_its_address(k0, k1, hi, lo, tag, visit, purpose, sub) -> None:
    block = plain_philox((hi, lo, tag, visit << 16 | purpose << 8 | sub), (k0, k1))
    assert uniform(k0, k1, hi, lo, tag, visit, purpose, sub) == plain_unit(*block[:2])


@pytest.mark.parametrize("purpose", list(Purpose)[:4], ids=lambda purpose: purpose.name)
def test_a_great_visit_or_sub_never_becomes_another_purpose(purpose: Purpose) -> None:
    address = [*ADDRESS[:6], int(purpose), 1]
    before = uniform(*address)
    address[7] += 3 * 256
    assert uniform(*address) == before
    address[5] += 2**16
    assert uniform(*address) == before


def test_keys_follow_their_sentence() -> None:
    digest = hashlib.blake2b(b"12345678901234567890", digest_size=8).digest()
    key = int.from_bytes(digest[:4], "big"), int.from_bytes(digest[4:], "big")
    assert seed_key(12345678901234567890) == key
    block = plain_philox((9, 0, tag32("replication"), 0), key)
    assert run_key(12345678901234567890, 9) == block[:2]
    assert root_key(2, 1043, 77) == plain_philox((2, 1043, 77, 0), (0, 0))[:2]
    assert root_key(-1, 1043, 77) == plain_philox((M, 1043, 77, 0), (0, 0))[:2]
    child = plain_philox((5, 6, 88, 3 << 16 | 4), (0, 0))
    assert child_key(5, 6, 88, 3, 4) == child[:2]


def test_keys_are_words_that_an_int64_can_hold() -> None:
    for key in (root_key(-1, 2**31, M), child_key(M, M, M, 5, 6), run_key(0, 0)):
        assert all(0 <= word <= M and isinstance(word, int) for word in key)


def test_no_two_items_share_a_key() -> None:
    keys = keys_of(10, 5_000, 9)
    assert len(np.unique(keys)) == len(keys) == 500_000


def test_a_draw_knows_nothing_but_its_address() -> None:
    before = uniform(*ADDRESS)
    draws(1000, 3, *ADDRESS)
    run_key(1, 2)
    assert uniform(*ADDRESS) == before == draws(1, 3, *ADDRESS)[0]


@pytest.mark.parametrize("word", range(8))
def test_every_word_of_the_address_matters(word: int) -> None:
    assert len(np.unique(draws(256, word, *ADDRESS))) == 256


# ---- statistics ------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", list(Purpose), ids=lambda purpose: purpose.name)
def test_the_draws_of_a_purpose_are_uniform(purpose: Purpose) -> None:
    n = 200_000
    address = [*ADDRESS[:6], int(purpose), 0]
    u = draws(n, 3, *address)
    assert kolmogorov(u) < 2.6
    cells = np.bincount((u * 1000).astype(int), minlength=1000)
    chi_squared = ((cells - n / 1000) ** 2 / (n / 1000)).sum()
    assert abs(chi_squared - 999) < 5 * np.sqrt(2 * 999)


@pytest.mark.parametrize(
    "word", range(8), ids=["k0", "k1", "item_hi", "item_lo", "tag", "visit", "purpose", "sub"]
)
def test_neighbours_are_not_correlated(word: int) -> None:
    n = 200_000
    address = list(ADDRESS)
    spread = 3 if word != 3 else 2
    u = draws(n, spread, *address)
    address[word] += 1
    v = draws(n, spread, *address)
    assert abs(np.corrcoef(u, v)[0, 1]) < 5 / np.sqrt(n)


def test_neighbouring_replications_and_seeds_are_not_correlated() -> None:
    n = 200_000
    runs = [draws(n, 3, *run_key(*run), *ADDRESS[2:]) for run in ((1, 0), (1, 1), (2, 0))]
    rho = np.corrcoef(runs)
    assert np.abs(rho[np.triu_indices(3, 1)]).max() < 5 / np.sqrt(n)


# ---- both engines ----------------------------------------------------------------------------


def test_python_and_kernel_get_the_same_numbers() -> None:
    for word in range(8):
        inside = draws(200, word, *ADDRESS)
        outside = []
        for i in range(200):
            address = list(ADDRESS)
            address[word] += i
            outside.append(uniform(*address))
        assert inside.tolist() == outside


def test_the_debugger_gets_the_same_numbers() -> None:
    code = (
        "from svcsim.world.draws import *\n"
        f"print([float(uniform(*{ADDRESS!r}[:5], visit, 5, 0)).hex() for visit in range(50)])\n"
        "print([int(w) for w in (*root_key(-1, 5, 7), *child_key(1, 2, 3, 4, 5), *run_key(1, 2))])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    expected = [uniform(*ADDRESS[:5], visit, 5, 0).hex() for visit in range(50)]
    keys = [*root_key(-1, 5, 7), *child_key(1, 2, 3, 4, 5), *run_key(1, 2)]
    assert done.stdout == f"{expected}\n{keys}\n"
