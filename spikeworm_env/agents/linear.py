"""linear: an evolved linear policy. Turn and drive are weighted sums of smoothed senses.

    x <- x + (1 - exp(-0.1 s / TAU_S)) (senses - x),   every 0.1 s;   x = senses at the start
    (turn, drive) = W (x, 1)

with the six senses of ``agents.odour.senses``: the contrast between right and left, the change relative to
the mean of the last second, the concentration, touch and neck bend. W, 2 rows of 7 weights, is found by
CMA-ES (Hansen & Ostermeier 2001, Evolutionary Computation 9:159; package ``cma``), which maximises
``ci_time`` over tuning seeds: ``python -m spikeworm_env.baselines linear``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy
from spikeworm_env.agents.odour import N_SENSES, decay, senses
from spikeworm_env.agents.trained import Policy, TrainedAgent
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

TAU_S: Final = 0.7  # half a sweep of the head
WEIGHTS: Final = "weights"
SHAPE: Final = (2, N_SENSES + 1)  # (turn, drive) x (senses, 1)


class Linear(TrainedAgent):
    """Steers by weighted sums of smoothed senses; the weights were evolved by CMA-ES."""

    name = "linear"
    kind = "linear"
    shapes = {WEIGHTS: SHAPE}  # noqa: RUF012  declared a ClassVar in the base
    decision_ticks = 100

    def __init__(
        self,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        acts_by: str = ActsBy.MUSCLES,
        policy: str | Path | Policy | None = None,
    ) -> None:
        super().__init__(frame_skip, acts_by, policy)
        self._decay = decay(self.interval_s, TAU_S)
        self._weights = self.policy.arrays[WEIGHTS].astype(np.float64)
        self._smooth: NDArray[np.float64] | None = None

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        super().reset(seed=seed, info=info)
        self._smooth = None

    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        sensed = senses(observation).astype(np.float64)
        if self._smooth is None:
            self._smooth = sensed
        else:
            self._smooth += (1.0 - self._decay) * (sensed - self._smooth)
        turn, drive = (self._weights[:, :-1] * self._smooth).sum(axis=1) + self._weights[:, -1]
        return float(turn), float(drive)


AGENT = Linear
