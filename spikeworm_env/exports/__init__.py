"""What leaves in the field's formats: recordings of spikes, and networks. A file a format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.exports.edges import write_edge_table
from spikeworm_env.exports.formats import Format, format_of
from spikeworm_env.exports.nwb import write_nwb
from spikeworm_env.exports.plain import write_npz, write_spike_table
from spikeworm_env.exports.sonata import COMPANIONS, write_sonata
from spikeworm_env.trials.recording import Recording, SpikeRecorder, record_trial

__all__ = [
    "NETWORKS",
    "RECORDINGS",
    "Recording",
    "SpikeRecorder",
    "format_of",
    "record_trial",
    "write_network",
    "write_recording",
]

RECORDINGS: Mapping[str, Format[Recording]] = MappingProxyType(
    {
        ".nwb": Format(write_nwb, needs="pynwb"),
        ".npz": Format(write_npz),
        ".csv": Format(write_spike_table),
    }
)
"""What a recording can be written to, by the ending of the file's name."""

NETWORKS: Mapping[str, Format[CompiledBrain]] = MappingProxyType(
    {
        ".csv": Format(write_edge_table),
        ".h5": Format(write_sonata, needs="h5py", companions=COMPANIONS),
    }
)
"""What a network can be written to."""


def write_recording(recording: Recording, path: Path) -> list[Path]:
    """Write a recording as the ending of the name says; the files written.

    Raises:
        InputError: an unknown ending, a missing library, or a file that cannot be written.
    """
    return _write(recording, path, RECORDINGS)


def write_network(compiled: CompiledBrain, path: Path) -> list[Path]:
    """Write the network of a brain as the ending of the name says; the files written, ``path`` first.

    Raises:
        InputError: as `write_recording`.
    """
    return _write(compiled, path, NETWORKS)


def _write(content: object, path: Path, formats: Mapping[str, Format]) -> list[Path]:
    found = format_of(path, formats)
    found.write(content, path)
    return found.files(path)
