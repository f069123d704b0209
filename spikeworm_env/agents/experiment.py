"""The protocol of an agent with a brain: carried out anew after each reset, and undone at the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    of an episode is not there in the next, and neither is what was learned in it. A copy or pickle that is
    made within an episode does nothing more of the protocol until its next reset.

    Attributes:
        protocol: the interventions.
        armed: what is carried out in the present episode; None without a protocol.
    """

    def __init__(self) -> None:
        self.protocol: Protocol = ()
        self.armed: Armed | None = None
        self._before: tuple[Brain, dict[str, NDArray]] | None = None
        self._left: tuple[int, ...] = ()  # of a copy: handles in force in its brain

    def begin(self, brain: Brain, subject: Callable[[], Subject]) -> None:
        """Carry the protocol out from the brain's next tick on.

        Raises:
            InputError: an entry does not fit the brain.
        """
        if not self.protocol:
            return
        if any(each.changes_weights for each in self.protocol):
            self._before = brain, dict(brain.state())
        self.armed = Armed(self.protocol, brain, subject())

    def undo(self, brain: Brain) -> None:
        """Undo at a reset what was done in the episode."""
        armed, before, left = self.armed, self._before, self._left
        self.armed, self._before, self._left = None, None, ()
        if before is not None and before[0] is brain:
            learning = brain.learning
            brain.restore(before[1])
            brain.learning = learning
            return
        if armed is not None:
            armed.disarm()
        for handle in left:
            brain.end(handle)

    def __getstate__(self) -> dict[str, Any]:
        left = self._left if self.armed is None else self.armed.handles()
        return {**vars(self), "armed": None, "_left": left}


def senses_of(
    compiled: CompiledBrain, sensorimotor: Sensorimotor, layout: Mapping[str, slice], step_ticks: int
) -> Senses:
    """The senses of an agent, as interventions need them."""
    return Senses(
        channels=_channels(layout),
        receptors=tuple(receptor.name for receptor in compiled.receptors),
        output=sensorimotor.receptor_output,
        gain=sensorimotor.sense_scale[:, 0],
        receptor_of=np.asarray(sensorimotor.sense_receptor),
        step_ticks=step_ticks,
    )


def _channels(layout: Mapping[str, slice]) -> dict[str, int]:
    """Channels of one number by name, and each number of the others, such as ``joint_angle[0]``."""
    found = {}
    for name, part in layout.items():
        width = part.stop - part.start
        for k in range(width):
            found[name if width == 1 else f"{name}[{k}]"] = part.start + k
    return found


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
