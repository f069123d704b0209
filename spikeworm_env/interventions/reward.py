"""Reward: delivered to the brain at a time, whatever the worm does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from spikeworm_env.engine.network import LIMIT
from spikeworm_env.interventions._fields import Number
from spikeworm_env.interventions._intervention import AtOnce, Effect
from spikeworm_env.interventions._target import Subject


@dataclass(frozen=True)
class Reward(AtOnce):
    """A reward is delivered to the brain, besides those that the environment gives.

    Args:
        amount: in the unit of the recipe's reward, as `Brain.deliver_reward` takes it.
        at_s: see `AtOnce`.

    Raises:
        InputError: a value of another type or out of its range.
    """

    name: ClassVar[str] = "reward"
    amount: Annotated[float, Number("reward", -LIMIT, LIMIT)]

    @property
    def what(self) -> str:
        return f"reward of {self.amount:g}"

    def bind(self, subject: Subject) -> Effect:
        return Effect(lambda brain: brain.deliver_reward(self.amount))


INTERVENTION = Reward
