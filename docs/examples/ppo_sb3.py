"""Train PPO of stable-baselines3 to steer the worm to food.

    python docs/examples/ppo_sb3.py --out runs/ppo

Needs ``pip install spikeworm[rl]``. Writes the learning curve (``curve.csv``, ``curve.png``) and the trained
policy (``policy.zip``, ``normalisation.pkl``), and compares it on unseen trial seeds with agents that do not
learn.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor, VecNormalize
from steering import DECISION_TICKS, make_env

from spikeworm_env import make_agent

FIRST_UNSEEN_SEED: Final = 10_000
SMOOTH_EPISODES: Final = 40
Policy = Callable[[np.ndarray, dict[str, Any], int], np.ndarray]
"""A function from an observation, its info and the trial seed to an action."""


class Curve(BaseCallback):
    """Records step, time and chemotaxis index at the end of every episode."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, float, float]] = []
        self.began = perf_counter()

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.rows.append(
                    (self.num_timesteps, perf_counter() - self.began, info["episode"]["ci_time"])
                )
        return True


def train(steps: int, n_envs: int, seed: int, **arguments: Any) -> tuple[PPO, VecNormalize, Curve]:
    """Train a policy for a number of steps."""
    torch.set_num_threads(1)  # the network is small
    worms = DummyVecEnv([lambda: make_env(**arguments)] * n_envs)
    envs = VecNormalize(VecMonitor(worms, info_keywords=("ci_time",)), gamma=0.99)
    model = PPO(
        "MlpPolicy",
        envs,
        n_steps=256,
        batch_size=256,
        n_epochs=10,
        gamma=0.99,
        gae_lambda=0.95,
        learning_rate=3e-4,
        policy_kwargs={"net_arch": [64, 64], "log_std_init": -0.5},
        seed=seed,
    )
    curve = Curve()
    model.learn(steps, callback=curve)
    return model, envs, curve


def learned(model: PPO, envs: VecNormalize) -> Policy:
    """The trained network without exploration."""
    return lambda observation, info, seed: model.predict(envs.normalize_obs(observation), deterministic=True)[
        0
    ]


def untrained(name: str) -> Policy:
    """An agent that does not learn: ``random``, or ``oracle``, which reads the position of the food."""
    agent: Any = make_agent(name, frame_skip=DECISION_TICKS)

    def act(observation: np.ndarray, info: dict[str, Any], seed: int) -> np.ndarray:
        if info["tick"] == 0:
            agent.reset(seed=seed, info=info)
        else:
            agent.learn(0.0, False, False, info)
        return np.array(agent.steer(observation), np.float32)

    return act


def evaluate(policy: Policy, seeds: range, **arguments: Any) -> np.ndarray:
    """(seeds, 2) ``ci_time`` and success of a policy, one trial per seed."""
    env, rows = make_env(**arguments), []
    for seed in seeds:
        observation, info = env.reset(seed=seed)
        truncated = False
        while not truncated:
            observation, _, _, truncated, info = env.step(policy(observation, info, seed))
        rows.append((info["ci_time"], info["success"]))
    return np.array(rows, dtype=float)


def draw(rows: np.ndarray, levels: dict[str, float], path: Path) -> None:
    """Draw the index of the training episodes (steps, seconds, ``ci_time``), and the agents as lines."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.0), layout="constrained")
    axes = figure.add_subplot()
    minutes, index = rows[:, 1] / 60, rows[:, 2]
    window = min(SMOOTH_EPISODES, len(index))
    axes.plot(minutes, index, ".", ms=3, color="0.65", label="training episode")
    smooth = np.convolve(index, np.ones(window) / window, mode="valid")
    axes.plot(minutes[window - 1 :], smooth, color="#0072b2", lw=2, label=f"mean of the last {window}")
    styles = {"PPO": ("#0072b2", "top"), "random": ("#d55e00", "center"), "oracle": ("#009e73", "bottom")}
    for name, (colour, side) in styles.items():
        axes.axhline(levels[name], ls="--", lw=1, color=colour)
        place = {"xycoords": ("axes fraction", "data"), "annotation_clip": False, "va": side}
        axes.annotate(f" {name} {levels[name]:.2f}", (1.0, levels[name]), color=colour, **place)
    axes.set_xlabel("minutes of training")
    axes.set_ylabel("ci_time")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="center right")
    figure.savefig(path, dpi=130)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=150_000, help="decisions in training, summed over worms")
    parser.add_argument("--envs", type=int, default=8, help="worms in parallel")
    parser.add_argument("--trials", type=int, default=40, help="unseen trials of the evaluation")
    parser.add_argument("--seconds", type=float, default=90.0, help="simulated time of an episode")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("runs/ppo"))
    given = parser.parse_args(arguments)

    model, envs, curve = train(given.steps, given.envs, given.seed, duration_s=given.seconds)
    seeds = range(FIRST_UNSEEN_SEED, FIRST_UNSEEN_SEED + given.trials)
    policies = {"PPO": learned(model, envs), "random": untrained("random"), "oracle": untrained("oracle")}
    levels = {}
    for name, policy in policies.items():
        ci_time, success = evaluate(policy, seeds, duration_s=given.seconds).mean(axis=0)
        print(f"{name:8} ci_time {ci_time:5.2f}, success {success:.2f}, mean of {given.trials} unseen trials")
        levels[name] = float(ci_time)

    given.out.mkdir(parents=True, exist_ok=True)
    model.save(given.out / "policy.zip")
    envs.save(str(given.out / "normalisation.pkl"))
    rows = np.array(curve.rows).reshape(-1, 3)
    np.savetxt(given.out / "curve.csv", rows, "%.6g", ",", header="step,seconds,ci_time", comments="")
    if len(rows):
        draw(rows, levels, given.out / "curve.png")


if __name__ == "__main__":
    main()
