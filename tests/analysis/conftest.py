"""A recorded trial, and trains of known processes."""

from __future__ import annotations

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.trials.task import Trial


@pytest.fixture(scope="session")
def compiled():
    return sw.compile_recipe("crawler_v1")


@pytest.fixture(scope="session")
def trial(compiled):
    """Twelve seconds of a worm, with spikes, the voltages of a component and weights."""
    record = ["spikes", "v:head", "w:klinotaxis -> head"]
    return sw.run_trial(compiled, Trial("short", duration_s=12.0), seed=7, record=record)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def poisson(rng):
    """``poisson(rate_hz, seconds)``: the spike times of a Poisson process."""

    def train(rate_hz: float, seconds: float) -> np.ndarray:
        return np.sort(rng.uniform(0, seconds, rng.poisson(rate_hz * seconds)))

    return train
