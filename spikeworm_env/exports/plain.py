"""Recordings without any library: NumPy's ``.npz``, and ``.csv`` of spikes alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from spikeworm_env.exports.columns import neuron_columns
from spikeworm_env.files import replacing
from spikeworm_env.trials.recording import Recording

ROWS = 100_000  # of a table that are written at a time


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


def write_spike_table(recording: Recording, path: Path) -> None:
    """A row a spike, in order of time: ``times_s,neuron``.

    Raises:
        InputError: it cannot be written there.
    """
    times, neurons = recording.spikes.times_s, recording.spikes.neurons
    with replacing(path) as passing, passing.open("w", encoding="utf-8", newline="") as file:
        file.write("times_s,neuron\n")
        for start in range(0, times.size, ROWS):
            part = slice(start, start + ROWS)
            pairs = zip(times[part].tolist(), neurons[part].tolist(), strict=True)
            file.writelines(f"{time},{neuron}\n" for time, neuron in pairs)
