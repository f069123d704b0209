"""The spikes of a recording as a table."""

from __future__ import annotations

from pathlib import Path

from spikeworm_env.exports._export import Content, Export
from spikeworm_env.files import replacing
from spikeworm_env.trials.recording import Recording

ROWS = 100_000  # of a table that are written at a time


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


EXPORT = Export(
    content=Content.RECORDING,
    suffix=".csv",
    about="table of spikes: time and neuron",
    write=write_spike_table,
)
