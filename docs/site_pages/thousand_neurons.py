"""The page of the network of Izhikevich 2003: measured and drawn by the example when the site is built."""

from __future__ import annotations

from examples.thousand_neurons import GAMMA, NETWORKS, draw, measure, run, sentence
from site_pages.folder import Folder
from site_pages.markdown import plot

PAGE = """\
# A thousand neurons

*Explanation: a network that is built by hand, without recipe and compiler, and the rhythm of its spikes.*

This is the network of Izhikevich 2003 (IEEE Trans. Neural Networks 14:1569) with the neuron model
[`izhikevich_2003`](../engine.md#neuron-models): 800 excitatory and 200 inhibitory neurons, each with its own
parameters, all connected to all with a delay of 1 ms. As if from the thalamus, each neuron gets a normal
random current in every ms, with standard deviation 5 for excitatory and 2 for inhibitory neurons. With the
same random numbers, the first 500 ms have the spikes of the paper's program `net.m`; later, rounding
separates the two.

{sentence}

These are means over {networks} networks, each run for 1,000 ms. The paper speaks of an alpha rhythm of about
10 Hz and a gamma rhythm of about 40 Hz.

{plot}

The neurons and synapses of the network:

```{{literalinclude}} ../examples/thousand_neurons.py
:pyobject: build
```

`python docs/examples/thousand_neurons.py` prints these figures and draws the picture.
"""
CAPTION = (
    "Spikes and population rate of one network, and the mean spectrum of all; the grey band is gamma, "
    f"{GAMMA[0]} to {GAMMA[1]} Hz."
)


def write(folder: Folder) -> None:
    """``thousand_neurons.md`` and its picture."""
    runs = [run(seed) for seed in range(NETWORKS)]
    rhythm = measure(runs)
    folder.figure("thousand_neurons.png", draw(runs[0], rhythm))
    folder.text(
        "thousand_neurons.md",
        PAGE.format(sentence=sentence(rhythm), networks=NETWORKS, plot=plot("thousand_neurons.png", CAPTION)),
    )
