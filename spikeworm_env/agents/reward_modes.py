"""What becomes of reward on its way to the brain: the truth, and controls of any claim to have learned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

REWARD_SEED = 2  # of the child stream that random reward is drawn from; receptors and membranes have others


class RewardMode(Protocol):
    """Called with each delivery, in order; returns what the brain is given in its place."""

    def __call__(self, given: float) -> float: ...


def normal(rng: np.random.Generator) -> RewardMode:
    """What the pathway says."""
    return lambda given: given


def none(rng: np.random.Generator) -> RewardMode:
    """Nothing: the brain is given 0 each time."""
    return lambda given: 0.0


def inverted(rng: np.random.Generator) -> RewardMode:
    """The opposite: reward is punishment, and punishment reward."""
    return lambda given: -given


def random(rng: np.random.Generator) -> RewardMode:
    """Any of the deliveries so far, drawn with equal chances: the same values, for no merit of the moment."""
    past: list[float] = []

    def drawn(given: float) -> float:
        past.append(given)
        return past[rng.integers(len(past))]

    return drawn


def replayed(deliveries: Iterable[float]) -> RewardMode:
    """Another worm's deliveries, in their order: the yoked control; 0 when they have come to an end."""
    others = iter(deliveries)
    return lambda given: next(others, 0.0)


REWARD_MODES: Mapping[str, Callable[[np.random.Generator], RewardMode]] = MappingProxyType(
    {make.__name__: make for make in (normal, none, inverted, random)}
)
"""Name → what makes the mode of that name, for one trial, from a generator of random numbers."""
