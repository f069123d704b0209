"""The page of neuron and synapse types: the docstring of each file and a plot of a measurement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from site_pages.folder import Folder
from site_pages.markdown import plot
from site_pages.small_network import SmallNetwork, traces
from site_pages.synapse_plots import plot_of
from spikeworm_env.engine.neurons import NEURON_MODELS, NEURON_TYPES, NeuronModel
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, SynapseType
from spikeworm_env.reports.figure_style import colour, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEP_FROM, STEP_TO, TICKS = 100, 600, 800
STEP, GRADED_STEP = 10.0, 0.1  # current into neurons that fire, and into those that do not

INTRODUCTION = """\
# Neuron and synapse types in pictures

*Reference: the equations of every neuron model and synapse type, with a measurement.*

Every rule below is the docstring of the file that computes it, and every picture was measured with the
engine when this page was built. [The engine](../engine.md) describes the order of operations in a tick and
lists all parameters.

"""

MODELS = """\
## Neuron models

A neuron type is a set of parameters of one model. In the pictures each neuron gets a constant current from
100 to 600 ms: 10, or 0.1 if its model does not fire.

"""

TYPES = """\
## Synapse types

"""

SECTION = """\
### {name}

{doc}

{plot}
"""


def write(folder: Folder) -> None:
    """``synapses.md`` and its pictures."""
    page = INTRODUCTION + MODELS
    voltages = step_responses()
    for name, model in NEURON_MODELS.items():
        folder.figure(f"{name}.png", neuron_figure({each: voltages[each] for each in model.presets}))
        caption = f"Membrane potential of {', '.join(model.presets)} under a step of current."
        page += SECTION.format(name=name, doc=_doc(model), plot=plot(f"{name}.png", caption))
    page += TYPES
    for name, synapse_type in SYNAPSE_TYPES.items():
        picture, caption = plot_of(synapse_type)
        folder.figure(f"{name}.png", picture)
        page += SECTION.format(name=name, doc=_doc(synapse_type), plot=plot(f"{name}.png", caption))
    folder.text("synapses.md", page)


def _doc(part: NeuronModel | SynapseType) -> str:
    """The docstring of its file without the leading name."""
    text = part.doc.removeprefix(f"{part.name}: ")
    return text[0].upper() + text[1:]


def step_responses() -> Mapping[str, NDArray[np.float64]]:
    """(ticks,) membrane potential of every neuron type under one step of current."""
    steps = [STEP if known.model.fires else GRADED_STEP for known in NEURON_TYPES.values()]
    currents = np.zeros((TICKS, len(steps)))
    currents[STEP_FROM:STEP_TO] = steps
    voltages = traces(SmallNetwork("fixed", [], 0.0, neurons=list(NEURON_TYPES)).run(currents))
    return dict(zip(NEURON_TYPES, voltages.T, strict=True))


def neuron_figure(voltages: Mapping[str, NDArray[np.float64]]) -> Figure:
    """Membrane potentials by neuron type, a row each."""
    figure = new_figure(7.2, 0.4 + 1.1 * len(voltages))
    rows = figure.subplots(len(voltages), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for index, (axes, (name, voltage)) in enumerate(zip(rows, voltages.items(), strict=True)):
        axes.plot(voltage, color=colour(index), lw=0.9)
        axes.set_ylabel(name, rotation=0, ha="right", va="center", weight="bold")
        axes.spines[["top", "right"]].set_visible(False)
        axes.axvspan(STEP_FROM, STEP_TO, color="0.94", zorder=0)
    rows[-1].set_xlabel("ms; membrane potential in mV")
    return figure
