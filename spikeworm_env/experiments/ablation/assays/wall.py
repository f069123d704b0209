"""Escape from the wall."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from spikeworm_env.experiments.ablation.assays._assay import DEFAULT_ARENA, MakeWorm, Measure, assay
from spikeworm_env.experiments.ablation.assays._stimuli import odour_of
from spikeworm_env.kernels.random_draws import uniforms

START_BL = 1.2  # from the wall
SLANT_RAD = 0.5  # greatest angle to the normal of the wall


@assay(
    Measure("touching", "", "share of the time in which the wall presses on the front third", wanted="low"),
    Measure("wall_distance", "BL", "of the head from the wall at the end", wanted="high"),
    Measure("speed", "BL/s", "mean speed of the drag centre", wanted="high"),
)
def wall(make_worm: MakeWorm, *, seconds: float = 30.0) -> dict[str, float]:
    """Starts 1.2 BL from the wall, facing it, 30 s at a uniform concentration: escape."""
    radius = DEFAULT_ARENA.settings()["arena_radius"]

    def facing_wall(info: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
        angle = uniforms(rng, -math.pi, math.pi)
        out = radius - START_BL
        return {
            "position": (out * math.cos(angle), out * math.sin(angle)),
            "heading_rad": angle + uniforms(rng, -SLANT_RAD, SLANT_RAD),
        }

    worm = make_worm(place=facing_wall)
    worm.run(seconds, **odour_of(worm, worm.sensed("concentration")))
    track = worm.track
    return {
        "touching": float(track.head_at_wall.mean()),
        "wall_distance": radius - float(track.off_centre[-1]),
        "speed": track.speed,
    }


ASSAY = wall
