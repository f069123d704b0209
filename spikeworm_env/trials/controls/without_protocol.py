"""Without the protocol: the same agent, in which no intervention is made."""

from __future__ import annotations

from collections.abc import Mapping

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.trials.controls._control import Control


def without_protocol(agent: Agent, layout: Mapping[str, slice]) -> Agent:
    """The agent, which was made without the protocol, under the name of its control."""
    agent.name += ":without_protocol"
    return agent


CONTROL = Control(
    name="without_protocol",
    about="the same brain without the interventions of the protocol",
    phrase="without the protocol",
    order=50,
    from_agent=without_protocol,
    of_protocol=True,
)
