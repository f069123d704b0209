"""The kernels between body and brain against plain Python and NumPy."""

import math
import typing
from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.agents.sensorimotor import STAGE_KINDS, kernels, make_sensorimotor
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.compiled_brain import MuscleMap, ProprioceptionMap, SensorMap
from spikeworm_env.compiler.library import recipe_names
from spikeworm_env.compiler.receptors import (
    CHANNELS,
    MAX_STAGES,
    Clip,
    Gain,
    HighPass,
    Logarithm,
    LowPass,
    Noise,
    Receptor,
    Stage,
)
from spikeworm_env.envs.reversal_v0 import ReversalEnv
from spikeworm_env.errors import InputError

EVERY_STAGE = [
    Logarithm(offset=0.01),
    LowPass(tau_s=0.05),
    HighPass(tau_s=0.2),
    Clip(low=-0.1, high=0.3),
    Gain(gain=-4.0),
    Noise(sd=0.5),
]
LAYOUT = ReversalEnv().layout  # of the environment that has all channels
N_SENSES = max(part.stop for part in LAYOUT.values())
JOINTS = LAYOUT["joint_angle"]


class Plain:
    """One stage, by its declaration in ``compiler.receptors``."""

    def __init__(self, stage, dt_s):
        self.stage, self.dt_s, self.m = stage, dt_s, None

    def __call__(self, x, noise):
        stage = self.stage
        if stage.kind == "logarithm":
            return math.log(x + stage.offset)
        if stage.kind == "clip":
            return float(np.clip(x, stage.low, stage.high))
        if stage.kind == "gain":
            return stage.gain * x
        if stage.kind == "noise":
            return x + stage.sd * noise
        if self.m is None:
            self.m = x
        self.m += (1 - math.exp(-self.dt_s / stage.tau_s)) * (x - self.m)
        return self.m if stage.kind == "low_pass" else x - self.m


def plain_levels(receptors, observations, noises, dt_s):
    """(steps, r) outputs of receptors."""
    chains = [[Plain(stage, dt_s) for stage in receptor.stages] for receptor in receptors]
    levels = np.empty((len(observations), len(receptors)))
    for t, (observation, noise) in enumerate(zip(observations, noises, strict=True)):
        at = 0
        for r, (receptor, chain) in enumerate(zip(receptors, chains, strict=True)):
            x = float(observation[LAYOUT[receptor.source]][0])
            for stage in chain:
                x = stage(x, noise[at])
                at += 1
            levels[t, r] = x
    return levels


def kernel_levels(compiled, observations, noises, frame_skip):
    handle, sense, _ = kernels()
    sensorimotor = make_sensorimotor(compiled, frame_skip, LAYOUT)
    pointer = handle(sensorimotor)
    levels, currents = [], []
    for observation, noise in zip(observations, noises, strict=True):
        sensorimotor.stage_noise[:] = noise
        sense(pointer, observation)
        levels.append(sensorimotor.receptor_output.copy())
        currents.append(sensorimotor.current.copy())
    return np.array(levels), np.array(currents)


def stimuli(rng, steps, n_stages):
    return rng.random((steps, N_SENSES)).astype(np.float32), rng.standard_normal((steps, n_stages))


def with_receptors(crawler, receptors):
    rows = np.zeros(0, np.int64), np.zeros(0)
    return replace(
        crawler,
        receptors=tuple(receptors),
        sensor_map=SensorMap(rows[0], rows[0], rows[1], rows[1], rows[1]),
    )


def test_every_kind_of_stage_has_a_test():
    union = typing.get_args(typing.get_args(Stage)[0])
    kinds = {typing.get_args(model.model_fields["kind"].annotation)[0] for model in union}
    assert kinds == set(STAGE_KINDS) == {stage.kind for stage in EVERY_STAGE}


@pytest.mark.parametrize("frame_skip", [1, 10])
@pytest.mark.parametrize("stage", EVERY_STAGE, ids=lambda stage: stage.kind)
def test_a_stage_computes_its_documented_formula(crawler, stage, frame_skip):
    receptors = [Receptor("one", channel, (stage,)) for channel in CHANNELS]
    observations, noises = stimuli(np.random.default_rng(1), 40, len(receptors))
    got, _ = kernel_levels(with_receptors(crawler, receptors), observations, noises, frame_skip)
    expected = plain_levels(receptors, observations, noises, frame_skip / 1000)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)
    assert np.ptp(got) > 0.1


@pytest.mark.parametrize("seed", range(6))
def test_stages_act_in_order(crawler, seed):
    rng = np.random.default_rng(seed)
    later = EVERY_STAGE[1:]
    receptors = [
        Receptor(
            f"r{k}",
            str(rng.choice(CHANNELS)),
            tuple([EVERY_STAGE[0]] * (k % 2) + [later[i] for i in rng.integers(0, 5, rng.integers(0, 5))]),
        )
        for k in range(5)
    ]
    n_stages = sum(len(receptor.stages) for receptor in receptors)
    observations, noises = stimuli(rng, 30, n_stages)
    got, _ = kernel_levels(with_receptors(crawler, receptors), observations, noises, 10)
    expected = plain_levels(receptors, observations, noises, 0.01)
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_currents_are_the_sums_of_their_rows(crawler, seed):
    rng = np.random.default_rng(seed)
    n, k = crawler.network.n_neurons, 400
    receptors = tuple(Receptor(f"r{i}", channel, ()) for i, channel in enumerate(CHANNELS))
    senses = SensorMap(
        neuron=rng.integers(0, n, k),
        receptor=rng.integers(0, len(receptors), k),
        gain=rng.normal(0, 20, k),
        offset=rng.normal(0, 3, k),
        limit=rng.uniform(1, 15, k),
    )
    first = rng.integers(0, 23, k)
    last = rng.integers(first + 1, 24)
    bends = ProprioceptionMap(rng.integers(0, n, k), first, last, rng.normal(0, 60, k))
    compiled = replace(crawler, receptors=receptors, sensor_map=senses, proprioception_map=bends)
    observations, noises = stimuli(rng, 5, 0)
    observations[:, JOINTS] -= 0.5
    _, got = kernel_levels(compiled, observations, noises, 1)
    for observation, current in zip(observations.astype(float), got, strict=True):
        level = np.array([observation[LAYOUT[channel]][0] for channel in CHANNELS])
        felt = np.clip(senses.gain * level[senses.receptor] + senses.offset, -senses.limit, senses.limit)
        bend = [observation[JOINTS][i:j].mean() for i, j in zip(first, last, strict=True)]
        expected = np.bincount(senses.neuron, felt, n) + np.bincount(bends.neuron, bends.gain * bend, n)
        np.testing.assert_allclose(current, expected, rtol=1e-9, atol=1e-9)
    assert (np.abs(felt) == senses.limit).any()


@pytest.mark.parametrize("ticks", [1, 10])
@pytest.mark.parametrize("seed", range(4))
def test_an_action_is_the_spikes_per_motor_neuron_and_tick(crawler, seed, ticks):
    rng = np.random.default_rng(seed)
    n, k = crawler.network.n_neurons, 90
    muscles = MuscleMap(
        rng.integers(0, n, k), rng.integers(0, 2, k), rng.integers(0, 24, k), rng.uniform(0, 3, k)
    )
    handle, _, move = kernels()
    sensorimotor = make_sensorimotor(replace(crawler, muscle_map=muscles), ticks)
    spikes = rng.integers(0, ticks + 1, n)
    action = np.full((2, 24), np.nan, np.float32)
    move(handle(sensorimotor), spikes, ticks, action)
    for side in range(2):
        for segment in range(24):
            rows = np.flatnonzero((muscles.side == side) & (muscles.segment == segment))
            share = np.mean(muscles.gain[rows] * spikes[muscles.neuron[rows]]) / ticks if rows.size else 0.0
            assert action[side, segment] == pytest.approx(min(share, 1.0), rel=1e-6)
    assert action.max() == 1.0


@pytest.mark.parametrize("name", sorted(recipe_names()))
def test_silent_motor_neurons_give_no_action(name):
    """Only spikes cause actions, whatever the observation."""
    compiled = compile_recipe(name)
    agent = SpikingAgent(compiled, frame_skip=10, layout=LAYOUT)
    agent.reset(seed=0, info={})
    rng = np.random.default_rng(0)
    agent.brain.silence(np.unique(compiled.muscle_map.neuron))
    for scale in (0.0, 1.0, 100.0):
        for _ in range(5):
            assert not agent.act((scale * rng.random(N_SENSES)).astype(np.float32)).any()


OUTSIDE = {
    "sensor_map.neuron": lambda c: replace(
        c, sensor_map=replace(c.sensor_map, neuron=c.sensor_map.neuron + 10**6)
    ),
    "sensor_map.receptor": lambda c: replace(
        c, sensor_map=replace(c.sensor_map, receptor=c.sensor_map.receptor - 9)
    ),
    "proprioception_map.neuron": lambda c: replace(
        c, proprioception_map=replace(c.proprioception_map, neuron=c.proprioception_map.neuron - 10**6)
    ),
    "proprioception_map.first_joint": lambda c: replace(
        c, proprioception_map=replace(c.proprioception_map, first_joint=c.proprioception_map.first_joint - 23)
    ),
    "proprioception_map.last_joint": lambda c: replace(
        c, proprioception_map=replace(c.proprioception_map, last_joint=c.proprioception_map.last_joint + 23)
    ),
    "muscle_map.neuron": lambda c: replace(
        c, muscle_map=replace(c.muscle_map, neuron=c.muscle_map.neuron * 1.0)
    ),
    "muscle_map.side": lambda c: replace(c, muscle_map=replace(c.muscle_map, side=c.muscle_map.side + 1)),
    "muscle_map.segment": lambda c: replace(
        c, muscle_map=replace(c.muscle_map, segment=c.muscle_map.segment + 1)
    ),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_an_index_that_leads_outside_an_array_is_refused(crawler, name):
    with pytest.raises(InputError, match=f"brain: {name} has an index outside"):
        SpikingAgent(OUTSIDE[name](crawler))


@pytest.mark.parametrize(
    "layout",
    [
        {"concentration": slice(0, 1)},
        {**LAYOUT, "joint_angle": slice(0, 23)},
        {**LAYOUT, "concentration": slice(-1, 1)},
        {**LAYOUT, "concentration": slice(3, 3)},
        {**LAYOUT, "concentration": slice(None, 1)},
        {**LAYOUT, "concentration": slice(0, 2, 2)},
        {**LAYOUT, "concentration": 3},
        {},
    ],
)
def test_a_layout_that_is_not_one_of_an_observation_is_refused(crawler, layout):
    with pytest.raises(InputError, match=r"layout\['(concentration|joint_angle)'\] is .*; expected"):
        SpikingAgent(crawler, layout=layout)


def test_twenty_gains_of_any_size_give_finite_currents(crawler):
    receptor = Receptor("odour", "concentration", tuple(Gain(gain=1e6) for _ in range(MAX_STAGES)))
    agent = SpikingAgent(with_receptors(crawler, [receptor]), layout=LAYOUT)
    observation = np.full(N_SENSES, np.finfo(np.float32).max, np.float32)
    observation[JOINTS] = 0.0
    assert np.isfinite(agent.act(observation)).all()
