"""ppo: a small network trained by proximal policy optimisation, evaluated without PyTorch.

Every 0.5 s it reads the six senses of ``agents.odour.senses``; the last three frames, oldest first, give

    x = clip((frames - mean) scale, -10, 10),    (18,)
    (turn, drive) = clip(W2 tanh(W1 tanh(W0 x + b0) + b1) + b2, -1, 1)

with 64 units in each hidden layer: the mode of the policy, without exploration. At the start of a trial all
three frames are the first. It was trained by PPO (Schulman et al. 2017, arXiv:1707.06347; package
stable-baselines3) on ``SpikeWorm/Steering-v0`` with tuning seeds: ``python -m spikeworm_env.baselines ppo``.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy
from spikeworm_env.agents.odour import N_SENSES, senses
from spikeworm_env.agents.trained import Policy, TrainedAgent
from spikeworm_env.kernels.elementary import hyperbolic_tangents
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

N_FRAMES: Final = 3  # at intervals of 0.5 s they cover a sweep of the head
N_IN: Final = N_FRAMES * N_SENSES
HIDDEN: Final = (64, 64)
DECISION_TICKS: Final = 500
CLIP: Final = 10.0  # of the scaled senses, in deviations

Array = NDArray[np.float32]


class FrameStack:
    """The senses of the last decisions, oldest first."""

    def __init__(self) -> None:
        self._frames: list[Array] = []

    def reset(self) -> None:
        """Forget all frames; the next one fills the stack."""
        self._frames = []

    def __call__(self, observation: Array) -> Array:
        """(18,) float32, with the present frame last."""
        frame = senses(observation)
        self._frames = [*self._frames[1:], frame] if self._frames else [frame] * N_FRAMES
        return np.concatenate(self._frames)


def network_shapes() -> dict[str, tuple[int, ...]]:
    """The arrays of a policy: scale of the senses, then weights and biases layer by layer."""
    shapes: dict[str, tuple[int, ...]] = {"mean": (N_IN,), "scale": (N_IN,)}
    widths = (N_IN, *HIDDEN, 2)
    for layer, (n_in, n_out) in enumerate(pairwise(widths)):
        shapes |= {f"weight_{layer}": (n_out, n_in), f"bias_{layer}": (n_out,)}
    return shapes


def decide(arrays: Mapping[str, Array], frames: Array) -> Array:
    """(2,) turn and drive, −1 to 1, for frames (18,)."""
    x = ((frames - arrays["mean"]) * arrays["scale"]).clip(-CLIP, CLIP)
    for layer in range(len(HIDDEN)):
        x = _layer(arrays, layer, x)
        hyperbolic_tangents(x)
    return _layer(arrays, len(HIDDEN), x).clip(-1.0, 1.0)


def _layer(arrays: Mapping[str, Array], layer: int, x: Array) -> NDArray[np.float64]:
    """Output of a layer; not by a matrix product, whose last bits depend on the library."""
    return (arrays[f"weight_{layer}"] * x.astype(np.float64)).sum(axis=1) + arrays[f"bias_{layer}"]


class Ppo(TrainedAgent):
    """Steers by a network trained with PPO of stable-baselines3, which is not needed to run it."""

    name = "ppo"
    kind = "ppo"
    shapes = network_shapes()
    decision_ticks = DECISION_TICKS

    def __init__(
        self,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        acts_by: str = ActsBy.MUSCLES,
        policy: str | Path | Policy | None = None,
    ) -> None:
        super().__init__(frame_skip, acts_by, policy)
        self._frames = FrameStack()

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        super().reset(seed=seed, info=info)
        self._frames.reset()

    def steer(self, observation: Array) -> tuple[float, float]:
        turn, drive = decide(self.policy.arrays, self._frames(observation))
        return float(turn), float(drive)


AGENT = Ppo
