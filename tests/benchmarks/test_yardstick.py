"""The yardstick: the same spikes as the engine in every tick, or no ratio."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.networks import TYPES, random_network
from benchmarks.timing import Effort, Row
from benchmarks.yardstick import NoCompilerError, Yardstick, rows, simulator
from benchmarks.yardstick.export import EVENT_DRIVEN, columns
from benchmarks.yardstick.tape import FRAME_SKIP, record
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import NeuronClass
from spikeworm_env.engine.neurons import resolve_neuron

TINY = Effort(repeats=2, ticks=20, warm_up=10, subprocesses=False)
compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")


@compiler
@pytest.mark.parametrize("types", [TYPES, *((each,) for each in EVENT_DRIVEN)], ids="+".join)
def test_spikes_are_those_of_the_engine_in_every_tick(types):
    network = random_network(2, 600, 6000, drive=5.3, types=types)
    brain, yardstick = Brain(network), Yardstick(network)
    total = 0
    for _ in range(400):
        spikes = brain.advance(1)
        total += spikes.sum()
        np.testing.assert_array_equal(yardstick.run(1, 1)[0], spikes)
    assert total > 3000
    yardstick.reset()
    np.testing.assert_array_equal(yardstick.run(1, 400)[0], Brain(network).advance(400))


@compiler
def test_a_brain_on_its_own_currents_and_noise_fires_as_in_the_engine():
    tape = record("arena_v1", 20)
    brain, yardstick = tape.brain(), Yardstick(tape.network, learning=False)
    counts = np.array([brain.advance(FRAME_SKIP, current).copy() for current in tape.currents]).sum(axis=0)
    np.testing.assert_array_equal(yardstick.run(20, FRAME_SKIP, tape.currents, tape.noise)[0], counts)
    assert counts.sum() > 1000


@compiler
def test_every_network_has_a_row_of_engine_yardstick_and_ratio(monkeypatch):
    monkeypatch.setattr(rows, "NETWORKS", ((100, 700, 5.3, "3%", 600, 1.35),))
    monkeypatch.setattr(rows, "RECIPES", {"crawler_v1": None})
    found = list(rows.yardstick_rows(TINY))
    assert len(found) == 6 and not any(row.failure for row in found)
    for ours, theirs, ratio in (found[:3], found[3:]):
        for a, b, c in zip(ours.samples, theirs.samples, ratio.samples, strict=True):
            assert c == pytest.approx(a / b)


def test_other_spikes_give_a_failure_in_place_of_a_ratio():
    ours, theirs = ((np.array([1, 2]), 0.5), (np.array([2, 1]), 0.5))
    *_, ratio = rows.compared("x", lambda: ours, lambda: theirs, 10, 3, None)
    assert ratio.samples == () and ratio.failure == "spike counts differ: engine 3, yardstick 3"
    assert ratio.misses_its_budget


def test_without_a_compiler_one_row_says_so(monkeypatch):
    monkeypatch.setenv("CXX", "no_such_compiler")
    simulator.library.cache_clear()
    with pytest.raises(NoCompilerError, match="no_such_compiler not found; install g"):
        simulator.library()
    (row,) = rows.yardstick_rows(TINY)
    assert isinstance(row, Row) and "not found" in row.failure


def test_what_the_yardstick_does_not_compute_is_refused():
    learner = compile_recipe("learner_v1", seed=42).network
    columns(learner, learning=False)
    with pytest.raises(ValueError, match="reward_plastic with homeostasis"):
        columns(learner, learning=True)
    other = replace(learner, neuron_classes=(NeuronClass("RS_2003", resolve_neuron("RS_2003")),))
    with pytest.raises(ValueError, match="neuron models izhikevich_2003; expected izhikevich alone"):
        columns(other, learning=False)
