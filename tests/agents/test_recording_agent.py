"""A recorded agent acts as without recording, and its panel shows the activity of its brain."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.recording_agent import MOST_ROWS, RecordingAgent, rows_for
from spikeworm_env.agents.spiking import SpikingAgent


@pytest.mark.parametrize("frame_skip", [1, 10])
def test_recording_changes_no_action(crawler, rollout, frame_skip):
    def trajectory(agent):
        return list(rollout(agent, 300, seed=3, frame_skip=frame_skip))

    alone = trajectory(SpikingAgent(crawler, frame_skip=frame_skip))
    recording_agent = RecordingAgent(SpikingAgent(crawler, frame_skip=frame_skip))
    for (action, reward, _), (other_action, other_reward, _) in zip(
        alone, trajectory(recording_agent), strict=True
    ):
        np.testing.assert_array_equal(action, other_action)
        assert reward == other_reward
    before = recording_agent.agent.brain.state()
    recording_agent.panel()
    for name, array in recording_agent.agent.brain.state().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(("frame_skip", "span_ms"), [(1, 5), (2, 6), (10, 10)])
def test_the_raster_contains_every_spike_of_the_last_two_seconds(crawler, rollout, frame_skip, span_ms):
    agent = RecordingAgent(SpikingAgent(crawler, frame_skip=frame_skip))
    spikes = []
    for _ in rollout(agent, 3000 // frame_skip, frame_skip=frame_skip):
        spikes.append(agent.agent.brain.spike_counts.copy())
    panel = agent.panel()
    assert panel.span_ms == pytest.approx(span_ms)
    steps = span_ms // frame_skip
    whole = len(spikes) // steps
    per_span = np.array(spikes[: whole * steps]).reshape(whole, steps, -1).sum(axis=1)
    assert len(panel.raster) == pytest.approx(2000 / span_ms, abs=0.5)
    np.testing.assert_array_equal(panel.raster, per_span[-len(panel.raster) :])
    assert panel.last_span == whole - 1
    assert panel.raster.sum() > 100


@pytest.mark.parametrize("steps", [199, 200, 201])
def test_the_raster_is_complete_before_and_after_its_ring_wraps(crawler, rollout, steps):
    agent = RecordingAgent(SpikingAgent(crawler, frame_skip=10))
    spikes = [agent.agent.brain.spike_counts.copy() for _ in rollout(agent, steps)]
    np.testing.assert_array_equal(agent.panel().raster, spikes[-200:])


def test_rates_are_spikes_per_neuron_and_second(crawler, rollout):
    agent = RecordingAgent(SpikingAgent(crawler, frame_skip=10))
    counts = [agent.agent.brain.spike_counts.copy() for _ in rollout(agent, 120)]
    panel = agent.panel()
    recent = np.sum(counts[-50:], axis=0) / 0.5
    for part, rate in zip(crawler.components, panel.rates_hz, strict=True):
        own = recent[part.first : part.first + part.count * part.size]
        assert rate == pytest.approx(own.mean())
    assert panel.components == tuple(part.name for part in crawler.components)
    assert panel.neurons.sum() == crawler.network.n_neurons


def test_before_the_first_step_there_is_a_panel_without_spikes(crawler):
    panel = RecordingAgent(SpikingAgent(crawler)).panel()
    assert panel.raster.shape == (0, crawler.network.n_neurons)
    assert not panel.rates_hz.any()


def test_a_reset_clears_the_recording(crawler, rollout):
    agent = RecordingAgent(SpikingAgent(crawler, frame_skip=10))
    for _ in rollout(agent, 50):
        pass
    assert agent.panel().raster.any()
    agent.reset(seed=1, info={})
    assert len(agent.panel().raster) == 0
    assert not any(curve.values.any() for curve in agent.panel().signals)


def test_later_steps_do_not_change_a_panel(crawler, rollout):
    agent = RecordingAgent(SpikingAgent(crawler, frame_skip=10))
    steps = rollout(agent, 400)
    for _ in range(250):
        next(steps)
    panel = agent.panel()
    kept = copy.deepcopy(panel)
    for _ in steps:
        pass
    np.testing.assert_array_equal(panel.raster, kept.raster)
    for curve, other in zip(panel.signals, kept.signals, strict=True):
        np.testing.assert_array_equal(curve.values, other.values)


def test_neurons_of_a_large_brain_share_rows():
    neurons = np.array([1, 7, 300, 40_000, 9_000])
    rows = rows_for(neurons)
    assert rows.sum() <= MOST_ROWS
    assert (rows >= 1).all()
    assert (rows <= neurons).all()
    assert (rows[[0, 1]] == [1, 7]).all()
    np.testing.assert_array_equal(rows_for(neurons[:3]), neurons[:3])


BLOCK = {
    "name": "trio",
    "description": "A source that fires steadily, a target, and a modulator that opens a gate between them.",
    "neurons": [{"id": name, "type": "RS"} for name in ("source", "target", "modulator")],
    "synapses": [
        {"from": "source", "to": "target", "weight": 5.0, "delay": 1, "type": "reward_plastic"},
        {
            "from": "source",
            "to": "target",
            "weight": 2.0,
            "delay": 1,
            "type": "gated",
            "modulator": "dopamine_out",
        },
    ],
    "terminals": {
        "inputs": {"in": ["source"]},
        "outputs": {"out": ["target"], "dopamine_out": ["modulator"]},
    },
}
RECIPE = {
    "name": "learner",
    "description": "A synapse that reward may change and one behind a gate.",
    "background": 8.0,
    "components": [{"id": "first", "block": "trio"}, {"id": "second", "block": "trio"}],
    "projections": [
        {"from": "first.out", "to": "second.in", "weight": 3.0, "delay": 2, "type": "reward_plastic"}
    ],
    "reward": {"interval_ms": 20, "mode": "magnitude", "gain": 100.0},
}


@pytest.fixture
def learner(tmp_path):
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "trio.json").write_text(json.dumps(BLOCK), encoding="utf-8")
    file = tmp_path / "learner.json"
    file.write_text(json.dumps(RECIPE), encoding="utf-8")
    return RecordingAgent(make_agent(file, frame_skip=10))


def feed(agent, rewards):
    """Take steps with these rewards; returns the spikes of each step."""
    spikes = []
    for reward in rewards:
        agent.act(np.zeros(77, np.float32))
        spikes.append(agent.agent.brain.spike_counts.copy())
        agent.learn(reward, False, False, {})
    return np.array(spikes)


def test_signals_are_reward_delivered_reward_and_modulator_rates(learner):
    learner.reset(seed=0, info={})
    rewards = np.random.default_rng(0).normal(0, 1, 100)
    spikes = feed(learner, rewards)
    signals = {curve.name: curve for curve in learner.panel().signals}
    assert list(signals) == ["reward", "delivered_reward", "first.dopamine_out", "second.dopamine_out"]
    per_sample = rewards.reshape(-1, 5).sum(axis=1)
    np.testing.assert_allclose(signals["reward"].values[-20:], per_sample / 0.05)
    given = 100.0 * rewards.reshape(-1, 2).sum(axis=1)  # every 20 ms, at the second and fourth of five steps
    in_sample = (np.arange(1, 51) * 2 - 1) // 5
    np.testing.assert_allclose(
        signals["delivered_reward"].values[-20:], np.bincount(in_sample, given, minlength=20), atol=1e-9
    )
    modulator = spikes[:, [2]].reshape(-1, 5).sum(axis=1) / 0.05
    np.testing.assert_allclose(signals["first.dopamine_out"].values[-20:], modulator)
    assert signals["first.dopamine_out"].values.any()
    assert {curve.spacing_s for curve in signals.values()} == {0.05}


def test_a_modulator_has_the_name_of_its_terminal():
    signals = [curve.name for curve in RecordingAgent(make_agent("kitchen_sink")).panel().signals]
    assert {"dopamine", "serotonin"} < set(signals)
    assert len(set(signals)) == len(signals)


def test_weights_are_means_of_the_plastic_synapses_of_each_origin(learner):
    learner.reset(seed=0, info={})
    feed(learner, [0.01] * 100)
    now = learner.agent.brain.weights
    curves = {curve.name: curve for curve in learner.panel().weights}
    assert list(curves) == ["trio", "first.out -> second.in"]
    network, origin = learner.agent.compiled.network, learner.agent.compiled.origin
    types = network.synapse_type
    for index, curve in enumerate(curves.values()):
        own = (types == "reward_plastic") & (origin == index)
        assert len(curve.values) == 1 + 1000 // 250
        assert curve.values[0] == pytest.approx(network.weight[own].mean())
        assert curve.values[-1] == pytest.approx(now[own].mean())
        assert curve.values[-1] > curve.values[0]


def test_a_brain_without_plastic_synapses_has_no_weight_curves(crawler):
    assert RecordingAgent(SpikingAgent(crawler)).panel().weights == ()
