"""Sensor noise: its channels, its size and its seeds."""

from __future__ import annotations

import copy

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import PassiveEnvChecker

from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.envs.wrappers import SensorNoise
from spikeworm_env.errors import InputError, UnknownNameError

SPREAD = {"joint_angle": 0.1, "concentration": 0.02}
NOISY = np.r_[LAYOUT["concentration"], LAYOUT["joint_angle"]]


def bare(**arguments):
    return gymnasium.make("SpikeWorm/Chemotaxis-v0", disable_env_checker=True, **arguments)


def rollout(env, seed, steps=50):
    """Observations (steps + 1, 77) under actions that the seed draws."""
    rng = np.random.default_rng(seed)
    seen = [env.reset(seed=seed)[0]]
    for _ in range(steps):
        seen.append(env.step(rng.uniform(0, 0.02, (2, 24)).astype(np.float32))[0])
    return np.array(seen)


def test_only_named_channels_are_noisy():
    differs = rollout(SensorNoise(bare(), SPREAD), 3) != rollout(bare(), 3)
    assert differs[:, NOISY].mean() > 0.99
    assert not np.delete(differs, NOISY, axis=1).any()


def test_noise_has_the_given_standard_deviation_and_no_bias():
    noise = (rollout(SensorNoise(bare(), SPREAD), 3, 300) - rollout(bare(), 3, 300))[:, LAYOUT["joint_angle"]]
    assert abs(noise.mean()) < 4 * 0.1 / np.sqrt(noise.size)
    assert noise.std() == pytest.approx(0.1, rel=0.03)
    apart = np.corrcoef(noise[:-1].ravel(), noise[1:].ravel())[0, 1]
    assert abs(apart) < 4 / np.sqrt(noise.size)


def test_path_of_the_worm_is_that_of_the_bare_environment():
    noisy, exact = SensorNoise(bare(), SPREAD), bare()
    for seed in (
        3,
        None,
        None,
    ):  # None continues the environment's own stream, from which noise must not draw
        assert noisy.reset(seed=seed)[1]["food"] == pytest.approx(exact.reset(seed=seed)[1]["food"], abs=0)
        noisy.step(noisy.action_space.low)
        exact.step(exact.action_space.low)


def test_a_seed_determines_the_noise_and_without_one_the_stream_continues():
    env = SensorNoise(bare(), SPREAD)
    np.testing.assert_array_equal(rollout(env, 5), rollout(env, 5))
    assert (rollout(env, 5)[0, NOISY] != rollout(env, 6)[0, NOISY]).all()
    still = {"position": (1.0, 0.0), "heading_rad": 0.0, "food": [(5.0, 0.0)]}
    first, second = (env.reset(options=still)[0] for _ in range(2))
    assert (first[NOISY] != second[NOISY]).all()


def test_a_dict_of_channels_is_as_noisy_as_the_flat_vector():
    flat = rollout(SensorNoise(bare(), SPREAD), 3, 5)
    env = SensorNoise(bare(observation="dict"), SPREAD)
    parts = [env.reset(seed=3)[0]]
    rng = np.random.default_rng(3)
    for _ in range(5):
        parts.append(env.step(rng.uniform(0, 0.02, (2, 24)).astype(np.float32))[0])
    assert all(part in env.observation_space for part in parts)
    np.testing.assert_array_equal([np.concatenate(list(part.values())) for part in parts], flat)


def test_channels_of_one_environment_alone_can_be_noisy():
    env = gymnasium.make("SpikeWorm/Reversal-v0", disable_env_checker=True)
    (own, *_) = list(env.unwrapped.layout)[len(LAYOUT) :]
    noisy = SensorNoise(env, {own: 0.05})
    index = env.unwrapped.layout[own]
    exact = gymnasium.make("SpikeWorm/Reversal-v0", disable_env_checker=True)
    differs = noisy.reset(seed=0)[0] != exact.reset(seed=0)[0]
    assert differs[index].all()
    assert differs.sum() == differs[index].sum()


def test_noise_stays_within_the_bounds_of_the_space():
    env = SensorNoise(bare(), dict.fromkeys(LAYOUT, 100.0))
    for observation in rollout(env, 1):
        assert observation in env.observation_space


def test_gymnasiums_checker_passes_without_warning():
    rollout(PassiveEnvChecker(SensorNoise(bare(), SPREAD)), 1, 3)


def test_a_copy_continues_with_the_same_noise():
    env = SensorNoise(bare(), SPREAD)
    env.reset(seed=0)
    twin = copy.deepcopy(env)
    action = env.action_space.sample()
    np.testing.assert_array_equal(env.step(action)[0], twin.step(action)[0])


def test_it_is_recorded_in_the_spec():
    env = SensorNoise(bare(), SPREAD)
    again = gymnasium.make(env.spec)
    np.testing.assert_array_equal(rollout(env, 2, 5), rollout(again, 2, 5))


@pytest.mark.parametrize("wrong", [-0.1, float("nan"), "much", None])
def test_spread_that_is_no_number_of_at_least_zero_is_an_error(wrong):
    with pytest.raises(InputError, match="spread of head_touch"):
        SensorNoise(bare(), {"head_touch": wrong})


def test_unknown_channel_is_an_error_with_a_suggestion():
    with pytest.raises(UnknownNameError, match=r"'head_tuch'.*did you mean 'head_touch'"):
        SensorNoise(bare(), {"head_tuch": 0.1})
