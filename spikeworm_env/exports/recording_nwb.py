"""Recordings in Neurodata Without Borders (NWB 2, Rübel et al. 2022), which pynwb and Neo read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.anatomy import N_SEGMENTS
from spikeworm_env.exports._columns import neuron_columns
from spikeworm_env.exports._export import Content, Export
from spikeworm_env.files import replacing
from spikeworm_env.trials.recording import Recording
from spikeworm_env.trials.result import INDICES
from spikeworm_env.world.scale import TICK_S

if TYPE_CHECKING:
    from hdmf.backends.hdf5.h5_utils import H5DataIO
    from pynwb import NWBFile, ProcessingModule
    from pynwb.misc import Units

LENGTH = "body length"
CHUNK = 2**15  # spike times that are compressed together, so that one train is read without all others


def write_nwb(recording: Recording, path: Path) -> None:
    """One session: a unit a neuron, one trial, and the worm's behaviour.

    Raises:
        InputError: it cannot be written there.
    """
    from pynwb import NWBHDF5IO

    with replacing(path) as passing, NWBHDF5IO(str(passing), "w") as io:
        io.write(_session(recording))


def _session(recording: Recording) -> NWBFile:
    from pynwb import NWBFile
    from pynwb.file import Subject

    about = recording.about()
    what_matters = json.dumps({**about, "command": None})
    session = NWBFile(
        session_description=f"A simulated trial of {recording.result.agent}, a brain in a worm's body",
        identifier=hashlib.sha256(what_matters.encode()).hexdigest(),  # the same trial, the same name
        session_start_time=recording.session_start,
        session_id=recording.name,
        experiment_description="Chemotaxis in an arena with Gaussian odour gradients; all values simulated",
        notes=json.dumps(about),
        subject=Subject(
            subject_id=f"{recording.compiled.meta.recipe_name}-s{recording.compiled.meta.seed}",
            description=f"A simulated worm of {N_SEGMENTS} segments",
        ),
    )
    session.units = _units(recording)
    _add_trial(session, recording)
    _add_behaviour(session.create_processing_module("behavior", "The worm in its arena"), recording)
    return session


def _units(recording: Recording) -> Units:
    from hdmf.common import ElementIdentifiers, VectorData, VectorIndex
    from pynwb.misc import Units

    times, ends = recording.spike_trains()
    n = recording.compiled.network.n_neurons
    trains = VectorData(
        name="spike_times",
        description="the beginning of the tick in which it spiked, seconds",
        data=_compressed(times),
    )
    recording_agent = VectorData(
        name="obs_intervals",
        description="from when to when it was recording_agent, seconds",
        data=np.tile([0.0, recording.spikes.seconds], (n, 1)),
    )
    columns = [
        VectorIndex(name="spike_times_index", data=ends, target=trains),
        trains,
        VectorIndex(name="obs_intervals_index", data=np.arange(1, n + 1), target=recording_agent),
        recording_agent,
        *(
            VectorData(
                name=name, description=what, data=values.tolist() if values.dtype.kind == "U" else values
            )
            for name, (what, values) in neuron_columns(recording.compiled).items()
        ),
    ]
    return Units(
        name="units",
        description="A unit a neuron; its id is the neuron's",
        resolution=TICK_S,
        id=ElementIdentifiers(name="id", data=np.arange(n)),
        columns=columns,
    )


def _compressed(times: NDArray[np.float64]) -> H5DataIO | NDArray[np.float64]:
    from hdmf.backends.hdf5.h5_utils import H5DataIO

    if times.size == 0:  # HDF5 has no chunks of nothing
        return times
    return H5DataIO(times, compression="gzip", shuffle=True, chunks=(min(CHUNK, times.size),))


def _add_trial(session: NWBFile, recording: Recording) -> None:
    result = recording.result
    figures = {
        "trial": ("the trial's name", result.trial),
        "seed": ("the trial seed", result.seed),
        **{name: ("chemotaxis index over all ticks", getattr(result, name)) for name in INDICES},
        "success": ("whether the head came to a food", result.success),
        "start_distance": (
            "from the head to the nearest food at the start, body lengths",
            result.start_distance,
        ),
        "min_distance": ("least distance of the head from a food, body lengths", result.min_distance),
    }
    for name, (what, _) in figures.items():
        session.add_trial_column(name, what)
    values = {name: value for name, (_, value) in figures.items()}
    session.add_trial(start_time=0.0, stop_time=result.seconds, **values)


def _add_behaviour(module: ProcessingModule, recording: Recording) -> None:
    from pynwb import TimeSeries
    from pynwb.behavior import BehavioralTimeSeries, CompassDirection, Position, SpatialSeries

    signals, times = recording.behaviour, recording.behaviour["time_s"]
    head = SpatialSeries(
        name="head",
        description="where the tip of the head is",
        data=np.column_stack([signals["x"], signals["y"]]),
        timestamps=times,
        unit=LENGTH,
        reference_frame="x and y from the centre of the arena",
    )
    heading = SpatialSeries(
        name="heading",
        description="which way the head points",
        data=signals["heading_rad"],
        timestamps=head,
        unit="radians",
        reference_frame="0 along x, counterclockwise",
    )
    series = [
        TimeSeries(name=name, description=what, data=signals[name], timestamps=head, unit=unit)
        for name, what, unit in (
            ("concentration", "of food at the head; a food's own peak is in the notes", "a.u."),
            ("distance", "from the head to the nearest food", LENGTH),
            *((name, "chemotaxis index so far; its last value is the trial's", "1") for name in INDICES),
        )
    ]
    module.add(Position(spatial_series=head))
    module.add(CompassDirection(spatial_series=heading))
    module.add(BehavioralTimeSeries(time_series=series))


EXPORT = Export(
    content=Content.RECORDING,
    suffix=".nwb",
    about="Neurodata Without Borders 2: units, one trial, behaviour",
    write=write_nwb,
    library="pynwb",
    extra="neuro",
)
