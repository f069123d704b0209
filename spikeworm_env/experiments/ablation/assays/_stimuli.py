"""Starts and stimuli that several assays share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from spikeworm_env.experiments.ablation.assays._animal import Animal, Held
from spikeworm_env.world.senses import ADAPTATION_S


def towards_food(info: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The drawn arena and start, the worm facing the food."""
    x, y = info["food"][0] - info["position"]
    return {"position": info["position"].tolist(), "heading_rad": math.atan2(y, x)}


def odour_of(animal: Animal, concentration: float) -> dict[str, Held]:
    """All chemical channels as they would be if the smell were, from now on, the same everywhere.

    The adapted change begins with the step from the concentration before, and decays.
    """
    usual = animal.sensed("concentration") - animal.sensed("adapted_change")
    step = concentration - usual
    return {
        "concentration": concentration,
        "concentration_left": concentration,
        "concentration_right": concentration,
        "adapted_change": lambda since_s: step * math.exp(-since_s / ADAPTATION_S),
    }
