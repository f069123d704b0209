"""The arrays of a network in the form that the kernels take: all of them behind one handle.

A call unboxes one pointer (0.6 µs) instead of sixty arrays (7 µs), and each loop reads only the arrays that
it uses.
"""

# mypy: disable-error-code="name-defined"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.kernels.function_handles import disowned, handle_type

SHORT = 16  # delays below this many ticks go through the ring, longer ones through the delay queue
WINDOW = 50  # ticks; the activity of a modulator group is a count over this window
NOISE_TICKS = 64  # ticks of noise drawn in one block
NOISE_MEAN = (2**16 - 1) / 2.0  # of the raw noise, 16 random bits
NOISE_SD = np.sqrt((2**32 - 1) / 12.0)
WORD = 8  # spike flags tested at once
STIMULUS_TICKS = 1024  # ticks of stimuli prepared in one block


class Neurons(NamedTuple):
    """What neurons of all models have, (n,) each."""

    v: NDArray
    background: NDArray
    drive: NDArray  # background + external current, constant throughout a call
    above: NDArray  # (n, rounded up to whole words) 1 where v has reached the threshold, else 0
    fired: NDArray  # neuron ids; the first k entries are those that fired in this tick
    spike_count: NDArray  # spikes since the call began


class ModelNeurons(NamedTuple):
    """The k neurons of one model, ordered by id: one array for each state and parameter."""

    runs: NDArray  # (r, 3) unsigned first, end, gap: neurons first … end − 1 have the values at id − gap
    place: NDArray  # (n,) index of each neuron in the arrays below; −1: of another model
    state: tuple  # one (k,) array per state of the model except v
    parameters: tuple  # one (k,) array per parameter


class Noise(NamedTuple):
    """Uniform noise current of the q neurons whose noise is not 0."""

    runs: NDArray  # (r, 3) first, end, gap: neurons first … end − 1 have the values at id − gap
    step: NDArray  # (q,) standard deviation / standard deviation of the raw noise
    raw: NDArray  # (NOISE_TICKS, q) integers, uniform on 0 … 65535
    start: NDArray  # (1,) tick of the first row


class InterventionArrays(NamedTuple):
    """What is done to neurons from outside; all arrays are empty where nothing is."""

    stimulated: NDArray  # (e,) neuron ids, one entry per stimulus and neuron, in the order of the stimuli
    column: NDArray  # (e,) index of the entry's column of currents
    currents: NDArray  # (STIMULUS_TICKS, c) of the ticks from start; (1, c) if all are constant
    start: NDArray  # (1,) tick of the first row
    silenced: NDArray  # (n,) 1 where a neuron is silenced, else 0; (0,) if none is
    clamped: NDArray  # (h,) ids of the neurons whose membrane potential is held


class DelayQueue(NamedTuple):
    """Spikes in flight with a long delay: one linked list per due tick, in a common pool of entries."""

    head: NDArray  # (longest delay + 1,) newest entry due, row = due tick mod its size; −1: none
    next_index: NDArray  # (capacity,) the next older entry, or the next free one; −1: none
    target: NDArray  # (capacity,) neuron ids
    value: NDArray  # (capacity,) currents
    free: NDArray  # (2,) first free entry and number of free entries


class Modulators(NamedTuple):
    """Activity of the g modulator groups."""

    first: NDArray  # (n + 1,) neuron i belongs to the groups group[first[i] : first[i + 1]]
    group: NDArray
    size: NDArray  # (g,) neurons per group
    history: NDArray  # (WINDOW, g) spikes, row = tick mod WINDOW
    in_window: NDArray  # (g,) sum of the rows
    activity: NDArray  # (g,) spikes per neuron in the window


class SynapseArrays(NamedTuple):
    """All k synapses of one event-driven type, ordered by source."""

    first: NDArray  # (n + 1,) the outgoing synapses of neuron i are syn[first[i] : first[i + 1]]
    syn: NDArray  # (k,) records of `synapse_dtype`
    params: NDArray  # parameter records, one per synapse class
    in_first: NDArray  # (n + 1,) the incoming synapses of i are syn[in_syn[in_first[i] : in_first[i + 1]]]
    in_syn: NDArray  # (k,) indices into syn, ordered by target
    gain: NDArray  # (1,) factor of the currents that the synapses deliver; 1 without a drug


class ContinuousArrays(NamedTuple):
    """All k synapses of one continuous type, ordered by source."""

    source: NDArray  # (k,) neuron ids
    target: NDArray  # (k,) neuron ids
    w: NDArray  # (k,) weights; 0 where a silenced neuron closes the synapse
    row: NDArray  # (k,) indices into params
    params: NDArray  # parameter records, one per synapse class
    gain: NDArray  # (1,) as of `SynapseArrays`


class Loops(NamedTuple):
    """The loops of a tick over the parts of a network: (k, 2), the address of a kernel and of its handle.

    In order of the names of the models or types; only those of which the network has neurons or synapses.
    """

    conduct: NDArray
    step: NDArray
    hold: NDArray
    reset: NDArray
    deliver: NDArray
    learn: NDArray
    scheduled: NDArray


class Net(NamedTuple):
    """The arrays of a network that are there whatever its models and types are."""

    neurons: Neurons
    noise: Noise
    interventions: InterventionArrays
    ring: NDArray  # (SHORT, n) currents in flight with a short delay, row = due tick mod SHORT
    delay_queue: DelayQueue
    modulators: Modulators
    active_synapses: NDArray  # scratch: the synapses of the neurons that fired, one type at a time
    random: NDArray  # (1,) state of the random stream of synapse rules
    plasticity: NDArray  # (1,) 1 while the brain learns, else 0


SURROUNDINGS = (
    "activity",
    "plasticity",
    "v",
    "random",
)  # arrays that synapse rules can read, see `tick.Context`

NeuronsType, neurons_handle = handle_type("NeuronsType", Neurons._fields, __name__)
ModelNeuronsType, model_neurons_handle = handle_type("ModelNeuronsType", ModelNeurons._fields, __name__)
NoiseType, noise_handle = handle_type("NoiseType", Noise._fields, __name__)
InterventionArraysType, intervention_arrays_handle = handle_type(
    "InterventionArraysType", InterventionArrays._fields, __name__
)
DelayQueueType, delay_queue_handle = handle_type("DelayQueueType", DelayQueue._fields, __name__)
ModulatorsType, modulators_handle = handle_type("ModulatorsType", Modulators._fields, __name__)
SynapseArraysType, synapse_arrays_handle = handle_type("SynapseArraysType", SynapseArrays._fields, __name__)
ContinuousArraysType, continuous_arrays_handle = handle_type(
    "ContinuousArraysType", ContinuousArrays._fields, __name__
)
SurroundingsType, surroundings_handle = handle_type("SurroundingsType", SURROUNDINGS, __name__)
LoopsType, loops_handle = handle_type("LoopsType", Loops._fields, __name__)
NetType, net_handle = handle_type("NetType", (*Net._fields, "surroundings", "loops"), __name__)


def handle(net, loops):
    """All arrays of ``net`` behind one pointer; ``NetworkArrays`` owns them and must outlive the handle."""
    neurons, noise, interventions, ring, delay_queue, modulators, active_synapses, random, plasticity = net
    return net_handle(
        neurons_handle(*disowned(neurons)),
        noise_handle(*disowned(noise)),
        intervention_arrays_handle(*disowned(interventions)),
        disowned(ring),
        delay_queue_handle(*disowned(delay_queue)),
        modulators_handle(*disowned(modulators)),
        disowned(active_synapses),
        disowned(random),
        disowned(plasticity),
        surroundings_handle(
            disowned(modulators.activity), disowned(plasticity), disowned(neurons.v), disowned(random)
        ),
        loops_handle(*disowned(loops)),
    )


def part_handle(part):
    """The arrays of one model or type behind a pointer; ``make`` is bound to the constructor of its kind."""
    return make(*disowned(part))  # noqa: F821
