"""What the tests of the environments share."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest


@pytest.fixture
def make():
    """Environments without wrappers, by id; closed at the end."""
    made = []

    def make_env(name, **arguments):
        made.append(gymnasium.make(name, disable_env_checker=True, **arguments).unwrapped)
        return made[-1]

    yield make_env
    for env in made:
        env.close()


@pytest.fixture
def gentle():
    """Actions of an environment that move the worm: (steps, ...) float32."""

    def draw(env, steps, seed=0):
        rng = np.random.default_rng(seed)
        if env.action_space.shape == (2, 24):
            return rng.uniform(0, 0.03, (steps, 2, 24)).astype(np.float32)
        return rng.uniform(-1, 1, (steps, *env.action_space.shape)).astype(np.float32)

    return draw


@pytest.fixture
def same():
    """Whether two answers of an environment are equal to the last bit."""

    def equal(left, right):
        if isinstance(left, dict):
            return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
        if isinstance(left, tuple | list):
            return len(left) == len(right) and all(map(equal, left, right))
        return bool(np.array_equal(left, right))

    return equal
