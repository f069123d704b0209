"""No reward: the brain without its reward signal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import recorded
from spikeworm_env.trials.controls._control import Control


def without_reward(compiled: CompiledBrain, **options: Any) -> SpikingAgent:
    """The same brain without reward; learning from spike times alone continues.

    Args:
        compiled: the brain.
        **options: of `SpikingAgent`.
    """
    agent = SpikingAgent(recorded(compiled, replace(compiled, reward=None)), **options)
    agent.name += ":no_reward"
    return agent


CONTROL = Control(
    name="no_reward",
    about="the same brain without reward; learning from spike times alone continues",
    phrase="without reward",
    order=40,
    from_brain=without_reward,
    differs=lambda compiled: compiled.learns_from_reward,
)
