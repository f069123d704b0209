"""What was done to a brain since it was compiled: its training, its recorded edits, and others by a hash.

`Meta.content_hash` vouches for a brain's content. Compiler and training set it, and so does `recorded`, with
which a function that changes a brain names its change. A brain of another content was changed by hand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import astuple, fields, replace
from itertools import groupby

import numpy as np

from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.receptors import STAGES
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network
from spikeworm_env.errors import InputError

BY_HAND = "changed by hand"
UNKNOWN = "from a file without a record of changes"


def content_hash(compiled: CompiledBrain) -> str:
    """SHA-256 of all that decides what a brain does: network, weights, receptors, maps and reward rule."""
    digest = hashlib.sha256()
    network = compiled.network
    for part in (network, compiled.sensor_map, compiled.muscle_map, compiled.proprioception_map):
        for field in fields(part):
            values = getattr(part, field.name)
            if isinstance(values, np.ndarray) and values.dtype.kind != "U":
                digest.update(_bytes(values))
    for values in (*network.modulators, *_persistent(network)):
        if values.size:  # a file has no row of a state that no synapse has
            digest.update(np.array(values.size).astype("<i8").tobytes() + _bytes(values))
    texts = [
        *((each.type, sorted(each.parameters.items())) for each in network.classes),
        *((each.name, each.source, STAGES.dump_json(each.stages).decode()) for each in compiled.receptors),
        None if compiled.reward is None else astuple(compiled.reward),
    ]
    digest.update(json.dumps(texts).encode())
    return digest.hexdigest()


def recorded(before: CompiledBrain, after: CompiledBrain, *edits: str) -> CompiledBrain:
    """A changed brain with a record of its change.

    Args:
        before: the brain before the change, with its own record.
        after: the changed brain.
        edits: short phrases, such as ``"scaled steering->head=0.25"``; none for a change that is recorded
            elsewhere, such as training episodes.
    """
    meta = replace(after.meta, edits=(*_edits(before), *edits), content_hash=content_hash(after))
    return replace(after, meta=meta)


def compiled_from(brain: Brain) -> CompiledBrain:
    """A living brain with its present weights as a compiled brain, with a record of what changed them.

    Raises:
        InputError: it was made from a network without names, so that recipe and body maps are unknown.
    """
    before = brain.compiled
    if not isinstance(before, CompiledBrain):
        raise InputError("brain was made from a network alone; expected one made from a compiled brain")
    now = replace(before, network=brain.trained_network())
    if content_hash(now) == content_hash(before):
        return before
    learned = brain.learning and before.can_change.any() and brain.ticks > _age(before.network)
    ran = [f"ran with learning to tick {brain.ticks}"] if learned else []
    return recorded(before, now, *(brain.edits or ([] if ran else [BY_HAND])), *ran)


def _age(network: Network) -> int:
    return network.experience.age if network.experience else 0


def brain_conditions(compiled: CompiledBrain) -> tuple[str, ...]:
    """What was done to a brain since it was compiled, in short phrases; nothing for a brain as compiled."""
    trained = []
    if compiled.episodes:
        count = len(compiled.episodes)
        runs = [(name, len(list(run))) for name, run in groupby(each.condition for each in compiled.episodes)]
        under = runs[0][0] if len(runs) == 1 else ", then ".join(f"{n} under {name}" for name, n in runs)
        episodes = "episode" if count == 1 else "episodes"
        trained.append(f"trained for {count} {episodes}{' under ' if len(runs) == 1 else ': '}{under}")
    return (*trained, *_edits(compiled))


def _edits(compiled: CompiledBrain) -> tuple[str, ...]:
    """The recorded edits, and those that the hash shows."""
    meta = compiled.meta
    if content_hash(compiled) == meta.content_hash:
        return meta.edits
    more = BY_HAND if meta.content_hash else UNKNOWN
    return meta.edits if more in meta.edits else (*meta.edits, more)


def _bytes(values: np.ndarray) -> bytes:
    """The same bytes on every machine and for every width of integers."""
    return values.astype("<f8" if values.dtype.kind == "f" else "<i8", copy=False).tobytes()


def _persistent(network: Network) -> Iterator[np.ndarray]:
    """Persistent states of synapses, such as whether they are pruned, in order of their names."""
    states = {} if network.experience is None else network.experience.persistent
    for name in sorted(states):
        yield from (states[name][state] for state in sorted(states[name]))
