"""A worm in a sinusoid, drawn nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from spikeworm_env.rendering.snapshot import Snapshot

SEGMENTS = np.arange(24)


def sinusoid(head: tuple[float, float], tailward_rad: float = np.pi, bend_rad: float = 0.6) -> np.ndarray:
    """Nodes (25, 2) of a worm whose links swing about one direction; 0.6 BL a wave."""
    angles = tailward_rad + bend_rad * np.cos(2 * np.pi * (SEGMENTS + 0.5) / 24 / 0.6)
    links = np.column_stack((np.cos(angles), np.sin(angles))) / 24
    return np.asarray(head) + np.vstack((np.zeros(2), np.cumsum(links, axis=0)))


@pytest.fixture(name="sinusoid")
def sinusoid_of() -> Callable[..., np.ndarray]:
    return sinusoid


@pytest.fixture
def make_snapshot() -> Callable[..., Snapshot]:
    def make(head: tuple[float, float] = (4.0, 3.0), **changes: object) -> Snapshot:
        wave = np.sin(2 * np.pi * SEGMENTS / 24 / 0.6)
        way = np.linspace(0.0, 1.0, 400)[:, None]
        settings: dict = {
            "dish_radius": 30.0,
            "foods": np.array([(12.0, 5.0, 1.0, 8.0)]),
            "nodes": sinusoid(head),
            "activation": np.clip(np.stack((wave, -wave)), 0, 1),
            "trail": np.asarray(head) - 6.0 * (1 - way) + 0.1 * np.sin(60 * way),
            "time_s": 20.0,
            "duration_s": 90.0,
            "distance": 8.25,
            "concentration": 0.4,
            "ci_time": 0.41,
            "ci_net": 0.62,
            "title": "arena_v1 seed 10003",
        }
        return Snapshot(**(settings | changes))

    return make
