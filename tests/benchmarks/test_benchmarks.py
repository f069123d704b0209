"""The benchmarks run, on networks and trials too small for meaningful figures, and print what they
measure."""

import math
import sys

import numpy as np
import pytest
from rich.console import Console

from benchmarks import __main__ as report
from benchmarks import closed_loop, engine, environment, learning, soak, start_up
from benchmarks.body import body_rows
from benchmarks.closed_loop import closed_loop_rows
from benchmarks.cores import core_rows
from benchmarks.learning import episode_rows
from benchmarks.networks import ALL_TYPES, ELECTRICAL_SHARE, random_network
from benchmarks.numpy_reference import NumpyBrain
from benchmarks.peers import Peer
from benchmarks.rendering import rendering_rows
from benchmarks.start_up import start_up_rows
from benchmarks.timing import Effort, Row, repeated
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import validate
from spikeworm_env.engine.synapses import SYNAPSE_TYPES

TINY = Effort(repeats=2, ticks=20, warm_up=10, subprocesses=False)
SMALL = (100, 700)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(engine, "SMALL", SMALL)
    monkeypatch.setattr(engine, "LARGE", SMALL)
    monkeypatch.setattr(start_up, "COMPILE_BUDGET_S", {"crawler_v1": 1.0})
    monkeypatch.setattr(closed_loop, "BUDGET_US", {"crawler_v1": {10: 12.0}})
    monkeypatch.setattr(learning, "BUDGET_S", {"learner_v1": 5.0})


def tiny_numpy_rows(effort):
    return engine.numpy_rows(effort, SMALL)


def tiny_rendering_rows(effort):
    return rendering_rows(effort, ("crawler_v1",))


@pytest.mark.parametrize(
    ("suite", "n_rows"),
    [
        (engine.engine_rows, 3),
        (tiny_numpy_rows, 3),
        (body_rows, 3),
        (closed_loop_rows, 1),
        (episode_rows, 1),
        (tiny_rendering_rows, 3),
        (start_up_rows, 2),
    ],
)
def test_every_row_has_one_positive_figure_per_repeat(small, suite, n_rows):
    rows = list(suite(TINY))
    assert len(rows) == n_rows
    for row in rows:
        assert len(row.samples) == TINY.repeats
        assert all(math.isfinite(x) and x >= 0.0 for x in row.samples)


def test_numpy_and_engine_fire_the_same_neurons_in_every_tick():
    network = random_network(3, 300, 3000, drive=5.3, types=("fixed",))
    ours, plain = Brain(network), NumpyBrain(network)
    n_spikes = 0
    for _ in range(400):
        fired = ours.tick()
        np.testing.assert_array_equal(fired, plain.tick())
        n_spikes += fired.size
    assert n_spikes > 1000


def test_random_networks_have_every_neuron_and_synapse_type_and_no_noise():
    network = random_network(1, 500, 8000, drive=5.3)
    validate(network)
    assert set(network.neuron_type) == {"RS", "FS", "IB", "CH", "LTS"}
    types = network.synapse_type
    assert set(types) == set(ALL_TYPES) == set(SYNAPSE_TYPES)
    assert abs((types == "gap_junction").mean() - ELECTRICAL_SHARE) < 0.01
    assert not network.noise.any()


def test_more_drive_makes_more_neurons_fire():
    shares = []
    for drive in (0.05, 5.3, 12.4):
        brain = Brain(random_network(1, 2000, 15000, drive=drive))
        shares.append(np.mean([brain.tick().size for _ in range(600)][300:]) / 2000)
    low, middle, high = shares
    assert 0.0003 < low < 0.003
    assert 0.02 < middle < 0.04
    assert 0.05 < high < 0.09


def test_repeated_returns_one_figure_per_call():
    calls = []
    assert len(repeated(lambda: calls.append(1), 10, "µs", 5)) == 5
    assert len(calls) == 5


def test_a_median_above_its_budget_is_red():
    def styles(budget):
        return [row.style for row in report.table([Row("x", (3.0, 1.0, 2.0), "µs", budget)], "").rows]

    assert styles(1.9) == ["red"]
    assert styles(2.0) == styles(None) == [None]


def test_a_median_below_its_lower_limit_is_red():
    def styles(least):
        return [
            row.style for row in report.table([Row("x", (3.0, 1.0, 2.0), "steps/s", least=least)], "").rows
        ]

    assert styles(2.1) == ["red"]
    assert styles(2.0) == styles(None) == [None]


@pytest.fixture
def few_worms(monkeypatch):
    monkeypatch.setattr(environment, "N_WORMS", 3)


def test_environment_and_peers_are_compared_in_the_same_unit(few_worms, monkeypatch):
    monkeypatch.setattr(environment, "PEERS", (Peer("CartPole-v1", "gymnasium", 2),))
    single, many, peer, ratio = environment.environment_rows(TINY)
    assert many.unit == peer.unit == "ticks/s"
    for ours, theirs, times in zip(single.samples, peer.samples, ratio.samples, strict=True):
        assert times == pytest.approx(environment.FRAME_SKIP * ours / theirs)


def test_a_peer_that_is_not_installed_is_listed_as_not_installed(few_worms, monkeypatch, capsys):
    monkeypatch.setattr(environment, "PEERS", (Peer("Other-v0", "no_such_module", None),))
    *_, missing = environment.environment_rows(TINY)
    Console(width=120).print(report.table([missing], ""))
    assert "Other-v0 of no_such_module │ not installed" in capsys.readouterr().out


def test_rates_of_two_processes_are_summed():
    together, ratio = core_rows(Effort(repeats=2, ticks=20, warm_up=10))
    assert len(together.samples) == len(ratio.samples) == 2
    assert min(together.samples) > 0


def test_output_names_machine_versions_command_and_every_row(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--quick"])
    monkeypatch.setattr(
        report, "SUITES", {"rows": (lambda effort: iter([Row("a row", (1.0, 2.5), "µs", 3.0)]),)}
    )
    monkeypatch.setattr(report, "Console", lambda: Console(width=120))
    report.main()
    printed = capsys.readouterr().out
    for part in ("machine: ", "numpy ", "python -m benchmarks --quick", "a row", "1.75", "1–2.5", "µs", "3"):
        assert part in printed


def test_an_unknown_suite_is_an_error_that_lists_the_suites(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "enviroment"])
    with pytest.raises(SystemExit):
        report.main()
    assert "suite is 'enviroment'; expected one of engine, body, environment" in capsys.readouterr().err


def test_soak_prints_the_memory_after_every_trial_and_fails_on_growth(monkeypatch, capsys):
    assert soak.growth([90.0, 100.0, 104.0, 103.0]) == 3.0
    monkeypatch.setattr(sys, "argv", ["soak", "--agent", "crawl", "--seconds", "1", "--most-mb", "-1000"])
    with pytest.raises(SystemExit, match=r"crawl: grew by .* MB in 1 trials; at most -1000 MB are allowed"):
        soak.main()
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("trial ")]
    assert len(lines) == 3
    assert all(float(line.split()[2]) > 10 for line in lines)
