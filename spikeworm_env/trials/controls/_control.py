"""What a control declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spikeworm_env.agents.protocol import Agent
    from spikeworm_env.compiler.compiled_brain import CompiledBrain


def _every_brain(compiled: CompiledBrain) -> bool:
    return True


@dataclass(frozen=True)
class Control:
    """An agent with one thing taken away, against which the agent is tested.

    Attributes:
        name: unique, and the name of its file; rows are called AGENT:NAME, keys ``p_vs_NAME``.
        about: one line: what is taken away and what continues.
        phrase: as sentences put it: "0.02 ``when blind``".
        order: its position among controls in tables and help; small numbers first.
        from_brain: makes the control of a compiled brain; takes the options of `SpikingAgent`. None if
            ``from_agent`` does it all.
        from_agent: makes the control of any agent and the layout of its observations. None: it needs a brain.
        differs: whether the control of this brain can differ from the brain itself.
        of_protocol: whether it is the agent without the protocol of the comparison.
    """

    name: str
    about: str
    phrase: str
    order: int
    from_brain: Callable[..., Agent] | None = None
    from_agent: Callable[[Agent, Mapping[str, slice]], Agent] | None = None
    differs: Callable[[CompiledBrain], bool] = _every_brain
    of_protocol: bool = False
