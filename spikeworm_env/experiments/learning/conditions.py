"""What a learner lives under: its own reward, or a control that a claim to have learned must beat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.lesions.pruning import disable_pruning, prunable
from spikeworm_env.lesions.swap_sensors import has_sides, swap_sensors


def as_it_is(compiled: CompiledBrain) -> CompiledBrain:
    return compiled


def always(compiled: CompiledBrain) -> bool:
    return True


def can_be_pruned(compiled: CompiledBrain) -> bool:
    return prunable(compiled.network).size > 0


@dataclass(frozen=True)
class Condition:
    """One way to live.

    Attributes:
        doc: what it is, for tables and help.
        reward_mode: of the agent, one of ``agents.reward.REWARD_MODES``.
        born: makes of a compiled brain the one that is born.
        fits: whether it says anything about a brain.
        learning: whether weights may change.
        yoked: whether the reward comes from another worm, which lives a life of its own.
        twin_prunes: whether a twin that lives as it is says how many synapses are pruned, at random.
    """

    doc: str
    reward_mode: str = "normal"
    born: Callable[[CompiledBrain], CompiledBrain] = as_it_is
    fits: Callable[[CompiledBrain], bool] = always
    learning: bool = True
    yoked: bool = False
    twin_prunes: bool = False


TREATMENT = "reward"  # what the controls are controls of

CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        TREATMENT: Condition("rewarded as its recipe says"),
        "swapped": Condition("rewarded, its sensors swapped from birth", born=swap_sensors, fits=has_sides),
        "no_reward": Condition("never rewarded", reward_mode="none"),
        "random_reward": Condition("the values of its rewards in random order", reward_mode="random"),
        "inverted_reward": Condition("punished where it should be rewarded", reward_mode="inverted"),
        "yoked_reward": Condition("given the rewards of another worm, at the same times", yoked=True),
        "frozen": Condition("lives without learning", learning=False),
        "no_pruning": Condition(
            "its critical period prunes nothing", born=disable_pruning, fits=can_be_pruned
        ),
        "random_pruning": Condition(
            "as many synapses pruned at each target as by its own rule, at random",
            born=disable_pruning,
            fits=can_be_pruned,
            twin_prunes=True,
        ),
    }
)
"""By name; the first is the claim, the others its controls."""


def conditions_of(compiled: CompiledBrain) -> tuple[str, ...]:
    """The names of the conditions that say anything about a brain."""
    return tuple(name for name, condition in CONDITIONS.items() if condition.fits(compiled))
