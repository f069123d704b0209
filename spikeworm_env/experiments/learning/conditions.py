"""Conditions of training: the treatment, which is the brain's own reward, and its controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.lesions.pruning import disable_pruning, prunable
from spikeworm_env.lesions.swap_sensors import has_sides, swap_sensors


def unchanged(compiled: CompiledBrain) -> CompiledBrain:
    """The brain itself."""
    return compiled


def always(compiled: CompiledBrain) -> bool:
    """True for every brain."""
    return True


def can_be_pruned(compiled: CompiledBrain) -> bool:
    """Whether a critical period can prune any synapse."""
    return prunable(compiled.network).size > 0


@dataclass(frozen=True)
class Condition:
    """The treatment or one control.

    Attributes:
        doc: one line for tables and help; its subject is the brain.
        reward_mode: of the agent, one of ``agents.reward.REWARD_MODES``.
        prepare: from the compiled brain to the brain before its first episode.
        fits: whether the condition differs from the treatment for a brain.
        learning: whether weights can change.
        yoked: whether the reward is that of a partner, a worm with the same brain on other trial seeds.
        twin_prunes: whether synapses are pruned at random, as many as in a twin under the treatment.
    """

    doc: str
    reward_mode: str = "normal"
    prepare: Callable[[CompiledBrain], CompiledBrain] = unchanged
    fits: Callable[[CompiledBrain], bool] = always
    learning: bool = True
    yoked: bool = False
    twin_prunes: bool = False


PARTNER_SEED = 1_000_000  # added to the trial seed: the seed of the partner of a yoked worm
TREATMENT = "reward"

CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        TREATMENT: Condition("its own reward, as its recipe defines it"),
        "swapped": Condition(
            "its own reward; left and right sensors swapped", prepare=swap_sensors, fits=has_sides
        ),
        "no_reward": Condition("no reward", reward_mode="none"),
        "random_reward": Condition("the values of its own rewards in random order", reward_mode="random"),
        "inverted_reward": Condition("its own reward with the opposite sign", reward_mode="inverted"),
        "yoked_reward": Condition("the rewards of another worm, at the same times", yoked=True),
        "no_learning": Condition("its own reward; no weight changes", learning=False),
        "no_pruning": Condition(
            "its own reward; the critical period prunes nothing", prepare=disable_pruning, fits=can_be_pruned
        ),
        "random_pruning": Condition(
            "its own reward; as many synapses are pruned at each target as by its own rule, at random",
            prepare=disable_pruning,
            fits=can_be_pruned,
            twin_prunes=True,
        ),
    }
)
"""By name; the first is the treatment, the others are its controls."""


def conditions_of(compiled: CompiledBrain) -> tuple[str, ...]:
    """The names of the conditions that fit a brain, the treatment first."""
    return tuple(name for name, condition in CONDITIONS.items() if condition.fits(compiled))
