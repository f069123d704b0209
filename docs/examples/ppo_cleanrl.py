"""Train PPO in one file, after CleanRL (Huang et al. 2022): the whole algorithm from top to bottom.

    python docs/examples/ppo_cleanrl.py

Needs PyTorch (``pip install spikeworm[rl]``) and nothing else; ``steering.py`` makes the environment.
Prints the mean chemotaxis index of the episodes that ended during each update.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from time import perf_counter

import gymnasium
import numpy as np
import torch
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from steering import make_env
from torch import Tensor, nn
from torch.distributions import Normal


@dataclass(frozen=True)
class Settings:
    """The hyperparameters."""

    steps: int = 60_000  # decisions of all worms together
    envs: int = 8
    horizon: int = 256  # decisions of each worm between two updates
    epochs: int = 10
    minibatch: int = 256
    learning_rate: float = 3e-4
    gamma: float = 0.99
    gae_lambda: float = 0.95
    clip: float = 0.2
    value_weight: float = 0.5
    max_grad_norm: float = 0.5
    seconds: float = 90.0  # simulated time of an episode
    seed: int = 0


class RunningMeanStd:
    """Running mean and variance, for normalisation (Welford, in batches)."""

    def __init__(self, *shape: int) -> None:
        self.mean, self.variance, self.count = np.zeros(shape), np.ones(shape), 1e-4

    def update(self, batch: np.ndarray) -> None:
        count, total = len(batch), self.count + len(batch)
        shift = batch.mean(axis=0) - self.mean
        spread = self.variance * self.count + batch.var(axis=0) * count
        self.variance = (spread + shift**2 * self.count * count / total) / total
        self.mean, self.count = self.mean + shift * count / total, total

    @property
    def std(self) -> np.ndarray:
        return np.sqrt(self.variance + 1e-8)

    def normalised(self, batch: np.ndarray) -> Tensor:
        return torch.as_tensor(((batch - self.mean) / self.std).clip(-10, 10), dtype=torch.float32)


class Agent(nn.Module):
    """A Gaussian policy whose mean is a network's output, and a network for the value."""

    def __init__(self, n_senses: int, n_actions: int) -> None:
        super().__init__()
        self.critic = network(n_senses, 1, last_gain=1.0)
        self.actor = network(n_senses, n_actions, last_gain=0.01)
        self.log_std = nn.Parameter(torch.full((n_actions,), -0.5))

    def policy(self, senses: Tensor) -> Normal:
        return Normal(self.actor(senses), self.log_std.exp())

    def value(self, senses: Tensor) -> Tensor:
        return self.critic(senses).squeeze(-1)


def network(n_in: int, n_out: int, last_gain: float) -> nn.Sequential:
    """Two hidden layers of 64, with orthogonal weights."""
    layers: list[nn.Module] = []
    for width, n_next, gain in ((n_in, 64, 2**0.5), (64, 64, 2**0.5), (64, n_out, last_gain)):
        layer = nn.Linear(width, n_next)
        nn.init.orthogonal_(layer.weight, gain)
        nn.init.zeros_(layer.bias)
        layers += [layer, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def main(settings: Settings) -> list[float]:
    """Train; the mean ``ci_time`` of the episodes that ended in each update, where any did."""
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)  # the networks are small
    shuffle = np.random.default_rng(settings.seed)
    make = [lambda: make_env(duration_s=settings.seconds)] * settings.envs
    envs = SyncVectorEnv(make, autoreset_mode=AutoresetMode.SAME_STEP)
    box = envs.single_action_space
    assert isinstance(box, gymnasium.spaces.Box)
    n_senses, n_actions = envs.single_observation_space.shape[0], box.shape[0]
    agent = Agent(n_senses, n_actions)
    optimizer = torch.optim.Adam(agent.parameters(), lr=settings.learning_rate, eps=1e-5)

    shape = (settings.horizon, settings.envs)
    senses, actions = torch.zeros(*shape, n_senses), torch.zeros(*shape, n_actions)
    log_probabilities, rewards, dones, values = (torch.zeros(shape) for _ in range(4))
    observation_stats, return_stats, returns = (
        RunningMeanStd(n_senses),
        RunningMeanStd(),
        np.zeros(settings.envs),
    )

    updates = max(1, settings.steps // (settings.horizon * settings.envs))
    history, began = [], perf_counter()
    observation, _ = envs.reset(seed=settings.seed)
    for update in range(updates):
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * (1 - update / updates)
        ended: list[float] = []

        # ---- collect experience
        for t in range(settings.horizon):
            observation_stats.update(observation)
            senses[t] = observation_stats.normalised(observation)
            with torch.no_grad():
                policy = agent.policy(senses[t])
                actions[t] = policy.sample()
                log_probabilities[t] = policy.log_prob(actions[t]).sum(-1)
                values[t] = agent.value(senses[t])
            observation, reward, terminated, truncated, info = envs.step(
                actions[t].numpy().clip(box.low, box.high)
            )
            done = terminated | truncated
            returns = returns * settings.gamma + reward
            return_stats.update(returns)
            returns[done] = 0.0
            rewards[t] = torch.as_tensor(reward / return_stats.std)
            dones[t] = torch.as_tensor(done, dtype=torch.float32)
            if truncated.any():  # bootstrap: the time limit is not a terminal state
                last = np.stack(info["final_obs"][truncated])
                with torch.no_grad():
                    rewards[t, truncated] += settings.gamma * agent.value(observation_stats.normalised(last))
                ended += info["final_info"]["ci_time"][truncated].tolist()

        # ---- generalised advantage estimation (Schulman et al. 2016)
        with torch.no_grad():
            next_value = agent.value(observation_stats.normalised(observation))
            advantages, advantage = torch.zeros(shape), torch.zeros(settings.envs)
            for t in reversed(range(settings.horizon)):
                not_done = 1.0 - dones[t]
                delta = rewards[t] + settings.gamma * next_value * not_done - values[t]
                advantage = delta + settings.gamma * settings.gae_lambda * not_done * advantage
                advantages[t], next_value = advantage, values[t]
            targets = advantages + values

        # ---- update
        batch = [x.flatten(0, 1) for x in (senses, actions, log_probabilities, advantages, targets)]
        for _ in range(settings.epochs):
            order = torch.as_tensor(shuffle.permutation(settings.horizon * settings.envs))
            for part in order.split(settings.minibatch):
                sensed, acted, old_log, gain, target = (x[part] for x in batch)
                gain = (gain - gain.mean()) / (gain.std() + 1e-8)
                ratio = (agent.policy(sensed).log_prob(acted).sum(-1) - old_log).exp()
                bounded = ratio.clamp(1 - settings.clip, 1 + settings.clip)
                loss = -torch.min(ratio * gain, bounded * gain).mean()
                loss = loss + settings.value_weight * (agent.value(sensed) - target).square().mean()
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), settings.max_grad_norm)
                optimizer.step()

        if ended:
            history.append(float(np.mean(ended)))
            done_steps = (update + 1) * settings.horizon * settings.envs
            print(f"{done_steps:7} steps, {perf_counter() - began:4.0f} s: ci_time {history[-1]:5.2f}")
    envs.close()
    return history


def read(arguments: list[str] | None = None) -> Settings:
    """The settings of the command line: one option each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, default in vars(Settings()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    return Settings(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main(read())
