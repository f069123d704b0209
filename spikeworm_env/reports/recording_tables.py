"""Recordings of a brain, of a trial or by a `Recorder`, as pandas frames, JSON and tables for notebooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import known_name
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.engine.network import Network
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.errors import InputError
from spikeworm_env.frames import frame, html_table
from spikeworm_env.trials.brain_recording import SPIKES, BrainRecording

if TYPE_CHECKING:
    from pandas import DataFrame

Ids = NDArray[np.int64]

CONTENTS = ("spikes", "voltages", "weights")


@dataclass(frozen=True, eq=False)
class Recorded:
    """What a recording has, whoever made it.

    Attributes:
        network: of the brain.
        compiled: the brain, whose names are used; None if it has no names.
        clock: ``"time_s"``, seconds since the start of the trial, or ``"tick"`` of the brain.
        spikes: (k,) times and (k,) neurons; None if they were not recorded.
        voltages, weights: (k,) times, (n,) neurons or synapses, and (k, n) values.
        seconds: how long was recorded; None if unknown.
    """

    network: Network
    compiled: CompiledBrain | None
    clock: str
    spikes: tuple[NDArray, Ids] | None
    voltages: tuple[NDArray, Ids, NDArray[np.float64]]
    weights: tuple[NDArray, Ids, NDArray[np.float64]]
    seconds: float | None

    @property
    def name(self) -> str:
        """The recipe's name, or ``network``."""
        return "network" if self.compiled is None else self.compiled.meta.recipe_name

    @property
    def contents(self) -> tuple[str, ...]:
        """What was recorded, of `CONTENTS`."""
        there = (self.spikes is not None, self.voltages[1].size > 0, self.weights[1].size > 0)
        return tuple(name for name, known in zip(CONTENTS, there, strict=True) if known)

    def content(self, of: str | None) -> str:
        """The content of this name, or the first for None.

        Raises:
            InputError: it was not recorded.
        """
        if of is None:
            return self.contents[0]
        if known_name("content", of, CONTENTS) not in self.contents:
            raise InputError(f"{of} are not recorded; there are {' and '.join(self.contents)}")
        return of

    def neuron_names(self, neurons: Ids) -> dict[str, NDArray]:
        """Columns with the component and label of each neuron; none without names."""
        if self.compiled is None:
            return {}
        parts = np.array([part.name for part in self.compiled.components], dtype=object)
        return {"component": parts[self.compiled.component[neurons]], "label": self.compiled.label[neurons]}

    def spikes_by_component(self) -> dict[str, int]:
        """Component → number of its spikes; empty without names or spikes."""
        if self.compiled is None or self.spikes is None:
            return {}
        parts = self.compiled.components
        counts = np.bincount(self.compiled.component[self.spikes[1]], minlength=len(parts))
        return {part.name: int(count) for part, count in zip(parts, counts, strict=True)}


def recorded(recording: BrainRecording | Recorder) -> Recorded:
    """What a recording has."""
    if isinstance(recording, Recorder):
        brain, (ticks, rows), (weight_ticks, weights) = recording.brain, recording.voltages, recording.weights
        named = getattr(brain, "compiled", None)
        return Recorded(
            brain.network,
            named if isinstance(named, CompiledBrain) else None,
            "tick",
            recording.spikes,
            (ticks, recording.neurons, rows),
            (weight_ticks, recording.synapses, weights),
            None,
        )
    times, voltages = recording.voltages()
    weight_times, weights = recording.weights()
    return Recorded(
        recording.compiled.network,
        recording.compiled,
        "time_s",
        recording.spikes() if SPIKES in recording.record else None,
        (times, recording.voltage_neurons, voltages),
        (weight_times, recording.weight_synapses, weights),
        recording.seconds,
    )


def recording_frame(recording: BrainRecording | Recorder, of: str | None) -> DataFrame:
    """What the recording's ``to_frame`` returns."""
    found = recorded(recording)
    content = found.content(of)
    if content == "spikes":
        assert found.spikes is not None
        times, neurons = found.spikes
        return frame({found.clock: times, "neuron": neurons, **found.neuron_names(neurons)})
    times, ids, rows = found.voltages if content == "voltages" else found.weights
    each, clock = np.tile(ids, len(times)), {found.clock: np.repeat(times, len(ids))}
    if content == "voltages":
        return frame({**clock, "neuron": each, **found.neuron_names(each), "v_mv": rows.ravel()})
    network = found.network
    ends = {"source": network.source[each], "target": network.target[each]}
    return frame({**clock, "synapse": each, **ends, "weight": rows.ravel()})


def recording_json(recording: BrainRecording | Recorder) -> dict[str, Any]:
    """What the recording's ``to_json`` returns."""
    found = recorded(recording)
    own: dict[str, Any] = (
        {"dropped_spikes": recording.dropped_spikes}
        if isinstance(recording, Recorder)
        else {"record": list(recording.record), "seconds": recording.seconds}
    )
    return {
        "brain": found.name,
        **own,
        "spikes": None if found.spikes is None else int(found.spikes[1].size),
        "spikes_by_component": found.spikes_by_component(),
        "voltages": {"neurons": found.voltages[1].tolist(), "samples": len(found.voltages[0])},
        "weights": {"synapses": found.weights[1].tolist(), "samples": len(found.weights[0])},
    }


def recording_html(recording: BrainRecording | Recorder) -> str:
    """A row for each component."""
    found = recorded(recording)
    parts = found.compiled.components if found.compiled is not None else ()
    sizes = {part.name: part.count * part.size for part in parts}
    rows = [
        [name, sizes[name], spikes, *([spikes / sizes[name] / found.seconds] if found.seconds else [])]
        for name, spikes in found.spikes_by_component().items()
    ]
    header = ("component", "neurons", "spikes", *(["mean rate, Hz"] if found.seconds else []))
    return html_table(repr(recording)[1:-1], header, rows)
