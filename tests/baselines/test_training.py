"""Training of the baselines: reproducible, and the policy files act like the trained models."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.ppo import N_IN, decide
from spikeworm_env.baselines import linear, ppo
from spikeworm_env.baselines.__main__ import app
from spikeworm_env.baselines.decision_env import Decisions
from spikeworm_env.errors import InputError
from spikeworm_env.seeds import FIRST_REPORTED_SEED, TUNING_SEEDS
from spikeworm_env.trials.task import TRIALS

SHORT = TRIALS["default"].with_changes(duration_s=1.0)
ROUND = ppo.WORMS * ppo.SETTINGS["n_steps"]


@pytest.fixture
def needs_cma():
    pytest.importorskip("cma", reason="needs the extra rl")


@pytest.fixture
def needs_sb3():
    pytest.importorskip("stable_baselines3", reason="needs the extra rl")


@pytest.fixture(scope="module")
def trained():
    """A model of stable-baselines3 after one round, and its environments."""
    pytest.importorskip("stable_baselines3", reason="needs the extra rl")
    return ppo.train(ROUND, 0, lambda done, index: None, duration_s=10.0)


def test_the_exported_network_gives_the_actions_of_the_model(trained):
    model, worms = trained
    weight = model.policy.action_net.weight
    before = weight.detach().clone()
    weight.data *= 100.0  # so that some actions are clipped
    arrays = ppo.export(model, worms, {}).arrays
    frames = np.random.default_rng(0).normal(0.0, 30.0, (200, N_IN)).astype(np.float32)
    expected, _ = model.predict(worms.normalize_obs(frames), deterministic=True)
    weight.data.copy_(before)
    found = np.array([decide(arrays, each) for each in frames])
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert (np.abs(found) == 1.0).any()
    assert (np.abs(found) < 1.0).any()


def test_the_exported_scale_is_that_of_the_training_environments(trained):
    model, worms = trained
    arrays = ppo.export(model, worms, {}).arrays
    np.testing.assert_allclose(arrays["mean"], worms.obs_rms.mean, rtol=1e-6)
    assert (np.abs(arrays["mean"]) > 0).any()


def test_a_decision_lasts_half_a_second_and_sums_its_reward():
    env = Decisions(np.random.default_rng(0), duration_s=1.25)
    _, info = env.reset()
    start = info["concentration"]
    total, ticks, over = 0.0, [], False
    while not over:
        _, reward, _, over, info = env.step(np.array([0.0, 1.0], np.float32))
        total += reward
        ticks.append(info["tick"])
    assert ticks == [500, 1000, 1250]
    assert total == pytest.approx(info["concentration"] - start, abs=1e-6)


def test_ppo_training_uses_only_tuning_seeds(monkeypatch):
    assert TUNING_SEEDS.stop <= FIRST_REPORTED_SEED
    env, met = Decisions(np.random.default_rng(0)), []
    inner = env.env.reset
    monkeypatch.setattr(env.env, "reset", lambda **given: met.append(given["seed"]) or inner(**given))
    for seed in (None, 123_456, None):
        env.reset(seed=seed)
    assert len(set(met)) == 3
    assert all(seed in TUNING_SEEDS for seed in met)


def test_evolution_uses_only_tuning_seeds_and_is_reproducible(needs_cma, monkeypatch):
    met = []

    def evaluate(evaluation):
        weights, seed, _ = evaluation
        met.append(seed)
        return -float(np.square(weights - 1.0).sum())

    monkeypatch.setattr(linear, "evaluate", evaluate)
    first, again = (linear.train_linear(60, 3, jobs=1) for _ in range(2))
    np.testing.assert_array_equal(first.arrays["weights"], again.arrays["weights"])
    assert not np.array_equal(first.arrays["weights"], linear.train_linear(60, 4, jobs=1).arrays["weights"])
    np.testing.assert_allclose(first.arrays["weights"], 1.0, atol=0.1)  # the optimum
    assert set(met) <= set(TUNING_SEEDS)
    assert len(set(met)) > linear.TRIALS_EACH


def test_evolution_evaluates_policies_in_trials(needs_cma):
    told = []
    policy = linear.train_linear(1, 0, jobs=1, trial=SHORT, progress=lambda *news: told.append(news))
    (news,) = told
    assert news[0] == 1
    assert -1.0 < news[1] < 1.0
    assert make_agent("linear", policy=policy).policy is policy


def test_the_commands_write_policies_that_run(needs_cma, needs_sb3, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(linear, "evaluate", lambda evaluation: -float(np.square(evaluation[0]).sum()))
    monkeypatch.setitem(ppo.SETTINGS, "n_steps", 32)
    for kind in ("linear", "ppo"):
        file = tmp_path / "deep" / f"my_{kind}.npz"
        arguments = [kind, "--out", str(file), "--seed", "5", "--steps", "1"]
        more = ["--jobs", "1"] if kind == "linear" else []
        assert app([*arguments, *more], standalone_mode=False) == 0
        assert capsys.readouterr().out.strip() == str(file)
        about = make_agent(f"{kind}:{file}").policy.about
        assert (about["seed"], about["steps"]) == (5, 1)
        assert "spikeworm" in about["versions"]


@pytest.mark.parametrize("name", ["policy.zip", "policy", "."])
def test_another_file_suffix_is_an_error_before_training(tmp_path, name, capsys):
    assert app(["linear", "--out", str(tmp_path / name)], standalone_mode=False) == 2
    assert "expected the name of a file that ends with .npz" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("train", "module", "package"),
    [(linear.train_linear, "cma", "cma"), (ppo.train_ppo, "stable_baselines3", "stable-baselines3")],
)
def test_a_missing_package_is_an_error_with_the_install_command(monkeypatch, train, module, package):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=rf'needs {package}: pip install "spikeworm\[rl\]"'):
        train(1)


@pytest.mark.parametrize("name", ["linear", "ppo"])
def test_a_trained_agent_runs_without_the_training_packages(monkeypatch, name):
    for package in ("torch", "stable_baselines3", "cma"):
        monkeypatch.setitem(sys.modules, package, None)
    env = Decisions(np.random.default_rng(0)).env
    agent = make_agent(name, frame_skip=10, acts_by="steering")
    observation, info = env.reset(seed=0)
    agent.reset(seed=0, info=info)
    for _ in range(100):
        observation, _, _, _, info = env.step(agent.act(observation))
    assert info["tick"] == 1000
