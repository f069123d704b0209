"""Recordings as a NumPy archive, which needs no other library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from spikeworm_env.exports._columns import neuron_columns
from spikeworm_env.exports._export import Content, Export
from spikeworm_env.files import replacing
from spikeworm_env.trials.recording import Recording


def write_npz(recording: Recording, path: Path) -> None:
    """Spikes in order of time, the columns of neurons, behaviour, and ``about`` as JSON; no pickles.

    Raises:
        InputError: it cannot be written there.
    """
    spikes = recording.spikes
    arrays: dict[str, Any] = {
        "times_s": spikes.times_s,
        "neuron": spikes.neurons,
        "about": np.array(json.dumps(recording.about())),
        **{f"neuron_{name}": values for name, (_, values) in neuron_columns(recording.compiled).items()},
        **{f"behaviour_{name}": values for name, values in recording.behaviour.items()},
    }
    with replacing(path) as passing:
        np.savez_compressed(passing, **arrays)


EXPORT = Export(
    content=Content.RECORDING,
    suffix=".npz",
    about="NumPy archive: spikes, columns of neurons, behaviour, provenance",
    write=write_npz,
)
