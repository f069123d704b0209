"""Protocols in trials: exact to the tick, undone at a reset, part of the provenance; nothing without one."""

from __future__ import annotations

import copy

import gymnasium
import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.errors import InputError
from spikeworm_env.trials.controls.blind import Blind
from spikeworm_env.trials.controls.shuffled import Shuffled
from spikeworm_env.trials.run import agent_seed
from spikeworm_env.trials.task import Trial

SHORT = Trial("default", duration_s=1.0)


@pytest.fixture(scope="module")
def compiled():
    return sw.compile_recipe("crawler_v1")


def run(compiled, protocol=(), *, seed=3, trial=SHORT, record=("spikes",), **options):
    return sw.run_trial(
        SpikingAgent(compiled, **options), trial, seed, protocol=protocol, record=list(record)
    )


def same_spikes(one, two) -> bool:
    return all(
        np.array_equal(a, b) for a, b in zip(one.recording.spikes(), two.recording.spikes(), strict=True)
    )


def test_an_empty_protocol_and_zero_current_change_no_bit(compiled):
    plain = sw.run_trial(SpikingAgent(compiled), SHORT, 3)
    for protocol in ([], [sw.Stimulate("/.*/", 0.0)], [sw.Scale("/.*/", 1.0)]):
        other = run(compiled, protocol, record=())
        assert np.array_equal(plain.path, other.path)
        assert np.array_equal(plain.posture, other.posture)
    assert run(compiled).provenance == plain.provenance
    assert plain.recording is None


def test_before_an_intervention_nothing_differs_and_from_its_tick_on_it_acts(compiled):
    first = "head"
    plain = run(compiled)
    pushed = run(compiled, [sw.Stimulate(first, 500.0, start_s=0.3337, stop_s=0.3347)])
    before = [each.recording.spikes()[0] < 0.334 for each in (plain, pushed)]
    for one, two in zip(plain.recording.spikes(), pushed.recording.spikes(), strict=True):
        assert np.array_equal(one[before[0]], two[before[1]])
    times, neurons = pushed.recording.spikes(first)
    at_once = neurons[np.isclose(times, 0.334)]
    assert set(compiled.ids(first)) == set(at_once)


def test_silenced_neurons_emit_no_spikes_within_the_interval_and_spike_outside(compiled):
    times, _ = run(compiled, [sw.Silence("body", start_s=0.2, stop_s=0.6)]).recording.spikes("body")
    assert not ((times >= 0.2) & (times < 0.6)).any()
    assert (times < 0.2).any()
    assert (times >= 0.6).any()


def test_a_protocol_agrees_between_frame_skips_at_tick_resolution(compiled):
    name = "head"
    protocol = [sw.Clamp(name, -70.0, start_s=0.1237, stop_s=0.2461)]
    for skip in (1, 10):
        times, rows = run(compiled, protocol, record=[f"v:{name}"], frame_skip=skip).recording.voltages(name)
        held = (rows == -70.0).all(axis=1)
        assert times[held][[0, -1]] == pytest.approx([0.124, 0.245])
        assert held.sum() == 122


def test_a_reset_undoes_all_and_begins_anew(compiled):
    name = "klinotaxis"
    protocol = [sw.Lesion(name, at_s=0.2), sw.Silence(name, start_s=0.5), sw.Scale("/.*/", 0.9, at_s=0.4)]
    agent, plain = SpikingAgent(compiled), run(compiled)
    first, second = (sw.run_trial(agent, SHORT, 3, protocol=protocol, record="spikes") for _ in range(2))
    assert same_spikes(first, second)
    assert not same_spikes(first, plain)
    assert same_spikes(sw.run_trial(agent, SHORT, 3, record="spikes"), plain)
    assert agent.protocol == ()
    assert np.array_equal(agent.brain.weights, compiled.network.weight)


def test_a_drug_on_a_receptor_scales_its_currents_and_ends(compiled):
    receptor = compiled.receptors[0].name
    index = [each.name for each in compiled.receptors].index(receptor)
    agent = SpikingAgent(compiled, protocol=[sw.Drug({"receptor": receptor}, 0.5, start_s=0.1, stop_s=0.2)])
    rows = compiled.sensor_map.receptor == index
    seen = {}

    def watch(env, info):
        seen[round(info["time_s"], 3)] = agent._sensorimotor.sense_scale[rows, 0].copy()

    sw.run_trial(agent, Trial("default", duration_s=0.4), 3, observer=watch)
    gain = compiled.sensor_map.gain[rows]
    assert np.array_equal(seen[0.1], gain)  # the steps up to here
    assert np.array_equal(seen[0.15], 0.5 * gain)
    assert np.array_equal(seen[0.25], gain)


def test_a_rule_is_in_force_while_the_value_has_been_beyond_the_threshold_for_its_time(compiled):
    name = "head"
    rule = sw.When("concentration", below=0.5, for_s=0.03)
    agent = SpikingAgent(compiled, protocol=[sw.Clamp(name, -70.0, when=rule)])
    agent.reset(seed=1, info={})
    ids, held = compiled.ids(name), []
    values = [0.6, 0.4, 0.4, 0.4, 0.4, 0.4, 0.6, 0.4, 0.4, 0.4, 0.4]
    observation = np.zeros(77, np.float32)
    for value in values:
        observation[agent._layout["concentration"]] = value
        agent.act(observation)
        held.append(bool((agent.brain.v[ids] == -70.0).all()))
    assert held == [False] * 4 + [True] * 2 + [False] * 4 + [True]


def test_a_rule_on_a_rate_of_change_is_per_second_whatever_the_step(compiled):
    for skip in (1, 10):
        rule = sw.When("concentration_change", above=0.9)
        agent = SpikingAgent(compiled, frame_skip=skip, protocol=[sw.Clamp("/.*/", -70.0, when=rule)])
        agent.reset(seed=1, info={})
        observation, held = np.zeros(77, np.float32), []
        for rate in (0.0, 1.0, 0.8):
            observation[agent._layout["concentration"]] += rate * skip / 1000
            agent.act(observation)
            held.append(bool((agent.brain.v == -70.0).all()))
        assert held == [False, True, False]


def test_what_was_done_is_in_the_provenance_of_the_result(compiled):
    agent = SpikingAgent(compiled, protocol=[sw.Silence("head")])
    done = sw.run_trial(agent, SHORT, protocol=[sw.Reward(2.0, at_s=0.1)])
    assert done.provenance.protocol == (
        "silence head throughout",
        "reward of 2 at 0.1 s",
    )
    assert "reward of 2 at 0.1 s" in done.provenance.text


@pytest.mark.parametrize("make", [lambda c: Blind(SpikingAgent(c)), Shuffled], ids=["blind", "shuffled"])
def test_controls_of_a_brain_take_a_protocol(make, compiled):
    result = sw.run_trial(make(compiled), SHORT, 3, protocol=[sw.Silence("/.*/")], record="spikes")
    assert result.recording.spikes()[0].size == 0
    assert result.provenance.protocol == ("silence /.*/ throughout",)
    assert np.ptp(result.centre, axis=0).max() < 0.2


def test_an_agent_without_a_brain_refuses_interventions_and_recordings():
    for agent in ("crawl", sw.make_agent("crawl"), Blind(sw.make_agent("crawl"))):
        with pytest.raises(InputError, match="no brain"):
            sw.run_trial(agent, SHORT, protocol=[sw.Silence("head")])
        with pytest.raises(InputError, match="brain"):
            sw.run_trial(agent, SHORT, record="spikes")
        sw.run_trial(agent, Trial("default", duration_s=0.1), protocol=[])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (sw.Silence("nobody"), "unknown name of neurons 'nobody'"),
        (sw.Lesion("a -> b"), "unknown name of neurons 'a'"),
        (sw.Drug({"synapse_type": "glue"}, 0), "unknown synapse type"),
        (sw.Drug({"receptor": "ear"}, 0), "unknown receptor 'ear'"),
        (sw.Silence("/.*/", when=sw.When("concentratoin", below=0)), "did you mean 'concentration'"),
        (sw.Stimulate("/.*/", waveform=[[1.0, 2.0]]), "array for 2 neurons"),
    ],
)
def test_an_entry_that_does_not_fit_the_brain_is_refused_before_the_trial(entry, message, compiled):
    with pytest.raises(InputError) as caught:
        run(compiled, [sw.Reward(0.0), entry])
    assert str(caught.value).startswith("protocol[1]: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("record", ["spike", ["v:"], ["w"], 3, ["v:nobody"], ["w:a -> b"]])
def test_what_cannot_be_recorded_is_refused(record, compiled):
    with pytest.raises(InputError):
        run(compiled, record=[record] if isinstance(record, int) else record)


def test_weights_are_recorded_by_name_and_what_is_not_recorded_is_an_error(compiled):
    name = "klinotaxis"
    found = run(compiled, [sw.Scale(name, 0.5, at_s=0.5)], record=[f"w:{name}"]).recording
    times, rows = found.weights(name)
    assert rows.shape == (10, compiled.synapses(name).size)
    assert np.allclose(rows[times >= 0.5], 0.5 * rows[0])
    with pytest.raises(InputError, match="not recorded"):
        found.voltages(name)


def test_weights_are_set_of_synapses_that_are_not_lesioned(compiled):
    name = "klinotaxis -> head"
    protocol = [sw.Lesion(name, share=0.5, seed=2, at_s=0.2), sw.SetWeights(name, 3.0, at_s=0.4)]
    times, rows = run(compiled, protocol, record=[f"w:{name}"]).recording.weights(name)
    assert set(rows[-1]) == {0.0, 3.0}
    assert (rows[-1] == 0).sum() == (rows[times == 0.3][0] == 0).sum() == rows.shape[1] // 2


def test_agents_in_a_vector_environment_carry_it_out_as_alone(compiled):
    protocol = [sw.Silence("body", start_s=0.1), sw.Lesion("pirouette", at_s=0.2)]
    envs = gymnasium.make_vec("SpikeWorm/Chemotaxis-v0", num_envs=2)
    agents = [sw.make_agent("crawler_v1", env=envs, protocol=protocol) for _ in range(2)]
    for _ in range(2):  # the second episode begins anew
        observations, _ = envs.reset(seed=[3, 4])
        for k, agent in enumerate(agents):
            agent.reset(seed=agent_seed(3 + k), info={"frame_skip": 10})
        for _ in range(40):
            actions = np.stack([agent.act(row) for agent, row in zip(agents, observations, strict=True)])
            observations, *_ = envs.step(actions)
    envs.close()
    for k, agent in enumerate(agents):
        alone = SpikingAgent(compiled)
        sw.run_trial(alone, Trial("default", duration_s=0.4), 3 + k, protocol=protocol)
        assert np.array_equal(alone.brain.v, agent.brain.v)
        assert np.array_equal(alone.brain.weights, agent.brain.weights)


def test_a_copy_of_the_experiment_within_an_episode_begins_anew_at_its_reset(compiled):
    agent = SpikingAgent(compiled, protocol=[sw.Silence("body"), sw.Reward(1.0, at_s=5)])
    agent.reset(seed=1, info={})
    agent.brain.advance(10)
    brain, experiment = copy.deepcopy((agent.brain, agent._experiment))
    experiment.undo(brain)
    before = brain.spike_counts.sum()
    assert brain.advance(500)[compiled.ids("body")].sum() > 0 == before
    assert agent.brain.advance(500)[compiled.ids("body")].sum() == 0
    assert experiment.protocol == agent.protocol


def test_a_protocol_runs_on_a_brain_without_a_worm(compiled):
    name = "head"
    brain = sw.Brain(compiled)
    brain.advance(7)
    carried_out = sw.apply_protocol(brain, [sw.Clamp(name, -70.0, start_s=0.01, stop_s=0.02)])
    held = []
    for _ in range(30):
        brain.tick()
        held.append(bool((brain.v[compiled.ids(name)] == -70.0).all()))
    assert held == [False] * 10 + [True] * 10 + [False] * 10
    carried_out.disarm()
    with pytest.raises(InputError, match="agent"):
        sw.apply_protocol(brain, [sw.Silence(name, when=sw.When("concentration", below=1))])
