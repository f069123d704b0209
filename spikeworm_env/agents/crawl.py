"""crawl: the gait alone, straight ahead, without senses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import GaitedAgent


class Crawl(GaitedAgent):
    """Crawls straight ahead, whatever it senses."""

    name = "crawl"

    def steer(self, observation: NDArray[np.float32]) -> tuple[float, float]:
        return 0.0, 1.0


AGENT = Crawl
