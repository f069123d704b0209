"""No learning: the brain with fixed weights."""

from __future__ import annotations

from typing import Any

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.trials.controls._control import Control


def without_learning(compiled: CompiledBrain, **options: Any) -> SpikingAgent:
    """The same brain with all weights fixed: no learning rule acts, and no synapse is pruned.

    Short-term facilitation and depression continue, since they pass within seconds and change no weight.

    Args:
        compiled: the brain.
        **options: of `SpikingAgent`.
    """
    agent = SpikingAgent(compiled, learning=False, **options)
    agent.name += ":no_learning"
    return agent


CONTROL = Control(
    name="no_learning",
    about="the same brain with fixed weights; short-term facilitation and depression continue",
    phrase="without learning",
    order=30,
    from_brain=without_learning,
    differs=lambda compiled: compiled.learns,
)
