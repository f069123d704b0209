"""Starts and stimuli of several assays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from spikeworm_env.experiments.ablation.assays._worm import Held, Worm
from spikeworm_env.world.senses import ADAPTATION_S


def towards_food(info: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The start of the seed, with the worm facing the food."""
    x, y = info["food"][0] - info["position"]
    return {"position": info["position"].tolist(), "heading_rad": math.atan2(y, x)}


def odour_of(worm: Worm, concentration: float) -> dict[str, Held]:
    """All odour channels for a concentration that is, from now on, the same everywhere.

    The adapted change starts with the step from the adapted concentration and decays.
    """
    adapted = worm.sensed("concentration") - worm.sensed("adapted_change")
    step = concentration - adapted
    return {
        "concentration": concentration,
        "concentration_left": concentration,
        "concentration_right": concentration,
        "adapted_change": lambda since_s: step * math.exp(-since_s / ADAPTATION_S),
    }
