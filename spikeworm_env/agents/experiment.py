"""The protocol of an agent with a brain: carried out anew after each reset, and undone at the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import InputError
from spikeworm_env.interventions._armed import Armed
from spikeworm_env.interventions._protocol import Protocol
from spikeworm_env.interventions._senses import Senses
from spikeworm_env.interventions._target import Subject

if TYPE_CHECKING:
    from spikeworm_env.agents.sensorimotor import Sensorimotor
    from spikeworm_env.compiler.compiled_brain import CompiledBrain
    from spikeworm_env.engine.brain import Brain


class Experiment:
    """Carries out a protocol in each episode.

    A protocol that changes weights begins each episode with the brain as it was before the first: the lesion
    of an episode is not there in the next, and neither is what was learned in it.

    Args:
        protocol: the interventions.
    """

    def __init__(self, protocol: Protocol = ()) -> None:
        self.protocol = protocol
        self._armed: Armed | None = None
        self._before: tuple[Brain, dict[str, NDArray]] | None = None

    def begin(self, brain: Brain, subject: Subject) -> Armed | None:
        """Carry the protocol out from the brain's next tick on; None if it is empty.

        Raises:
            InputError: an entry does not fit the brain.
        """
        if not self.protocol:
            return None
        if any(each.changes_weights for each in self.protocol):
            self._before = brain, dict(brain.state())
        self._armed = Armed(self.protocol, brain, subject)
        return self._armed

    def undo(self, brain: Brain) -> None:
        """Undo at a reset what was done in the episode."""
        armed, before = self._armed, self._before
        self._armed = self._before = None
        if before is not None and before[0] is brain:
            learning = brain.learning
            brain.restore(before[1])
            brain.learning = learning
        elif armed is not None:
            armed.disarm()


def senses_of(
    compiled: CompiledBrain, sensorimotor: Sensorimotor, layout: Mapping[str, slice], step_ticks: int
) -> Senses:
    """The senses of an agent, as interventions need them."""
    return Senses(
        channels={name: part.start for name, part in layout.items() if part.stop - part.start == 1},
        receptors=tuple(receptor.name for receptor in compiled.receptors),
        output=sensorimotor.receptor_output,
        gain=sensorimotor.sense_scale[:, 0],
        receptor_of=np.asarray(sensorimotor.sense_receptor),
        step_ticks=step_ticks,
    )


def give_protocol(agent: Any, protocol: Protocol) -> None:
    """Give an agent a protocol, which begins with its next reset.

    Raises:
        InputError: it has no brain and the protocol is not empty, or an entry does not fit its brain.
    """
    if hasattr(agent, "protocol"):
        agent.protocol = protocol
    else:
        refuse_without_brain(agent.name, protocol)


def refuse_without_brain(name: str, protocol: Protocol) -> None:
    """Refuse a protocol for an agent without neurons.

    Raises:
        InputError: the protocol is not empty.
    """
    if protocol:
        raise InputError(
            f"protocol[0] is {protocol[0].what!r}; expected no interventions for {name}, which has no brain"
        )
