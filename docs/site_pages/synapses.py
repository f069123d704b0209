"""The page of neuron and synapse types: the docstring of each file and a plot of a measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from site_pages.folder import Folder
from site_pages.markdown import plot
from site_pages.small_network import SmallNetwork, traces
from site_pages.synapse_plots import plot_of
from spikeworm_env.engine.neurons import NEURON_TYPES
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, SynapseType
from spikeworm_env.reports.figure_style import colour, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEP, STEP_FROM, STEP_TO, TICKS = 10.0, 100, 600, 800

INTRODUCTION = """\
# Neuron and synapse types in pictures

*Reference: the rule of every synapse type, with a measurement.*

Every rule below is the docstring of the file that computes it, and every picture was measured with the
engine when this page was built. [The engine](../engine.md) describes the order of operations in a tick and
lists all parameters.

## Neurons

All neurons obey [one equation](../engine.md#the-neuron); the types differ in its four constants. Each neuron
gets the same current of 10 from 100 to 600 ms.

```{image} neurons.png
:class: plot
:alt: Membrane potential of each neuron type under a step of current
```

"""

SECTION = """\
## {name}

{doc}

{plot}
"""


def write(folder: Folder) -> None:
    """``synapses.md`` and its pictures."""
    folder.figure("neurons.png", neuron_figure())
    page = INTRODUCTION
    for name, synapse_type in SYNAPSE_TYPES.items():
        picture, caption = plot_of(synapse_type)
        folder.figure(f"{name}.png", picture)
        page += SECTION.format(name=name, doc=_doc(synapse_type), plot=plot(f"{name}.png", caption))
    folder.text("synapses.md", page)


def _doc(synapse_type: SynapseType) -> str:
    """The docstring of its file without the leading name."""
    text = synapse_type.doc.removeprefix(f"{synapse_type.name}: ")
    return text[0].upper() + text[1:]


def neuron_figure() -> Figure:
    """The membrane of every neuron type under one step of current."""
    names = list(NEURON_TYPES)
    currents = np.zeros((TICKS, len(names)))
    currents[STEP_FROM:STEP_TO] = STEP
    voltages = traces(SmallNetwork("fixed", [], 0.0, neurons=names).run(currents))
    figure = new_figure(7.2, 1.1 * len(names))
    rows = figure.subplots(len(names), 1, sharex=True, sharey=True)
    for index, (axes, name) in enumerate(zip(rows, names, strict=True)):
        axes.plot(voltages[:, index], color=colour(index), lw=0.9)
        axes.set_ylabel(name, rotation=0, ha="right", va="center", weight="bold")
        axes.spines[["top", "right"]].set_visible(False)
        axes.axvspan(STEP_FROM, STEP_TO, color="0.94", zorder=0)
    rows[-1].set_xlabel("ms; membrane potential in mV")
    return figure
