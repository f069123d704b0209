"""A worm in a sinusoid and a brain of noise, drawn nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from spikeworm_env.rendering.brain_snapshot import BrainSnapshot, Curve
from spikeworm_env.rendering.quiet_pygame import pygame
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
        share = np.linspace(0.0, 1.0, 400)[:, None]
        settings: dict = {
            "arena_radius": 30.0,
            "foods": np.array([(12.0, 5.0, 1.0, 8.0)]),
            "nodes": sinusoid(head),
            "activation": np.clip(np.stack((wave, -wave)), 0, 1),
            "trail": np.asarray(head) - 6.0 * (1 - share) + 0.1 * np.sin(60 * share),
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


@pytest.fixture
def make_brain() -> Callable[..., BrainSnapshot]:
    def make(n_components: int = 3, n_spans: int = 400, **changes: object) -> BrainSnapshot:
        rng = np.random.default_rng(n_components)
        neurons = rng.integers(1, 60, n_components)
        settings: dict = {
            "components": tuple(f"component_{index}" for index in range(n_components)),
            "neurons": neurons,
            "rows": neurons,
            "raster": (rng.random((n_spans, neurons.sum())) < 0.03).astype(np.uint16),
            "span_ms": 5.0,
            "last_span": n_spans - 1,
            "rates_hz": rng.uniform(0, 80, n_components),
            "signals": (
                Curve("reward", rng.normal(0, 0.02, 400), 0.05, "/s"),
                Curve("rpe", rng.normal(0, 1, 400), 0.05),
                Curve("dopamine", rng.uniform(0, 80, 400), 0.05, "Hz"),
            ),
            "weights": tuple(
                Curve(f"component_{index}.out -> motor.in", np.linspace(1, 1.3, 100), 0.25)
                for index in range(n_components)
            ),
        }
        return BrainSnapshot(**(settings | changes))

    return make


@pytest.fixture
def dummy_screen(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    yield
    pygame.display.quit()
