"""The benchmarks run, on networks and trials too small for meaningful figures, and print what they
measure."""

import math
import sys

import numpy as np
import pytest
from rich.console import Console

from benchmarks import __main__ as report
from benchmarks import closed_loop, engine, environment, learning, scale, soak, start_up, starts
from benchmarks.body import body_rows
from benchmarks.closed_loop import closed_loop_rows
from benchmarks.cores import core_rows
from benchmarks.learning import episode_rows
from benchmarks.networks import CONTINUOUS_SHARE, TYPES, random_network
from benchmarks.numpy_reference import NumpyBrain
from benchmarks.peers import Peer
from benchmarks.rendering import rendering_rows
from benchmarks.start_up import start_up_rows
from benchmarks.timing import Effort, Row, repeated
from spikeworm_env.agents import make_agent
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network_checks import validate
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


@pytest.mark.parametrize("kind", scale.KINDS)
def test_a_large_network_has_a_figure_of_every_step(kind):
    found = scale.KINDS[kind](400, 4000)
    assert found["neurons"] == 400 and found["synapses"] == pytest.approx(4000, rel=0.3)
    assert found["engine_bytes"] > 16 and found["array_bytes"] == 40
    names = [row.name for row in scale.large_rows("a network", found, {})]
    assert len(names) == len(set(names)) == len(found) - 3


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
    assert set(types) == set(TYPES) == set(SYNAPSE_TYPES) - {"graded_synapse"}
    assert abs((types == "gap_junction").mean() - CONTINUOUS_SHARE) < 0.01
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


def samples(memory: list[float], relative: list[float]) -> list[soak.Sample]:
    return [soak.Sample(mb, 1000.0, speed) for mb, speed in zip(memory, relative, strict=True)]


def test_soak_compares_the_first_and_the_last_part_after_the_warm_up():
    start, rest = [50.0] * soak.WARM_UP, [100.0] * (64 - soak.WARM_UP)
    steady = [1.0] * 64
    assert soak.growth(samples(start + rest, steady)) == pytest.approx(0.0)
    assert soak.growth(samples([*start, *rest[4:], *[103.0] * 4], steady)) == pytest.approx(3.0)
    assert soak.drift(samples(start + rest, [1.0] * 48 + [0.9] * 16)) == pytest.approx(-10.0)
    assert soak.drift(samples(start + rest, [1.0] * 16 + [0.5] * 32 + [1.0] * 16)) == pytest.approx(0.0)


@pytest.mark.parametrize(("memory", "speed"), [(101.1, 1.0), (100.0, 1.06), (100.0, 0.94), (100.9, 1.04)])
def test_soak_fails_on_growth_and_on_drift(memory, speed, monkeypatch, capsys):
    found = samples([100.0] * 48 + [memory] * 16, [1.0] * 48 + [speed] * 16)
    monkeypatch.setattr(soak, "trial_samples", lambda *_: iter(found))
    monkeypatch.setattr(sys, "argv", ["soak", "--agent", "crawl", "--hours", "4"])
    with pytest.raises(SystemExit) as end:
        soak.main()
    passed = (memory, speed) == (100.9, 1.04)
    assert bool(end.value.code) is not passed
    lines = capsys.readouterr().out.splitlines()
    assert ("passed" if passed else "FAILED") in lines[-1]
    assert [line.split(" | ")[0] for line in lines if line.endswith("| 1.000 |")][:2] == ["| 0.25", "| 0.5"]


def test_a_minute_of_learning_takes_no_memory_after_the_warm_up():
    agent = make_agent("arena_v1", frame_skip=soak.FRAME_SKIP)
    before = agent.brain.weights
    found = list(soak.trial_samples(agent, 60.0, soak.Yardstick("arena_v1")))
    assert len(found) == soak.PERIODS
    assert (agent.brain.weights != before).any()
    assert max(each.memory_mb for each in found[soak.WARM_UP :]) < found[soak.WARM_UP - 1].memory_mb + 10.0
    assert all(each.speed > 0.0 and 0.2 < each.relative < 5.0 for each in found)


def test_resets_and_loads_again_and_again_give_the_same_and_take_no_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(starts, "AGENT", "crawler_v1")
    for row in (starts.resets(10), starts.loads(10, tmp_path)):
        assert row.failures == [] and row.seconds > 0.0
        assert row.growth < 5.0


def test_what_fails_or_differs_in_a_repetition_counts(monkeypatch):
    monkeypatch.setattr(starts.gc, "collect", lambda: 0)

    def work(number: int) -> str:
        if number == 3:
            raise OSError("gone")
        return str(number % 3)

    row = starts._repeated("works", work, 20, outcomes=2)
    assert row.failures == [
        "works, number 3: OSError('gone')",
        "works: 3 different outcomes; expected 2",
    ]
    assert not row.good and str(row).endswith("| FAILED |")
    assert starts._repeated("works", work, 3, outcomes=3).failures == []


def test_processes_must_end_well_say_nothing_and_agree(tmp_path, monkeypatch):
    def outcomes(*found: starts.Outcome) -> starts.Row:
        left = list(found)
        monkeypatch.setattr(starts, "_process", lambda cache: left.pop())
        return starts.cold_starts(len(found) - 1, tmp_path)

    good = starts.Outcome(0, "a", "", 2.0)
    assert outcomes(good, good, good).good
    assert len(outcomes(good, good, starts.Outcome(0, "b", "", 2.0)).failures) == 1
    assert len(outcomes(good, good, starts.Outcome(0, "a", "spikeworm: a notice", 2.0)).failures) == 1
    assert len(outcomes(good, good, starts.Outcome(-11, "", "", 2.0)).failures) == 1
    (tmp_path / "kernel.nbi.tmp").touch()
    assert outcomes(good, good, good).failures == ["left over: kernel.nbi.tmp"]


def test_a_run_of_starts_prints_a_row_for_each_kind_and_fails_if_one_does(monkeypatch, capsys):
    good, bad = starts.Row("good", 2000, [], 0.01, 0.5), starts.Row("bad", 8, [], 0.01, 1.5)
    for kind in ("resets", "loads", "cold_starts"):
        monkeypatch.setattr(starts, kind, lambda *_: good)
    for last, code in ((good, False), (bad, True)):
        monkeypatch.setattr(starts, "starts", lambda *_, last=last: last)
        monkeypatch.setattr(sys, "argv", ["starts"])
        with pytest.raises(SystemExit) as end:
            starts.main()
        assert end.value.code is code
        rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("| good", "| bad"))]
        assert rows[0] == "| good | 2,000 | 0 | 0.01 | +0.50% | passed |" and len(rows) == 4
