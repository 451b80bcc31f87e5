"""Replications on a Dask cluster of two processes: the same bits, whoever dies."""

import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time

import distributed
import numpy as np
import pytest
from typer.testing import CliRunner

import svcsim
from svcsim.cli.app import app
from svcsim.errors import SvcsimError
from svcsim.experiment import cluster as clusters
from svcsim.experiment.cluster import Cluster, connected
from svcsim.experiment.fingerprint import ingredients
from svcsim.experiment.housekeeping import block_files

WORDS = ["horizon=2 wk", "run_out=2 d"]
N = 40


@pytest.fixture(scope="module")
def local():
    """Return a real cluster: a scheduler, and two processes with one thread each."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
        silence_logs="CRITICAL",
    ) as cluster:  # fmt: skip
        yield cluster


@pytest.fixture
def address(local):
    """Return its address, with both workers there."""
    with distributed.Client(local, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    return local.scheduler_address


@pytest.fixture(scope="module")
def alone():
    return svcsim.run("first_desk", set=WORDS, replications=N, jobs=1)


def same_bits(a, b):
    return (
        a.numbers.sums == b.numbers.sums
        and a.numbers.numerators.tobytes() == b.numbers.numerators.tobytes()
        and a.numbers.denominators.tobytes() == b.numbers.denominators.tobytes()
        and a.identities == b.identities
        and a.measures.equals(b.measures)
    )


# ---- the same bits ----


def test_a_cluster_changes_nothing_and_its_blocks_are_kept_here(address, alone, own_blocks):
    there = svcsim.run("first_desk", set=WORDS, replications=30, cluster=address, cache=True)
    assert there.provenance.cached == 0
    assert block_files(own_blocks).number == 1
    more = svcsim.run("first_desk", set=WORDS, replications=N, cluster=address, cache=True)
    assert more.provenance.cached == 30
    assert same_bits(more, alone)


@pytest.mark.slow
def test_a_comparison_on_a_cluster_is_the_comparison(address):
    vs = "teams.second_line.people=+1"
    there, here = (
        svcsim.compare("first_desk", vs, set=WORDS, replications=6, jobs=1, cluster=where)
        for where in (address, None)
    )
    assert same_bits(there.base, here.base)
    assert same_bits(there.variants["A"], here.variants["A"])
    assert there.matches == here.matches


@pytest.mark.slow
def test_trajectories_come_from_a_cluster_too(address):
    there, here = (
        svcsim.run("first_desk", set=WORDS, replications=3, keep=2, jobs=1, cluster=where)
        for where in (address, None)
    )
    assert same_bits(there, here)
    assert there.items.equals(here.items)
    assert there.rows.equals(here.rows)


# ---- Ctrl-C and errors ----


def test_ctrl_c_keeps_what_is_finished_and_cancels_the_rest(address, alone, own_blocks):
    def stop_at_ten(finished, _):
        if finished == 10:
            os.kill(os.getpid(), signal.SIGINT)

    stopped = svcsim.run("first_desk", set=WORDS, replications=N, cluster=address, cache=True,
                         progress=stop_at_ten)  # fmt: skip
    assert stopped.interrupted
    assert stopped.provenance.replications == 10
    assert np.array_equal(stopped.numbers.numerators, alone.numbers.numerators[:10])
    assert block_files(own_blocks).number == 1


def test_nobody_waits_for_a_long_chunk_after_ctrl_c(address):
    """The wish to stop comes while the first result is not there."""
    asked = []

    def stop():
        asked.append(time.monotonic())
        return len(asked) > 3

    with connected(address) as there:
        assert list(there.replicate(slow, 2, stop=stop)) == []
        client = there._client
        deadline = time.monotonic() + 10
        while client.run_on_scheduler(outstanding) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert client.run_on_scheduler(outstanding) == 0


def slow(number):
    time.sleep(3)
    return number


def outstanding(dask_scheduler):
    return sum(
        key[0].startswith("svcsim-") for key in dask_scheduler.tasks if isinstance(key, tuple)
    )


def refuse(number):
    raise SvcsimError("three")


def test_an_error_in_a_worker_arrives(address):
    with connected(address) as there, pytest.raises(SvcsimError, match=r"^three$"):
        list(there.replicate(refuse, 3))


def test_without_dask_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SvcsimError, match=r"pip install 'svcsim\[cluster\]'"):
        svcsim.run("first_desk", set=WORDS, replications=1, cluster="tcp://127.0.0.1:8786")


@pytest.mark.parametrize("wrong", ["tcp://127.0.0.1:1", "what://127.0.0.1:1", "tcp://127.0.0.1:x"])
@pytest.mark.parametrize("command", [["run"], ["compare", "--vs", "teams.desk.people=+1"]])
def test_where_there_is_no_cluster_the_message_says_so(monkeypatch, wrong, command):
    monkeypatch.setattr(clusters, "PATIENCE", 0.3)
    began = time.monotonic()
    result = CliRunner().invoke(app, [*command, "first_desk", "-n", "2", "--cluster", wrong])
    assert isinstance(result.exception, SvcsimError)  # `main` prints it, and leaves with 2
    assert f"cluster={wrong!r}: no Dask scheduler there" in str(result.exception)
    assert f"--cluster {wrong}: no Dask scheduler there" in result.exception.as_option()
    assert "dask scheduler" in str(result.exception)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("wrong", ["tls://127.0.0.1:1"])
def test_an_address_that_cannot_be_read_is_one_line_on_stderr(wrong):
    command = [sys.executable, "-m", "svcsim", "run", "first_desk", "-n", "1", "--cluster", wrong]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"--cluster {wrong}: no Dask scheduler there (")


def test_a_server_that_is_no_scheduler_is_told(monkeypatch):
    monkeypatch.setattr(clusters, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:  # it never says a word
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(SvcsimError, match="no Dask scheduler there"):
            svcsim.run("first_desk", set=WORDS, replications=1, cluster=address)


def test_a_server_that_talks_otherwise_is_told(monkeypatch):
    class Web(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

    monkeypatch.setattr(clusters, "PATIENCE", 0.3)
    with socketserver.TCPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.server_address[1]}"
        with pytest.raises(SvcsimError, match=r"no Dask scheduler there \(.+\); start one"):
            svcsim.run("first_desk", set=WORDS, replications=1, cluster=address)
        server.shutdown()


def test_a_cluster_without_workers_is_told(monkeypatch):
    monkeypatch.setattr(clusters, "PATIENCE", 2.0)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(SvcsimError, match="it has no worker; start some with `dask worker"),
        connected(empty.scheduler_address),
    ):
        raise AssertionError("not reached")


# ---- other programs ----


@pytest.mark.parametrize("name", ["svcsim", "numpy", "Python", "sources of svcsim"])
def test_workers_of_another_program_are_refused(address, monkeypatch, name):
    mine = {**ingredients(), name: "another"}
    monkeypatch.setattr(clusters, "ingredients", _Here(mine))
    with pytest.raises(SvcsimError, match=f"worker tcp://.* has {name} .*, here is another;"):
        svcsim.run("first_desk", set=WORDS, replications=1, cluster=address)


def test_workers_with_another_processor_do_and_nothing_is_kept(
    address, monkeypatch, own_blocks, alone
):
    mine = {**ingredients(), "processor": "another"}
    monkeypatch.setattr(clusters, "ingredients", _Here(mine))
    found = svcsim.run("first_desk", set=WORDS, replications=N, cluster=address, cache=True)
    assert same_bits(found, alone)
    assert not own_blocks.exists()


@pytest.mark.slow
def test_a_worker_of_another_program_that_comes_later_refuses(address):
    with connected(address) as there:
        later = Cluster(there._client, address, {**ingredients(), "numpy": "0"}, True)
        with pytest.raises(SvcsimError, match=r"a worker that came later has numpy .*, here is 0"):
            list(later.replicate(refuse, 1))


class _Here:
    """What is here, when it is asked here; what is there, when it is asked there."""

    def __init__(self, mine):
        self.mine = mine

    def __call__(self):
        return self.mine

    def __reduce__(self):
        return (_ingredients, ())


def _ingredients():
    return ingredients


class _Unknown:
    """What a worker cannot import."""

    def __call__(self):
        return ingredients()

    def __reduce__(self):
        return (__import__, ("a_program_that_is_not_there",))


def test_workers_without_svcsim_are_refused(address, monkeypatch):
    monkeypatch.setattr(clusters, "ingredients", _Unknown())
    with pytest.raises(
        SvcsimError, match=r"cannot import this svcsim .*a_program_that_is_not_there"
    ):
        svcsim.run("first_desk", set=WORDS, replications=1, cluster=address)


@pytest.mark.slow
def test_a_cluster_that_goes_away_is_told():
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0",
    ) as brief, connected(brief.scheduler_address) as there:  # fmt: skip
        results = there.replicate(square, 100)
        assert next(results) == 0
        brief.close()
        with pytest.raises(SvcsimError, match="the cluster went away"):
            list(results)


def square(number):
    return number * number


# ---- nothing is lost ----


def held(dask_scheduler):
    """By worker: how many chunks it is at, or has and has not sent."""
    return {
        address: sum(isinstance(task.key, tuple) for task in {*worker.processing, *worker.has_what})
        for address, worker in dask_scheduler.workers.items()
    }


def test_a_worker_that_is_killed_loses_nothing(local, address, alone):
    """The one that has most: that is gone with it."""
    seen, lost = [], []

    def kill_one(finished, _):
        seen.append(finished)
        if not lost:
            with distributed.Client(local, set_as_default=False) as client:
                pids, chunks = client.run(os.getpid), client.run_on_scheduler(held)
            worker = max(chunks, key=chunks.get)
            os.kill(pids[worker], signal.SIGKILL)
            lost.append(chunks[worker])

    found = svcsim.run("first_desk", set=WORDS, replications=N, cluster=address, progress=kill_one)
    assert lost[0] > 0
    assert seen == list(range(5, N + 1, 5))
    assert found.provenance.replications == N
    assert same_bits(found, alone)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (distributed.scheduler.KilledWorker("x", None, 3), r"^cluster='x': 4 workers died one"),
        (ModuleNotFoundError("No module named 'svcsim'"), r"^cluster='x': a worker cannot"),
        (distributed.comm.CommClosedError("closed"), r"^cluster='x': the cluster went away"),
    ],
)
def test_what_happens_to_the_cluster_is_said_in_words(error, message):
    with pytest.raises(SvcsimError, match=message), Cluster(None, "x", {}, True)._in_words():
        raise error
