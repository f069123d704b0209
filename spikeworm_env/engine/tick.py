"""The tick: loops over neurons and spikes, written once; each synapse type's rules are bound into a copy.

In this order:

1. current = arrivals due now + noise + gap junctions, from v before the update, + background + external;
2. neurons: the Izhikevich step, then the reset of those that fired;
3. each spike's outgoing synapses: ``on_pre``, and its current on the way, due ``delay`` ticks later;
4. each spike's incoming learning synapses: ``on_post`` (so a pair in one tick is causal);
5. decay of state: done when a synapse is next touched, by as many ticks as have passed;
6. scheduled work, such as pruning.

Currents at a neuron add up in this order: arrivals of delay < SHORT by tick of emission, type name, source,
synapse; longer ones, newest first; noise; gap junctions; then background + external.
"""

# mypy: disable-error-code="name-defined"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.memory import HORIZON, NOISE_MEAN, SHORT, WINDOW, WORD
from spikeworm_env.engine.network import LIMIT
from spikeworm_env.engine.neurons.izhikevich import V_SPIKE
from spikeworm_env.engine.neurons.izhikevich import step as izhikevich
from spikeworm_env.kernels.handles import prefetch

AHEAD = 12  # synapses


class Context(NamedTuple):
    """What a synapse's rule may know besides itself."""

    activity: NDArray
    plasticity: float


# ---- neurons ---------------------------------------------------------------------------------------------
def set_drive(neurons, external):
    """Take the external current; False where it is not a number within the limit."""
    drive, background = neurons.drive, neurons.background
    if external.size == 0:
        for i in range(drive.size):
            drive[i] = background[i]
        return True
    n_good = 0
    for i in range(drive.size):  # without a branch, so that it runs on vector registers
        n_good += 1 if abs(external[i]) <= LIMIT else 0
        drive[i] = background[i] + external[i]
    return n_good == drive.size


def collect_late(late, arrivals, t):
    """Add the arrivals of long delay that are due now, and free their places."""
    row = t % late.head.size
    k = late.head[row]
    while k >= 0:
        arrivals[late.target[k]] += late.value[k]
        older = late.following[k]
        late.following[k] = late.free[0]
        late.free[0] = k
        late.free[1] += 1
        k = older
    late.head[row] = -1


def add_noise(noise, arrivals, t):
    noisy, step = noise.noisy, noise.step
    raw = noise.raw[t - noise.start[0]]
    for k in range(noisy.size):
        arrivals[noisy[k]] += step[k] * (raw[k] - NOISE_MEAN)


def conduct(junctions, v, arrivals):
    of_type = junctions[INDEX]  # noqa: F821  bound per type
    end_1, end_2, g = of_type.end_1, of_type.end_2, of_type.g
    for k in range(g.size):
        i, j = end_1[k], end_2[k]
        into_i = electrical(g[k], v[i], v[j])  # noqa: F821
        arrivals[i] += into_i
        arrivals[j] -= into_i


def update_neurons(neurons, arrivals):
    """Advance every neuron by a tick; returns how many fired, their ids being the first of ``fired``.

    The first loop has no branch, so that it runs on vector registers; the second skips silent words.
    """
    v, u, a, b = neurons.v, neurons.u, neurons.a, neurons.b
    drive, above = neurons.drive, neurons.above
    for i in range(v.size):
        v_i, u_i = izhikevich(v[i], u[i], a[i], b[i], drive[i] + arrivals[i])
        v[i] = v_i
        u[i] = u_i
        above[i] = v_i >= V_SPIKE
        arrivals[i] = 0.0
    c, d, fired, spike_count = neurons.c, neurons.d, neurons.fired, neurons.spike_count
    words = above.view(np.uint64)
    n_fired = 0
    for k in range(words.size):
        if words[k] != 0:
            for i in range(k * WORD, (k + 1) * WORD):
                if above[i]:
                    fired[n_fired] = i
                    n_fired += 1
                    v[i] = c[i]
                    u[i] += d[i]
                    spike_count[i] += 1
    return n_fired


def count_modulators(modulators, fired, n_fired, t):
    """Spikes per neuron of each modulator group over the last WINDOW ticks, this one included."""
    in_window = modulators.in_window
    if in_window.size == 0:
        return
    row = modulators.history[t % WINDOW]
    for g in range(in_window.size):
        in_window[g] -= row[g]
        row[g] = 0
    for k in range(n_fired):
        i = fired[k]
        for j in range(modulators.first[i], modulators.first[i + 1]):
            row[modulators.group[j]] += 1
    for g in range(in_window.size):
        in_window[g] += row[g]
        modulators.activity[g] = in_window[g] / modulators.size[g]


# ---- synapses: `on_pre`, `on_post` … are bound to one type's rules ----------------------------------------
def touch_decaying(syn, p, t):
    ticks = t - syn.last
    if ticks >= HORIZON:
        steps = (ticks - 1) // (HORIZON - 1)
        ticks -= steps * (HORIZON - 1)
        for _ in range(min(steps, p.steps_to_rest)):
            decay(syn, p, HORIZON - 1)  # noqa: F821
    decay(syn, p, ticks)  # noqa: F821
    syn.last = t


def touch_timeless(syn, p, t):
    """A type without state has nothing to bring up to date."""


def list_synapses(first, fired, n_fired, listed):
    """Write the places of all synapses of the neurons that fired into ``listed``; returns how many.

    Four are written at a time, needed or not: a loop of unpredictable length for each neuron would cost
    more than the synapses themselves. ``listed`` has room for them.
    """
    total = 0
    for k in range(n_fired):
        place = first[fired[k]]
        n = first[fired[k] + 1] - place
        listed[total] = place
        listed[total + 1] = place + 1
        listed[total + 2] = place + 2
        listed[total + 3] = place + 3
        for j in range(4, n):
            listed[total + j] = place + j
        total += n
    for j in range(total, total + AHEAD):
        listed[j] = 0
    return total


def deliver(groups, context, fired, n_fired, t, listed, ring, late):
    group = groups[INDEX]  # noqa: F821
    syns, params = group.syn, group.params
    if syns.size == 0:
        return
    for k in range(list_synapses(group.first, fired, n_fired, listed)):
        prefetch(syns, listed[k + AHEAD])
        syn = syns[listed[k]]
        p = params[syn.row]
        touch(syn, p, t)  # noqa: F821
        x = on_pre(syn, p, context)  # noqa: F821
        delay = int(syn.delay)
        if delay < SHORT:
            ring[(t + delay) & (SHORT - 1), syn.target] += x
        else:
            put_late(late, t + delay, syn.target, x)


def put_late(late, due, target, x):
    """Keep an arrival of long delay until it is due."""
    place = late.free[0]
    late.free[0] = late.following[place]
    late.free[1] -= 1
    late.target[place] = target
    late.value[place] = x
    row = due % late.head.size
    late.following[place] = late.head[row]
    late.head[row] = place


def learn(groups, context, fired, n_fired, t, listed):
    group = groups[INDEX]  # noqa: F821
    syns, params, in_syn = group.syn, group.params, group.in_syn
    if syns.size == 0:
        return
    for k in range(list_synapses(group.in_first, fired, n_fired, listed)):
        prefetch(syns, in_syn[listed[k + AHEAD]])
        syn = syns[in_syn[listed[k]]]
        p = params[syn.row]
        touch(syn, p, t)  # noqa: F821
        on_post(syn, p, context)  # noqa: F821


def work(groups, age):
    group = groups[INDEX]  # noqa: F821
    if group.syn.size:
        scheduled(group.syn, group.params, age, group.first)  # noqa: F821


def settle(groups, amount, t):
    group = groups[INDEX]  # noqa: F821
    syns, params = group.syn, group.params
    for j in range(syns.size):
        syn = syns[j]
        p = params[syn.row]
        touch(syn, p, t)  # noqa: F821
        on_reward(syn, p, amount)  # noqa: F821


# ---- the whole ------------------------------------------------------------------------------------------
def advance(net, external, begins, t, ticks, plasticity, late_per_tick):
    """Run ``ticks`` ticks from tick ``t``; where ``begins``, as the first of a call from outside.

    Returns how many fired in the last one; −1 − k if it stopped for want of late places before the k-th
    tick; −1 − ticks − 1 if ``external`` is not usable, in which case no tick was run and nothing changed.
    """
    neurons, noise, ring, late = net.neurons, net.noise, net.ring, net.late  # taken out once: it costs
    modulators, listed, groups, junctions = net.modulators, net.listed, net.groups, net.junctions
    fired = neurons.fired
    if begins:
        if not set_drive(neurons, external):
            return -2 - ticks
        neurons.spike_count[:] = 0
    context = Context(modulators.activity, plasticity)
    n_fired = 0
    for k in range(ticks):
        if late.free[1] < late_per_tick:
            return -1 - k
        arrivals = ring[t & (SHORT - 1)]
        collect_late(late, arrivals, t)
        add_noise(noise, arrivals, t)
        conduct_all(junctions, neurons.v, arrivals)  # noqa: F821
        n_fired = update_neurons(neurons, arrivals)
        count_modulators(modulators, fired, n_fired, t)
        deliver_all(groups, context, fired, n_fired, t, listed, ring, late)  # noqa: F821
        learn_all(groups, context, fired, n_fired, t, listed)  # noqa: F821
        if plasticity > 0.0:
            work_all(groups, t + 1)  # noqa: F821
        t += 1
    return n_fired


def reward(net, amount, t):
    """Settle every eligible synapse. ``t`` is the last tick that was run."""
    settle_all(net.groups, amount, t)  # noqa: F821
