"""What was recorded of a brain during a trial: spikes, membrane potentials and weights, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.sources import spiking_agent_in
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.checks import list_of
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.conveniences import convenience
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.errors import InputError, shown
from spikeworm_env.world.scale import TICKS_PER_S

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from neo import Segment
    from pandas import DataFrame

SPIKES, VOLTAGES, WEIGHTS = "spikes", "v", "w"
EXPECTED = "'spikes', 'v:NEURONS' or 'w:SYNAPSES', such as 'v:head' or 'w:klinotaxis -> head'"

Times = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BrainRecording:
    """What was recorded of a brain, in seconds since the start of the trial.

    Attributes:
        compiled: the brain, whose names are looked up.
        record: what was asked for.
        first_tick: the brain's tick at the start.
        ticks: how many were recorded; the brain completes its last step, perhaps after the trial's end.
        spike_ticks, spike_neurons: (k,) every spike.
        voltage_neurons: (n,) the neurons whose membrane potential was recorded.
        voltage_ticks, voltage_rows: (k,) and (k, n) mV.
        weight_synapses: (m,) the synapses whose weight was recorded.
        weight_ticks, weight_rows: (k,) and (k, m).
    """

    compiled: CompiledBrain
    record: tuple[str, ...]
    first_tick: int
    ticks: int
    spike_ticks: Ids
    spike_neurons: Ids
    voltage_neurons: Ids
    voltage_ticks: Ids
    voltage_rows: NDArray[np.float64]
    weight_synapses: Ids
    weight_ticks: Ids
    weight_rows: NDArray[np.float64]

    def spikes(self, neurons: Any = None) -> tuple[Times, Ids]:
        """(k,) times in seconds and (k,) neuron ids, of a pattern of names or of all neurons.

        Raises:
            InputError: no neuron has such a name, or spikes were not recorded.
        """
        if SPIKES not in self.record:
            raise InputError("spikes are not recorded; name them in record=[...]")
        times = self._seconds(self.spike_ticks)
        if neurons is None:
            return times, self.spike_neurons
        wanted = np.isin(self.spike_neurons, self.compiled.ids(neurons))
        return times[wanted], self.spike_neurons[wanted]

    def voltages(self, neurons: Any = None) -> tuple[Times, NDArray[np.float64]]:
        """(k,) times in seconds and (k, n) membrane potentials in mV, neurons ascending.

        Raises:
            InputError: no neuron has such a name, or one of them was not recorded.
        """
        wanted = self.voltage_neurons if neurons is None else self.compiled.ids(neurons)
        columns = _columns("voltages", neurons, wanted, self.voltage_neurons)
        return self._seconds(self.voltage_ticks), self.voltage_rows[:, columns]

    def weights(self, synapses: Any = None) -> tuple[Times, NDArray[np.float64]]:
        """(k,) times in seconds and (k, m) weights, synapses ascending.

        Raises:
            InputError: there are no such synapses, or one of them was not recorded.
        """
        wanted = self.weight_synapses if synapses is None else self.compiled.synapses(synapses)
        columns = _columns("weights", synapses, wanted, self.weight_synapses)
        return self._seconds(self.weight_ticks), self.weight_rows[:, columns]

    @property
    def seconds(self) -> float:
        """How long was recorded."""
        return self.ticks / TICKS_PER_S

    def to_neo(self, neurons: Any = None) -> Segment:
        """A segment of Neo with the spikes, voltages and weights; see `analysis.neo_segment.neo_segment`.

        Args:
            neurons: a pattern of names, or None for all neurons.
        """
        return convenience("neo_segment")(self, neurons)

    def __repr__(self) -> str:
        return (
            f"<BrainRecording of {self.compiled.meta.recipe_name}: {self.spike_ticks.size} spikes, "
            f"voltages of {self.voltage_neurons.size} neurons, "
            f"weights of {self.weight_synapses.size} synapses>"
        )

    def _repr_html_(self) -> str:
        return convenience("recording_html")(self)

    def to_frame(self, of: str | None = None) -> DataFrame:
        """Spikes, voltages or weights as a pandas frame, a row for each spike or sampled value.

        Args:
            of: one of

                - ``"spikes"``: ``time_s``, ``neuron``, ``component``, ``label``;
                - ``"voltages"``: ``time_s``, ``neuron``, ``component``, ``label``, ``v_mv``;
                - ``"weights"``: ``time_s``, ``synapse``, ``source``, ``target``, ``weight``;
                - None: the first of these that was recorded.

        Raises:
            InputError: it was not recorded, or pandas is not installed.
        """
        return convenience("recording_frame")(self, of)

    def to_json(self) -> dict[str, Any]:
        """What was recorded, and how much, as JSON types; the samples are in frames and exports."""
        return convenience("recording_json")(self)

    def plot(self, ax: Axes | None = None, of: str | None = None) -> Axes:
        """A raster of the spikes, or voltages or weights over time: lines, or an image if there are many.

        Args:
            ax: axes of matplotlib to draw on; those of a new figure if None.
            of: ``"spikes"``, ``"voltages"`` or ``"weights"``; None: the first of these that was recorded.

        Raises:
            InputError: it was not recorded, or matplotlib is not installed.
        """
        return convenience("plot_recording")(self, ax, of)

    def _seconds(self, ticks: Ids) -> Times:
        return (ticks - self.first_tick) / TICKS_PER_S


def _columns(what: str, pattern: object, wanted: Ids, recorded: Ids) -> Ids:
    if not np.isin(wanted, recorded).all():
        raise InputError(f"{what} of {shown(pattern)} are not recorded; name them in record=[...]")
    return np.searchsorted(recorded, wanted)


def check_record(record: object) -> tuple[str, ...]:
    """What to record, as a tuple of texts.

    Raises:
        InputError: one of them is none.
    """
    listed = tuple(list_of("record", record, str, f"a list of {EXPECTED}"))
    for each in listed:
        kind, colon, pattern = each.partition(":")
        if each != SPIKES and not (kind in (VOLTAGES, WEIGHTS) and colon and pattern.strip()):
            raise InputError(f"record: {shown(each)} is unknown; expected {EXPECTED}")
    return listed


class BrainRecorder:
    """Records an agent's brain from now on, beside whatever listens to it already.

    Args:
        agent: the agent, after its reset.
        record: see `check_record`.

    Raises:
        InputError: no neuron or synapse has such a name.
    """

    def __init__(self, agent: SpikingAgent, record: Sequence[str]) -> None:
        names, self._brain, self._record = agent.compiled.names, agent.brain, tuple(record)
        self._compiled, self._first = agent.compiled, agent.brain.ticks
        self._neurons = _union(names.ids, record, VOLTAGES)
        self._synapses = _union(names.synapses, record, WEIGHTS)
        most = np.iinfo(np.int64).max
        self._recorder = Recorder(
            agent.brain,
            voltages=self._neurons.tolist(),
            weights=self._synapses.tolist(),
            max_spikes=most if SPIKES in record else 1,
            max_samples=most,
        )
        self._before = agent.brain.on_tick
        agent.brain.on_tick = self._observe

    def _observe(self, fired: Ids) -> None:
        self._recorder.observe(fired)
        if self._before is not None:
            self._before(fired)

    def stop(self) -> None:
        """Record no more."""
        self._brain.on_tick = self._before

    def recording(self) -> BrainRecording:
        """What was recorded so far."""
        recorder, nothing = self._recorder, np.empty(0, dtype=np.int64)
        spikes = recorder.spikes if SPIKES in self._record else (nothing, nothing)
        return BrainRecording(
            self._compiled,
            self._record,
            self._first,
            self._brain.ticks - self._first,
            *spikes,
            self._neurons,
            *recorder.voltages,
            self._synapses,
            *recorder.weights,
        )


def _union(find: Callable[[str], Ids], record: Sequence[str], kind: str) -> Ids:
    found = [find(each.partition(":")[2].strip()) for each in record if each.startswith(f"{kind}:")]
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)


def brain_of(agent: Any) -> SpikingAgent:
    """The spiking agent that an agent is, or that a control or recording of one holds.

    Raises:
        InputError: there is no brain.
    """
    held = spiking_agent_in(agent)
    if held is None:
        raise InputError(f"record needs a brain; expected an agent with one, and {agent.name} has none")
    return held
