"""A network in Brian2: equations and order of events written from ``docs/engine.md``.

A tick of the engine is a time step of 1 ms with Brian2's usual schedule: groups (currents, then neurons),
thresholds, synapses, resets, end (scheduled rules, then the reward). A synapse keeps each current that it
sends until it is due. An arrival in the slot "synapses" acts in the neurons' next step: hence ``delay − 1``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple

import brian2 as b2
import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.network import Network

logging.getLogger("brian2").setLevel(logging.WARNING)  # otherwise all generated code is in each report
WINDOW_TICKS = 50  # of a modulator group's activity
CHOICES = {"prune_reference": ("absolute", "target_max", "chance"), "normalize_over": ("source", "target")}

NEURONS = """
v : 1
u : 1
a : 1 (constant)
b : 1 (constant)
c : 1 (constant)
d : 1 (constant)
v_rest : 1 (constant)
tau : 1 (constant)
leaky : 1 (constant)
background : 1 (constant)
arrived : 1
through_junctions : 1
through_graded : 1
"""
NEURON_STEP = """
current = arrived + through_junctions + through_graded + (background + external(t, i))
half = clip(v + 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current), -100, 35)
whole = clip(half + 0.5 * (0.04 * half**2 + 5 * half + 140 - u + current), -100, 35)
goal = v_rest + tau * current
v = (1 - leaky) * whole + leaky * (goal + (v - goal) * exp(-1 / tau))
u += a * (b * v - u)
arrived = 0
"""
CONTINUOUS = {
    "gap_junction": """
        w : 1 (constant)
        through_junctions_post = w * (v_pre - v_post) : 1 (summed)
        """,
    "graded_synapse": """
        w : 1 (constant)
        v_half : 1 (constant)
        slope : 1 (constant)
        through_graded_post = w / (1 + exp(-(v_pre - v_half) / slope)) : 1 (summed)
        """,
}

SYNAPSE = """
w : 1
number : integer (constant)
delay_ticks : integer (constant)
"""
BOUNDED = """
learning_rate : 1 (constant)
w_min : 1 (constant)
w_max : 1 (constant)
strong : 1 (constant)
weak : 1 (constant)
"""
PAIRS = """
ltd_ratio : 1 (constant)
tau_plus : second (constant)
tau_minus : second (constant)
dx/dt = -x / tau_plus : 1 (event-driven)
dy/dt = -y / tau_minus : 1 (event-driven)
"""
SOFT_STEP = """
goal = strong * int(size > 0) + weak * int(size <= 0)
w = clip(w + size * sign(strong - weak) * (abs(goal - w) / (w_max - w_min)) ** {softness}, w_min, w_max)
"""
LINEAR_STEP = SOFT_STEP.format(softness=1)
SEND = """
kept = keep(number, t_in_timesteps, {})
"""
ARRIVE = "arrived_post += sent(number, t_in_timesteps - delay_ticks + 1)"


class Rule(NamedTuple):
    """A chemical synapse type: model and pathways."""

    model: str
    on_pre: str
    on_post: str = ""
    on_tick: str = ""  # at the end of each tick
    expire: str = ""  # coincidence_window + 1 ticks after each source spike, before `on_post`


RULES = {
    "fixed": Rule("", SEND.format("w")),
    "depressing": Rule(
        """
        factor : 1 (constant)
        tau_recovery : second (constant)
        dg/dt = (1 - g) / tau_recovery : 1 (event-driven)
        """,
        "g *= factor" + SEND.format("w * g"),
    ),
    "facilitating": Rule(
        """
        increment : 1 (constant)
        max_gain : 1 (constant)
        tau_recovery : second (constant)
        dg/dt = (1 - g) / tau_recovery : 1 (event-driven)
        """,
        "g = clip(g + increment, 0, max_gain)" + SEND.format("w * g"),
    ),
    "plastic": Rule(
        BOUNDED + PAIRS,
        "size = -learns(t) * learning_rate * ltd_ratio * y" + LINEAR_STEP + "x += 1" + SEND.format("w"),
        "size = learns(t) * learning_rate * x" + LINEAR_STEP + "y += 1",
    ),
    "reward_plastic": Rule(
        BOUNDED
        + """
        tau_trace : second (constant)
        tau_eligible : second (constant)
        softness : 1 (constant)
        dx/dt = -x / tau_trace : 1 (clock-driven)
        deligibility/dt = -eligibility / tau_eligible : 1 (clock-driven)
        """,
        "x += 1" + SEND.format("w"),
        "eligibility += x\nx = 0",
        "size = learns(t) * learning_rate * eligibility * reward(t)" + SOFT_STEP.format(softness="softness"),
    ),
    "gated": Rule(
        BOUNDED
        + PAIRS
        + """
        gate_threshold : 1 (constant)
        modulator : integer (constant)
        """,
        """
        opened = int(ACTIVITY >= gate_threshold)
        size = -opened * learns(t) * learning_rate * ltd_ratio * y
        """
        + LINEAR_STEP
        + "x += 1"
        + SEND.format("w * opened"),
        """
        size = int(ACTIVITY >= gate_threshold) * learns(t) * learning_rate * x
        """
        + LINEAR_STEP
        + "y += 1",
    ),
    "developmental": Rule(
        BOUNDED
        + PAIRS
        + """
        coincidence_window : 1 (constant)
        alive : integer
        source_spikes : integer
        target_spikes : integer
        coincidences : integer
        uncounted : integer
        last_target_spike : integer
        """,
        "size = -alive * learns(t) * learning_rate * ltd_ratio * y"
        + SOFT_STEP.format(softness=1).replace("w = ", "w = alive * ")
        + "x += 1\nsource_spikes += alive\nuncounted += 1"
        + SEND.format("alive * w"),
        "size = alive * learns(t) * learning_rate * x"
        + SOFT_STEP.format(softness=1).replace("w = ", "w = alive * ")
        + "y += 1\ntarget_spikes += alive\ncoincidences += alive * uncounted\nuncounted = 0\n"
        + "last_target_spike = t_in_timesteps",
        expire="uncounted -= int(t_in_timesteps - coincidence_window - 1 > last_target_spike)",
    ),
}


class Run(NamedTuple):
    """What a network has done."""

    spikes: NDArray[np.int64]  # (k, 2) tick and neuron, ascending
    weights: NDArray[np.float64]  # (m,)
    v: NDArray[np.float64]  # (n,)
    developmental: Mapping[str, NDArray]  # record of the developmental synapses, in the network's order


def run(
    network: Network,
    external: NDArray[np.float64],
    reward: NDArray[np.float64],
    learns: NDArray[np.float64],
) -> Run:
    """Run a network without noise of its own.

    Args:
        external: (ticks, n) external current.
        reward: (ticks,) reward at the end of each tick.
        learns: (ticks,) 1 where the brain learns, else 0.
    """
    b2.prefs.codegen.target = "numpy"
    b2.defaultclock.dt = 1 * b2.ms
    neurons = _neurons(network)
    activity, modulators = _modulators(network, neurons)
    synapses = {name: _synapses(name, network, neurons, activity) for name in RULES}
    synapses = {name: each for name, each in synapses.items() if each is not None}
    spikes = b2.SpikeMonitor(neurons)
    scheduled = b2.NetworkOperation(lambda: _scheduled(network, synapses, learns), when="end", order=0)
    everything = b2.Network(neurons, *modulators, *synapses.values(), spikes, scheduled)
    everything.add(*_continuous(network, neurons))
    memory = np.zeros((network.n_synapses, int(network.delay.max()) + 1))
    keep, sent = _memory(memory)
    namespace = {
        "keep": keep,
        "sent": sent,
        "external": b2.TimedArray(external, 1 * b2.ms),
        "reward": b2.TimedArray(reward, 1 * b2.ms),
        "learns": b2.TimedArray(learns, 1 * b2.ms),
    }
    everything.run(external.shape[0] * b2.ms, namespace=namespace)
    weights = network.weight.copy()
    for each in synapses.values():
        weights[each.number[:]] = each.w[:]
    fired = np.column_stack((np.round(spikes.t / b2.ms).astype(np.int64), spikes.i[:]))
    record = {}
    if "developmental" in synapses:
        order = np.argsort(synapses["developmental"].number[:])
        for name in ("source_spikes", "target_spikes", "coincidences", "alive"):
            record[name] = getattr(synapses["developmental"], name)[:][order]
    return Run(fired[np.lexsort(fired.T[::-1])], weights, neurons.v[:].copy(), record)


def _memory(memory: NDArray[np.float64]) -> tuple[b2.Function, b2.Function]:
    """Functions for equations: keep the current that a synapse sends in a tick; the one sent in a tick."""
    length = memory.shape[1]

    def keep(synapse, tick, value):
        memory[synapse, tick % length] = value
        return value

    def sent(synapse, tick):
        return memory[synapse, tick % length]

    functions = []
    for function, arguments in ((keep, 3), (sent, 2)):
        wrapped = b2.Function(function, arg_units=[1] * arguments, return_unit=1)
        wrapped.implementations.add_implementation("numpy", function)
        functions.append(wrapped)
    return functions[0], functions[1]


def _neurons(network: Network) -> b2.NeuronGroup:
    """Neurons of the models izhikevich and graded; ``leaky`` is 1 for the second, else 0."""
    n = network.n_neurons
    groups = "".join(f"in_window_{k} : 1\n" for k in range(len(network.modulators)))
    spike = {"threshold": "v >= 30 and leaky == 0", "reset": "v = c; u += d"}
    neurons = b2.NeuronGroup(n, NEURONS + groups, **spike)
    neurons.leaky = network.by_neuron(lambda each: each.type.startswith("graded"), float)
    for name, of_other_model in {"a": 0, "b": 0, "c": 0, "d": 0, "v_rest": -65, "tau": 1}.items():
        values = network.by_neuron(lambda each: each.parameters.get(name, of_other_model), float)  # noqa: B023
        setattr(neurons, name, values)
    neurons.background = network.background
    neurons.v = neurons.v_rest[:]
    neurons.u = neurons.b[:] * -65.0
    neurons.run_regularly(NEURON_STEP, when="groups", order=1)
    return neurons


def _modulators(network: Network, neurons: b2.NeuronGroup) -> tuple[str, list[b2.Synapses]]:
    """The activity A of a gated synapse as an expression, and what counts the spikes of each group.

    Every neuron has the counts of all groups. A spike of a member counts in its tick and leaves the window
    WINDOW_TICKS later.
    """
    counting = []
    for k, members in enumerate(network.modulators):
        count = {"enter": f"in_window_{k}_post += 1", "leave": f"in_window_{k}_post -= 1"}
        to_all = b2.Synapses(neurons, neurons, on_pre=count)
        to_all.connect(
            i=np.repeat(members, network.n_neurons), j=np.tile(np.arange(network.n_neurons), len(members))
        )
        to_all.enter.order = to_all.leave.order = -1
        to_all.leave.delay = WINDOW_TICKS * b2.ms
        counting.append(to_all)
    terms = [
        f"in_window_{k}_post / {len(members)} * int(modulator == {k})"
        for k, members in enumerate(network.modulators)
    ]
    return f"({' + '.join(terms) or 0})", counting


def _continuous(network: Network, neurons: b2.NeuronGroup) -> list[b2.Synapses]:
    """All synapses of continuous types; a gap junction is one synapse in either direction."""
    types = []
    for name, model in CONTINUOUS.items():
        numbers = np.flatnonzero(network.synapse_type == name)
        if numbers.size == 0:
            continue
        synapses = b2.Synapses(neurons, neurons, model)
        source, target, w = network.source[numbers], network.target[numbers], network.weight[numbers]
        if name == "gap_junction":
            source, target, w = np.append(source, target), np.append(target, source), np.tile(w, 2)
        synapses.connect(i=source, j=target)
        synapses.w = w
        for parameter, values in _parameters(network, numbers).items():
            setattr(synapses, parameter, values)
        types.append(synapses)
    return types


def _synapses(name: str, network: Network, neurons: b2.NeuronGroup, activity: str) -> b2.Synapses | None:
    """All synapses of one chemical type."""
    numbers = np.flatnonzero(network.synapse_type == name)
    if numbers.size == 0:
        return None
    rule = Rule(*(part.replace("ACTIVITY", activity) for part in RULES[name]))
    pathways = {"emit": rule.on_pre, "arrive": ARRIVE}
    if rule.expire:
        pathways["expire"] = rule.expire
    synapses = b2.Synapses(
        neurons, neurons, SYNAPSE + rule.model, on_pre=pathways, on_post=rule.on_post or None, method="exact"
    )
    synapses.connect(i=network.source[numbers], j=network.target[numbers])
    # `connect` keeps the order of the pairs that it is given
    assert (synapses.i[:] == network.source[numbers]).all()
    synapses.emit.order, synapses.arrive.order = 0, 1
    delay = network.delay[numbers]
    synapses.number, synapses.delay_ticks, synapses.w = numbers, delay, network.weight[numbers]
    synapses.arrive.delay = (delay - 1) * b2.ms
    for parameter, values in _parameters(network, numbers).items():
        if parameter in synapses.variables:
            setattr(synapses, parameter, values * (b2.ms if parameter.startswith("tau") else 1))
    if "strong" in synapses.variables:
        excitatory = network.weight[numbers] > 0
        low, high = synapses.w_min[:], synapses.w_max[:]
        synapses.strong, synapses.weak = np.where(excitatory, high, low), np.where(excitatory, low, high)
    if "g" in synapses.variables:
        synapses.g = 1.0
    if rule.on_post:
        synapses.post.order = 3
    if rule.expire:
        synapses.alive, synapses.last_target_spike = 1, -1
        synapses.expire.order = 2
        synapses.expire.delay = (synapses.coincidence_window[:] + 1) * b2.ms
    if rule.on_tick:
        synapses.run_regularly(rule.on_tick, when="end", order=1)
    return synapses


def _parameters(network: Network, numbers: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Parameter → its value for each of these synapses of one type."""
    classes = network.synapse_class[numbers]
    names = network.classes[classes[0]].parameters
    return {name: np.array([float(network.classes[k].parameters[name]) for k in classes]) for name in names}


def _scheduled(network: Network, synapses: Mapping[str, b2.Synapses], learns: NDArray[np.float64]) -> None:
    """Pruning, then homeostasis, at the end of a tick in which the brain learns."""
    age = round(float(b2.defaultclock.t / b2.ms)) + 1
    if not learns[age - 1]:
        return
    if "developmental" in synapses:
        _prune(network, synapses["developmental"], age)
    for each in synapses.values():
        _normalize(network, each, age)


def _prune(network: Network, synapses: b2.Synapses, age: int) -> None:
    p = _parameters(network, synapses.number[:])
    due = (age % p["eval_interval"] == 0) & (age <= p["critical_period"])
    if not due.any():
        return
    eligible = (synapses.alive[:] == 1) & (synapses.source_spikes[:] >= p["min_source_spikes"])
    rate = synapses.coincidences[:] / np.maximum(synapses.source_spikes[:], 1)
    of_target = {j: rate[eligible & (synapses.j[:] == j)].max(initial=0.0) for j in np.unique(synapses.j[:])}
    unrelated = 1 - (1 - synapses.target_spikes[:] / age) ** (p["coincidence_window"] + 1)
    largest = np.array([of_target[j] for j in synapses.j[:]])
    reference = np.choose(p["prune_reference"].astype(int), [np.ones(rate.size), largest, unrelated])
    pruned = np.flatnonzero(due & eligible & (rate < p["pruning_threshold"] * reference))
    synapses.alive[pruned], synapses.w[pruned] = 0, 0.0


def _normalize(network: Network, synapses: b2.Synapses, age: int) -> None:
    numbers = synapses.number[:]
    p = _parameters(network, numbers)
    if "target_weight_sum" not in p:
        return
    due = (p["target_weight_sum"] > 0) & (age % p["normalize_interval"] == 0)
    if not due.any():
        return
    end = np.where(p["normalize_over"] == 1, synapses.j[:], synapses.i[:])
    _, of_sum = np.unique(np.column_stack((network.synapse_class[numbers], end)), axis=0, return_inverse=True)
    of_sum = of_sum.ravel()
    w = synapses.w[:]
    total = np.bincount(of_sum, np.abs(w))[of_sum]
    due = np.flatnonzero(due & (w != 0))
    scaled = w[due] * p["target_weight_sum"][due] / total[due]
    synapses.w[due] = np.clip(scaled, p["w_min"][due], p["w_max"][due])
