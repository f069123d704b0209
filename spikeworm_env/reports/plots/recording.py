"""What was recorded of a brain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from spikeworm_env.plotting import axes
from spikeworm_env.reports.figure_style import colour
from spikeworm_env.reports.figures.activity import BAND_IN, draw_raster
from spikeworm_env.reports.recording_tables import Recorded, recorded
from spikeworm_env.trials.activity import Spikes
from spikeworm_env.world.scale import TICKS_PER_S

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spikeworm_env.engine.recorder import Recorder
    from spikeworm_env.trials.brain_recording import BrainRecording

MOST_LINES = 8  # from more rows on, an image


def plot_recording(
    recording: BrainRecording | Recorder, ax: Axes | None = None, of: str | None = None
) -> Axes:
    """What the recording's ``plot`` draws."""
    found = recorded(recording)
    content = found.content(of)
    if content == "spikes":
        return _raster(found, ax)
    ax = axes(ax, size=(9.0, 4.5))
    times, ids, rows = found.voltages if content == "voltages" else found.weights
    names = _neuron_names(found, ids) if content == "voltages" else _synapse_names(found, ids)
    label = "membrane potential, mV" if content == "voltages" else "weight"
    owners = "neurons" if content == "voltages" else "synapses"
    seconds = times / TICKS_PER_S if found.clock == "tick" else times
    ax.set_xlabel("time, s")
    if len(ids) > MOST_LINES:
        _image(ax, seconds, rows, label)
        ax.set_ylabel(owners)
        some = np.unique(np.linspace(0, len(ids) - 1, MOST_LINES).astype(int))
        ax.set_yticks(some, [names[k] for k in some], fontsize=8)
    else:
        for k, name in enumerate(names):
            ax.plot(seconds, rows[:, k], color=colour(k), linewidth=0.9, label=name)
        ax.set_ylabel(label)
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(f"{found.name}: {content} of {len(ids)} {owners}")
    return ax


def _raster(found: Recorded, ax: Axes | None) -> Axes:
    assert found.spikes is not None
    times, neurons = found.spikes
    ticks = times if found.clock == "tick" else np.rint(times * TICKS_PER_S).astype(np.int64)
    end = found.seconds if found.seconds is not None else (int(ticks.max(initial=0)) + 1) / TICKS_PER_S
    if found.compiled is None:
        ax = axes(ax)
        ax.plot(ticks / TICKS_PER_S, neurons, ls="", marker="|", ms=4, color=colour(0))
        ax.set_ylim(found.network.n_neurons - 0.5, -0.5)
        ax.set_xlabel("time, s")
        ax.set_ylabel("neuron")
        ax.set_title(f"{found.name}: {neurons.size} spikes")
    else:
        ax = axes(ax, size=(9.0, max(4.5, 1.3 + BAND_IN * len(found.compiled.components))))
        draw_raster(ax, found.compiled, Spikes(ticks, neurons, end))
    ax.set_xlim(0.0 if found.clock == "time_s" else int(ticks.min(initial=0)) / TICKS_PER_S, end)
    return ax


def _image(ax: Axes, seconds: np.ndarray, rows: np.ndarray, label: str) -> None:
    edges = (seconds[0], seconds[-1]) if len(seconds) > 1 else (0.0, 1.0)
    extent = (float(edges[0]), float(edges[1]), rows.shape[1] - 0.5, -0.5)
    low, high = np.percentile(rows, (1, 99)) if rows.size else (0.0, 1.0)
    image = ax.imshow(rows.T, aspect="auto", extent=extent, vmin=low, vmax=high, interpolation="nearest")
    ax.figure.colorbar(image, ax=ax, label=label, extend="both")


def _neuron_names(found: Recorded, neurons: np.ndarray) -> list[str]:
    if found.compiled is None:
        return [str(neuron) for neuron in neurons]
    names = found.neuron_names(neurons)
    return [
        f"{component}.{label} ({neuron})"
        for component, label, neuron in zip(names["component"], names["label"], neurons, strict=True)
    ]


def _synapse_names(found: Recorded, synapses: np.ndarray) -> list[str]:
    source = _neuron_names(found, found.network.source[synapses])
    target = _neuron_names(found, found.network.target[synapses])
    return [f"{a} → {b}" for a, b in zip(source, target, strict=True)]
