"""What every function that takes an agent takes, and the brain in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeGuard

from spikeworm_env.agents.protocol import Agent, is_agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.edits import compiled_from
from spikeworm_env.engine.brain import Brain
from spikeworm_env.errors import InputError, shown

DEFAULT_SEED: Final = 42  # that a recipe is compiled with

Source = str | Path | Mapping[str, Any] | CompiledBrain | Brain | Agent
"""A name of an agent or recipe, a path of a recipe or brain file, a recipe as a dict, a brain, or an agent.

A living brain stands for a compiled brain with its present weights and a record of what changed them, see
`compiled_from`; membranes, delayed spikes, stimuli and silence are not part of that. The living brain itself
is not changed.
"""
EXPECTED: Final = "a name, a path, a recipe as a dict, a compiled or living brain, or an agent"


def is_source(value: object) -> TypeGuard[Source]:
    """Whether a value is one of `Source`."""
    return isinstance(value, str | Path | Mapping | CompiledBrain | Brain) or is_agent(value)


def check_source(value: object, name: str = "agent") -> None:
    """Check that a value is one of `Source`.

    Args:
        value: what was given.
        name: of the argument.

    Raises:
        InputError: it is something else.
    """
    if not is_source(value):
        hint = " that is made, not a class" if isinstance(value, type) else ""
        raise InputError(f"{name} is {shown(value)}; expected {EXPECTED}{hint}")


def compiled_in_memory(source: Source, seed: int = DEFAULT_SEED) -> CompiledBrain | None:
    """The brain of a recipe or brain in memory; None for a name, a path or an agent.

    Args:
        source: what was given.
        seed: what a recipe is compiled with.

    Raises:
        InputError: a living brain was made from a network alone.
        RecipeError: a recipe is not valid.
    """
    if isinstance(source, Mapping):
        return compile_recipe(source, seed=seed)
    if isinstance(source, Brain):
        return compiled_from(source)
    return source if isinstance(source, CompiledBrain) else None


def spiking_agent_in(agent: object) -> SpikingAgent | None:
    """The spiking agent that an agent is, or that a control or recording of it holds; None without one."""
    held: Any = agent
    while not isinstance(held, SpikingAgent):
        held = getattr(held, "agent", None)
        if held is None:
            return None
    return held
