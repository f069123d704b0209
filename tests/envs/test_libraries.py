"""Libraries of reinforcement learning collect the episodes that the environment itself gives."""

from __future__ import annotations

import subprocess
import sys

import gymnasium
import numpy as np
import pytest

ID = "spikeworm_env:SpikeWorm/Steering-v0"
ARGUMENTS = {"duration_s": 0.53, "frame_skip": 20, "arena_radius": 10.0, "start_distance": 2.0}
STEPS = 27  # the last one is shorter
SEED = 5

# each of these packages warns about its own dependencies
pytestmark = pytest.mark.filterwarnings("ignore")


def episode(seed, actions, resets=1):
    """Observations (steps + 1, 77) and rewards (steps,) after these resets, by the environment alone."""
    env = gymnasium.make(ID, **ARGUMENTS)
    observation, _ = env.reset(seed=seed)
    for _ in range(resets - 1):
        observation, _ = env.reset()
    observations, rewards = [observation], []
    for action in actions:
        observation, reward, _, truncated, _ = env.step(action)
        observations.append(observation)
        rewards.append(reward)
        assert truncated == (len(rewards) == STEPS)
    return np.array(observations), np.array(rewards)


def held(action, steps=STEPS):
    return np.tile(np.array(action, np.float32), (steps, 1))


# imports in a function, as a user's script has them, so that a process it starts does not repeat them
IN_PROCESSES = """
import sys

ARGUMENTS = {arguments!r}

def main():
    import gymnasium
    import numpy as np
    import spikeworm_env

    def with_stable_baselines3(name, start_method):
        from stable_baselines3.common.env_util import make_vec_env
        from stable_baselines3.common.vec_env import SubprocVecEnv
        envs = make_vec_env(name, 1, seed={seed}, vec_env_cls=SubprocVecEnv, env_kwargs=ARGUMENTS,
                            vec_env_kwargs={{"start_method": start_method}})
        observations, rewards = [envs.reset()], []
        for _ in range(5):
            observation, reward, _, _ = envs.step(np.full((1, 2), 0.5, np.float32))
            observations.append(observation)
            rewards.append(reward)
        envs.close()
        return np.array(observations), np.array(rewards)

    def with_gymnasium(name, context):
        from functools import partial
        from gymnasium.vector import AsyncVectorEnv
        envs = AsyncVectorEnv([partial(gymnasium.make, name, **ARGUMENTS)], context=context)
        observations, rewards = [envs.reset(seed={seed})[0].copy()], []
        for _ in range(5):
            observation, reward, *_ = envs.step(np.full((1, 2), 0.5, np.float32))
            observations.append(observation.copy())
            rewards.append(reward)
        envs.close()
        return np.array(observations), np.array(rewards)

    make = dict(sb3=with_stable_baselines3, gymnasium=with_gymnasium)[sys.argv[1]]
    np.savez(sys.argv[2], **{{
        f"{{name}} {{method}} {{what}}": value
        for name, method in [pair.split() for pair in sys.argv[3:]]
        for what, value in zip(("observations", "rewards"), make(name, method))
    }})

if __name__ == "__main__":
    main()
"""
BARE = ID.partition(":")[2]
WAYS = [f"{BARE} forkserver", f"{ID} spawn"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork server")
@pytest.mark.parametrize("library", [pytest.param("sb3", marks=pytest.mark.long), "gymnasium"])
def test_environments_in_new_processes_are_those_of_this_one(tmp_path, library):
    """The id with its prefix in every process; the id alone in those of a fork server."""
    if library == "sb3":
        pytest.importorskip("stable_baselines3")
    script, out = tmp_path / "in_processes.py", tmp_path / "out.npz"
    script.write_text(IN_PROCESSES.format(arguments=ARGUMENTS, seed=SEED))
    done = subprocess.run(
        [sys.executable, str(script), library, str(out), *WAYS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    observations, rewards = episode(SEED, held((0.5, 0.5), 5))
    with np.load(out) as found:
        for way in WAYS:
            np.testing.assert_array_equal(found[f"{way} observations"][:, 0], observations)
            # float32 in stable-baselines3
            np.testing.assert_allclose(found[f"{way} rewards"][:, 0], rewards, rtol=1e-6)


def test_stable_baselines3_evaluates_by_episodes_of_the_right_length_and_return():
    pytest.importorskip("stable_baselines3")
    from stable_baselines3 import PPO
    from stable_baselines3.common.env_util import make_vec_env
    from stable_baselines3.common.evaluation import evaluate_policy

    envs = make_vec_env(ID, 2, seed=SEED, env_kwargs=ARGUMENTS)
    model = PPO("MlpPolicy", envs, n_steps=STEPS, batch_size=STEPS, n_epochs=1, seed=0)
    model.learn(2 * STEPS)
    assert [info["l"] for info in model.ep_info_buffer] == [STEPS] * 2
    alone = make_vec_env(ID, 1, seed=SEED, env_kwargs=ARGUMENTS)
    (returned,), (length,) = evaluate_policy(model, alone, 1, return_episode_rewards=True)
    env = gymnasium.make(ID, **ARGUMENTS)
    observation, _ = env.reset(seed=SEED)
    total, truncated = 0.0, False
    while not truncated:
        observation, reward, _, truncated, _ = env.step(model.predict(observation, deterministic=True)[0])
        total += reward
    assert (returned, length) == (pytest.approx(total, abs=1e-5), STEPS)


@pytest.mark.long
@pytest.mark.parametrize("form", ["flat", "dict"])
def test_torchrl_accepts_the_specs_and_rolls_out_the_same_episode(form):
    pytest.importorskip("torchrl")
    import torch
    from tensordict.nn import TensorDictModuleBase
    from torchrl.envs import GymWrapper
    from torchrl.envs.utils import check_env_specs

    class Hold(TensorDictModuleBase):
        in_keys, out_keys = (), ("action",)

        def forward(self, data):
            return data.set("action", torch.tensor([0.5, 0.5]))

    env = GymWrapper(gymnasium.make(ID, observation=form, **ARGUMENTS))
    check_env_specs(env)
    env.set_seed(SEED)
    rollout = env.rollout(1000, policy=Hold())
    observations, rewards = episode(SEED, held((0.5, 0.5)), resets=2)  # it resets when it is seeded
    assert rollout.batch_size == (STEPS,)
    np.testing.assert_allclose(rollout["next", "reward"].squeeze().numpy(), rewards, rtol=1e-6)
    assert rollout["next", "truncated"].squeeze().tolist() == [False] * (STEPS - 1) + [True]
    assert not rollout["next", "terminated"].any()
    if form == "flat":
        assert rollout["next", "observation"].dtype == torch.float32
        np.testing.assert_array_equal(rollout["next", "observation"].numpy(), observations[1:])
    else:
        np.testing.assert_array_equal(rollout["next", "joint_angle"].numpy(), observations[1:, 6:29])


@pytest.mark.long
def test_torchrl_makes_an_environment_by_its_id():
    pytest.importorskip("torchrl")
    from torchrl.envs import GymEnv
    from torchrl.envs.utils import check_env_specs

    env = GymEnv(BARE, duration_s=0.53)  # its own frame_skip repeats actions
    check_env_specs(env)
    assert env.rollout(1000).batch_size == (53,)


@pytest.mark.long
def test_tianshou_collects_the_same_episodes():
    pytest.importorskip("tianshou")
    from tianshou.algorithm.algorithm_base import Policy
    from tianshou.data import Batch, Collector, VectorReplayBuffer
    from tianshou.env import DummyVectorEnv

    class Hold(Policy):
        def forward(self, batch, state=None, **_):
            return Batch(act=held((0.5, 0.5), len(batch.obs)))

    envs = DummyVectorEnv([lambda: gymnasium.make(ID, **ARGUMENTS)] * 2)
    policy = Hold(action_space=envs.action_space[0], action_scaling=False, action_bound_method=None)
    collector = Collector(policy, envs, VectorReplayBuffer(1000, 2))
    collector.reset(gym_reset_kwargs={"seed": SEED})
    stats = collector.collect(n_episode=2)
    assert stats.lens.tolist() == [STEPS] * 2
    expected = [episode(SEED, held((0.5, 0.5))) for _ in range(2)]
    np.testing.assert_allclose(stats.returns, [rewards.sum() for _, rewards in expected], atol=1e-6)
    for buffer, (observations, _) in zip(collector.buffer.buffers, expected, strict=True):
        np.testing.assert_array_equal(buffer.obs[:STEPS], observations[:-1])
        np.testing.assert_array_equal(buffer.truncated[:STEPS], np.arange(STEPS) == STEPS - 1)
        assert not buffer.terminated.any()


@pytest.mark.long
def test_minari_keeps_episodes_and_recovers_the_environment(tmp_path, monkeypatch):
    minari = pytest.importorskip("minari")
    pytest.importorskip("jax", reason="needs minari[create]")
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    env = minari.DataCollector(gymnasium.make(ID, food_position=np.array((1.0, 2.0)), **ARGUMENTS))
    actions = env.action_space.sample()[None] * np.linspace(-1, 1, STEPS)[:, None]
    returns = []
    for seed in (SEED, SEED + 1):
        env.reset(seed=seed)
        returns.append(sum(env.step(action.astype(np.float32))[1] for action in actions))
    env.create_dataset("spikeworm/steering/test-v0", ref_min_score=0.0, ref_max_score=1.0)
    env.close()
    dataset = minari.load_dataset("spikeworm/steering/test-v0")
    assert [len(each.rewards) for each in dataset] == [STEPS] * 2
    again = dataset.recover_environment()
    assert again.spec.max_episode_steps == STEPS
    for seed, total, kept in zip((SEED, SEED + 1), returns, dataset, strict=True):
        assert kept.rewards.sum() == pytest.approx(total, abs=1e-6)
        assert kept.truncations.tolist() == [False] * (STEPS - 1) + [True]
        observations = [again.reset(seed=seed)[0]]
        observations += [again.step(action)[0] for action in kept.actions]
        np.testing.assert_array_equal(kept.observations, observations)
