"""Head first into the wall."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from spikeworm_env.experiments.ablation.assays._assay import DEFAULT_ARENA, Hatch, Measure, assay
from spikeworm_env.experiments.ablation.assays._stimuli import odour_of
from spikeworm_env.kernels.draws import uniforms

START_BL = 1.2  # from the wall
SLANT_RAD = 0.5  # greatest angle to the shortest way to the wall


@assay(
    Measure("touching", "", "share of time in which the wall presses on the front third", wanted="low"),
    Measure("wall_distance", "BL", "of the head from the wall at the end", wanted="high"),
    Measure("speed", "BL/s", "of the drag centre", wanted="high"),
)
def wall(hatch: Hatch, *, seconds: float = 30.0) -> dict[str, float]:
    """Begins 1.2 BL from the wall, facing it, and has 30 s in an even smell: does it get away?"""
    radius = DEFAULT_ARENA.settings()["arena_radius"]

    def facing_wall(info: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        angle = uniforms(rng, -math.pi, math.pi)
        out = radius - START_BL
        return {
            "position": (out * math.cos(angle), out * math.sin(angle)),
            "heading_rad": angle + uniforms(rng, -SLANT_RAD, SLANT_RAD),
        }

    animal = hatch(place=facing_wall)
    animal.live(seconds, **odour_of(animal, animal.sensed("concentration")))
    track = animal.track
    return {
        "touching": float(track.head_at_wall.mean()),
        "wall_distance": radius - float(track.off_centre[-1]),
        "speed": track.speed,
    }


ASSAY = wall
