"""Without the protocol: the same brain, in which no intervention is made."""

from __future__ import annotations

from typing import Any

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.trials.controls._control import Control


def without_protocol(compiled: CompiledBrain, **options: Any) -> SpikingAgent:
    """The same brain in the same trials, without the protocol.

    Args:
        compiled: the brain.
        **options: of `SpikingAgent`.
    """
    agent = SpikingAgent(compiled, **{**options, "protocol": ()})
    agent.name += ":without_protocol"
    return agent


CONTROL = Control(
    name="without_protocol",
    about="the same brain without the interventions of the protocol",
    phrase="without the protocol",
    order=50,
    from_brain=without_protocol,
    of_protocol=True,
)
