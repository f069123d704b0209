"""A protocol on a brain without a worm."""

from __future__ import annotations

from spikeworm_env.engine.brain import Brain
from spikeworm_env.errors import InputError, shown
from spikeworm_env.interventions._armed import Armed
from spikeworm_env.interventions._protocol import ProtocolLike, load_protocol
from spikeworm_env.interventions._target import Subject


def apply_protocol(brain: Brain, protocol: ProtocolLike) -> Armed:
    """Carry out a protocol on a brain that runs by itself; its next tick is time 0.

    Args:
        brain: the brain; one that is made of a compiled brain has names.
        protocol: what `load_protocol` takes; no closed-loop rules, and no drugs on receptors.

    Returns:
        What is carried out; its ``disarm()`` ends it.

    Raises:
        InputError: something else than a brain, no protocol, or an entry that does not fit the
            brain. Nothing is done.
    """
    if not isinstance(brain, Brain):
        raise InputError(f"brain is {shown(brain)}; expected a Brain")
    return Armed(load_protocol(protocol), brain, Subject(brain.names))
