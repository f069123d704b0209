"""Many brains in one compiled call have the bits of each alone."""

from __future__ import annotations

from dataclasses import replace

import gymnasium
import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.agents.population import Population
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.receptors import Noise
from spikeworm_env.errors import InputError

ENV, N = "SpikeWorm/Chemotaxis-v0", 3


def vector_env(**arguments):
    return gymnasium.make_vec(ENV, num_envs=N, **arguments)


def noisy_brain():
    compiled = compile_recipe("learner_v1", seed=42)
    noise = Noise(kind="noise", sd=0.2)
    noisy = [replace(each, stages=(*each.stages, noise)) for each in compiled.receptors]
    return replace(compiled, receptors=tuple(noisy))


def assert_same(population, singles):
    for one, other in zip(population, singles, strict=True):
        state, expected = one.brain.state(), other.brain.state()
        for name in expected:
            assert state[name].tobytes() == expected[name].tobytes(), name
        assert one.rpes == other.rpes


@pytest.mark.parametrize("frame_skip", [1, 10, 70])
@pytest.mark.parametrize("changed", [None, "a listener", "a protocol"])
def test_each_worm_acts_and_learns_as_it_does_alone(frame_skip, changed):
    compiled, env = noisy_brain(), vector_env(frame_skip=frame_skip)
    options = {}
    if changed == "a protocol":
        options["protocol"] = [
            sw.Stimulate("head", 3.0, start_s=0.033, stop_s=0.1),
            sw.Silence("head", start_s=0.0515),
        ]
    population = sw.make_population(compiled, env=env, **options)
    singles = [sw.make_agent(compiled, env=env, **options) for _ in range(N)]
    observations, info = env.reset(seed=5)
    population.reset(seed=7, info=info)
    for i, agent in enumerate(singles):
        agent.reset(seed=7 + i, info=info)
    heard = []
    if changed == "a listener":
        population.agents[1].brain.on_tick = heard.append
    for _ in range(25):
        actions = population.act(observations)
        expected = np.stack([agent.act(observations[i]) for i, agent in enumerate(singles)])
        np.testing.assert_array_equal(actions, expected)
        observations, rewards, terminated, truncated, info = env.step(actions)
        population.learn(rewards, terminated, truncated, info)
        for i, agent in enumerate(singles):
            agent.learn(float(rewards[i]), False, False, info)
    assert len(heard) == (25 * frame_skip if changed == "a listener" else 0)
    assert_same(population, singles)


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_an_episode_that_begins_by_itself_begins_with_a_reset_brain(mode):
    env = gymnasium.make_vec(
        ENV,
        num_envs=N,
        duration_s=0.1,
        autoreset_mode=mode,
    )
    population = sw.make_population("learner_v1", env=env)
    compiled = population.agents[0].compiled
    observations, info = env.reset(seed=5)
    population.reset(seed=7, info=info)
    seeds = [np.random.SeedSequence(7 + i).spawn(1)[0] for i in range(N)]
    second = [sw.make_agent(compiled, env=env) for _ in range(N)]
    steps = 10 + (mode == "NextStep")
    for step in range(steps + 5):
        if step == steps:
            for i, agent in enumerate(second):  # what the first episode taught them, and nothing else
                agent.brain.set_weights(
                    np.arange(compiled.network.n_synapses), population.agents[i].brain.weights
                )
                agent.reset(seed=int(seeds[i].generate_state(1, np.uint64)[0] >> 1), info={})
        actions = population.act(observations)
        if step >= steps:
            expected = np.stack([agent.act(observations[i]) for i, agent in enumerate(second)])
            np.testing.assert_array_equal(actions, expected)
        observations, rewards, terminated, truncated, info = env.step(actions)
        population.learn(rewards, terminated, truncated, info)
        if step >= steps:
            for i, agent in enumerate(second):
                agent.learn(float(rewards[i]), False, False, info)
        assert truncated.any() == (step == 9)
    assert [each.rpes for each in population] == [each.rpes for each in second]


def test_agents_of_a_mask_are_reset_alone():
    population = sw.make_population("crawler_v1", N)
    population.reset(seed=1)
    observations = np.zeros((N, population.agents[0]._size), np.float32)
    first = population.act(observations)
    for _ in range(3):
        population.act(observations)
    ticks = [agent.brain.ticks for agent in population]
    population.reset(seed=[1, 2, 3], mask=np.array([True, False, False]))
    assert [agent.brain.ticks for agent in population] == ticks
    np.testing.assert_array_equal(population.act(observations)[0], first[0])


def test_seeds_that_are_not_given_are_different():
    population = sw.make_population("crawler_v1", N)
    population.reset()
    states = {bytes(agent.brain.state()["rng"]) for agent in population}
    assert len(states) == N


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: sw.make_population("crawler_v1"), "n is missing"),
        (lambda: sw.make_population("crawler_v1", 0), "n is 0"),
        (lambda: sw.make_population("crawler_v1", 2, env=vector_env()), "n is 2; expected 3"),
        (lambda: sw.make_population("klinotaxis", 2), "klinotaxis has none"),
        (lambda: Population([]), "at least one"),
        (
            lambda: Population([sw.make_agent("crawler_v1"), sw.make_agent("crawler_v1")]),
            r"agents\[1\] has another brain",
        ),
        (lambda: sw.make_population("crawler_v1", N).reset(seed=[1, 2]), "expected a seed, or 3 of them"),
        (lambda: sw.make_population("crawler_v1", N).reset(seed=-1), "seed"),
        (lambda: sw.make_population("crawler_v1", N).reset(mask=[1, 0, 1]), "3 truth values"),
        (lambda: sw.make_population("crawler_v1", N).act(np.zeros((2, 68), np.float32)), "of 3 worms"),
        (lambda: sw.make_population("crawler_v1", N).act([0.0]), "of 3 worms"),
        (lambda: sw.make_population("crawler_v1", N).act(np.zeros((N, 2), np.float32)), "observation is"),
    ],
)
def test_bad_input_is_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        wrong()


def test_agents_are_found_by_number_and_in_order():
    population = sw.make_population("crawler_v1", N)
    assert len(population) == N
    assert list(population) == list(population.agents)
    assert all(isinstance(agent, SpikingAgent) for agent in population)
