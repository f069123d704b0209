"""The loops of a tick over neurons and spikes; each neuron model and synapse type gets a copy with its rules.

Order within a tick:

1. current = arrivals due now + noise + stimuli + continuous synapses (v before the update) + background +
   external;
2. neurons: ``step`` and ``fired`` of each model, ``clamped`` where v is held, then ``reset`` of the neurons
   that fired; the spikes of silenced neurons end here;
3. outgoing synapses of each spike: ``on_pre``; the returned current arrives ``delay`` ticks later;
4. incoming synapses of each spike: ``on_post`` (a pair in one tick counts as causal);
5. scheduled rules, such as pruning.

The state of a synapse decays when it is next used, by the number of ticks that have passed since.

Currents at a neuron are summed in this order: arrivals of delay < SHORT by tick of emission, type name,
source, synapse; longer ones, newest first; noise; stimuli, oldest first; continuous synapses by type name,
source, synapse; then background + external.
"""

# mypy: disable-error-code="name-defined"

from __future__ import annotations

import numpy as np

from spikeworm_env.engine.arrays import NOISE_MEAN, SHORT, WINDOW, WORD
from spikeworm_env.engine.network import LIMIT
from spikeworm_env.engine.synapse_records import HORIZON
from spikeworm_env.kernels.addresses import call_none
from spikeworm_env.kernels.function_handles import first_byte, prefetch

AHEAD, NEAR = 12, 6  # synapses; distances of the prefetch of a synapse and of the cell that it adds to
RING_IN_CACHE = 2**16  # cells; the prefetch of cells costs more than it gains in a smaller ring
ZERO, ONE, TWO, THREE, FOUR = (np.uint64(k) for k in range(5))  # numba tests a signed index for < 0


# ---- neurons ---------------------------------------------------------------------------------------------
def set_drive(neurons, external):
    """Set ``drive`` from the external current; False if a value is not a number within ±LIMIT."""
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


def collect_delayed(delay_queue, arrivals, t):
    """Add the entries of the delay queue that are due now to ``arrivals``, and free them."""
    row = t % delay_queue.head.size
    k = delay_queue.head[row]
    while k >= 0:
        arrivals[delay_queue.target[k]] += delay_queue.value[k]
        older = delay_queue.next_index[k]
        delay_queue.next_index[k] = delay_queue.free[0]
        delay_queue.free[0] = k
        delay_queue.free[1] += 1
        k = older
    delay_queue.head[row] = -1


def add_noise(noise, arrivals, t):
    """Add this tick's noise current; run by run, as `step_model`."""
    runs, step = noise.runs, noise.step
    raw = noise.raw[t - noise.start[0]]
    for r in range(runs.shape[0]):
        gap = runs[r, 2]
        for i in range(runs[r, 0], runs[r, 1]):
            arrivals[i] += step[i - gap] * (raw[i - gap] - NOISE_MEAN)


def add_stimuli(interventions, arrivals, t):
    """Add this tick's currents of the stimuli; of constant ones there is one row."""
    stimulated, column, currents = interventions.stimulated, interventions.column, interventions.currents
    now = currents[min(t - interventions.start[0], currents.shape[0] - 1)]
    for k in range(stimulated.size):
        arrivals[stimulated[k]] += now[column[k]]


def conduct(of_type, v, arrivals):
    """Add the currents through the synapses of one continuous type."""
    source, target, w = of_type.source, of_type.target, of_type.w
    row, params, gain = of_type.row, of_type.params, of_type.gain[0]
    for k in range(w.size):
        i, j = source[k], target[k]
        into_target = gain * current(w[k], params[row[k]], v[i], v[j])  # noqa: F821
        arrivals[j] += into_target
        if SYMMETRIC:  # noqa: F821  bound per type
            arrivals[i] -= into_target


def step_model(of_model, neurons, arrivals):
    """Advance the neurons of one model by one tick; ``above`` marks those that fire.

    The inner loop has no branch and no negative index, so it runs on vector registers.
    """
    runs, state, parameters = of_model.runs, of_model.state, of_model.parameters
    v, drive, above = neurons.v, neurons.drive, neurons.above
    for r in range(runs.shape[0]):
        gap = runs[r, 2]
        for i in range(runs[r, 0], runs[r, 1]):
            k = i - gap
            before = (v[i], *values_at(state, k))  # noqa: F821
            after = step(before, parameters, k, drive[i] + arrivals[i])  # noqa: F821
            v[i] = after[0]
            store_at(state, k, after)  # noqa: F821
            above[i] = fired(after, parameters, k, 0.0)  # noqa: F821
            arrivals[i] = 0.0


def discard_currents(clamped, arrivals):
    """Clear the currents into the neurons whose membrane potential is held; `step_model` skips these."""
    for k in range(clamped.size):
        arrivals[clamped[k]] = 0.0


def hold_model(of_model, neurons, held):
    """Advance the states but v of the neurons of one model whose membrane potential is held."""
    place, state, parameters = of_model.place, of_model.state, of_model.parameters
    v = neurons.v
    for k in range(held.size):
        i = held[k]
        j = place[i]
        if j >= 0:
            before = (v[i], *values_at(state, j))  # noqa: F821
            store_at(state, j, clamped(before, parameters, j, 0.0))  # noqa: F821


def list_fired(neurons):
    """Write the ids of the neurons that fired into ``fired``, ascending; returns how many."""
    above, fired, spike_count = neurons.above, neurons.fired, neurons.spike_count
    words = above.view(np.uint64)
    n_fired = 0
    for k in range(words.size):
        word = words[k]
        while word != ZERO:  # a flag is one bit, so each turn clears one
            i = k * WORD + np.int64(first_byte(word))
            fired[n_fired] = i
            n_fired += 1
            spike_count[i] += 1
            word &= word - ONE
    return n_fired


def reset_model(of_model, neurons, n_fired):
    """Reset the neurons of one model that fired."""
    place, state, parameters = of_model.place, of_model.state, of_model.parameters
    v, fired = neurons.v, neurons.fired
    for k in range(n_fired):
        i = fired[k]
        j = place[i]
        if j >= 0:
            before = (v[i], *values_at(state, j))  # noqa: F821
            after = reset(before, parameters, j, 0.0)  # noqa: F821
            v[i] = after[0]
            store_at(state, j, after)  # noqa: F821


def drop_silenced(silenced, neurons, n_fired):
    """Take the silenced neurons out of those that fired and were counted; returns how many remain."""
    fired, spike_count = neurons.fired, neurons.spike_count
    n_heard = 0
    for k in range(n_fired):
        i = fired[k]
        if silenced[i]:
            spike_count[i] -= 1
        else:
            fired[n_heard] = i
            n_heard += 1
    return n_heard


def count_modulators(modulators, fired, n_fired, t):
    """Update the spikes per neuron of each modulator group over the last WINDOW ticks, including this one."""
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
def decay_state(syn, p, t):
    """Bring the state of a synapse to tick ``t``; bound as `decay_to_now` for types with ``decay``."""
    ticks = t - syn.last
    if ticks >= HORIZON:
        steps = (ticks - 1) // (HORIZON - 1)
        ticks -= steps * (HORIZON - 1)
        for _ in range(min(steps, p.steps_to_rest)):
            decay(syn, p, HORIZON - 1)  # noqa: F821
    decay(syn, p, ticks & (HORIZON - 1))  # noqa: F821  the mask tells the compiler that it is an index >= 0
    syn.last = t


def decay_nothing(syn, p, t):
    """Bound as `decay_to_now` for types without ``decay``."""


def list_active_synapses(first, fired, n_fired, active_synapses):
    """Write the indices of the synapses of all neurons that fired into ``active_synapses``; returns how many.

    At least four indices are written per neuron, needed or not: a loop of unpredictable length per neuron
    would cost more than the synapses themselves. ``active_synapses`` has room for the surplus.
    """
    total = ZERO
    for k in range(n_fired):
        i = np.uint64(fired[k])
        place = first[i]
        n = np.uint64(first[i + ONE] - place)
        active_synapses[total] = place
        active_synapses[total + ONE] = place + np.uint32(1)
        active_synapses[total + TWO] = place + np.uint32(2)
        active_synapses[total + THREE] = place + np.uint32(3)
        for j in range(FOUR, n):
            active_synapses[total + j] = place + np.uint32(j)
        total += n
    for j in range(total, total + np.uint64(AHEAD)):
        active_synapses[j] = 0
    return total


def deliver(of_type, surroundings, fired, n_fired, t, active_synapses, ring, delay_queue):
    """Apply ``on_pre`` to the outgoing synapses of the neurons that fired, and schedule their currents."""
    syns, params = of_type.syn, of_type.params
    context = context_of(surroundings)  # noqa: F821  bound per rule; once: it costs
    cells, n_neurons = ring.reshape(ring.size), np.uint64(ring.shape[1])
    large = ring.size > RING_IN_CACHE
    gain = of_type.gain[0]
    drugged = gain != 1.0  # a test that is always the same costs less than a product
    for k in range(list_active_synapses(of_type.first, fired, n_fired, active_synapses)):
        prefetch(syns, active_synapses[k + np.uint64(AHEAD)])
        if large:
            soon = syns[active_synapses[k + np.uint64(NEAR)]]
            row = np.uint64((t + int(soon.delay)) & (SHORT - 1))
            prefetch(cells, row * n_neurons + np.uint64(soon.target))
        syn = syns[active_synapses[k]]
        p = params[syn.row]
        decay_to_now(syn, p, t)  # noqa: F821
        x = on_pre(syn, p, context)  # noqa: F821
        if drugged:
            x *= gain
        delay = int(syn.delay)
        if delay < SHORT:
            ring[np.uint64((t + delay) & (SHORT - 1)), syn.target] += x
        else:
            enqueue_delayed(delay_queue, t + delay, syn.target, x)


def enqueue_delayed(delay_queue, due, target, x):
    """Add an arrival of long delay to the queue."""
    place = delay_queue.free[0]
    delay_queue.free[0] = delay_queue.next_index[place]
    delay_queue.free[1] -= 1
    delay_queue.target[place] = target
    delay_queue.value[place] = x
    row = due % delay_queue.head.size
    delay_queue.next_index[place] = delay_queue.head[row]
    delay_queue.head[row] = place


def learn(of_type, surroundings, fired, n_fired, t, active_synapses):
    """Apply ``on_post`` to the incoming synapses of the neurons that fired."""
    syns, params, in_syn = of_type.syn, of_type.params, of_type.in_syn
    context = context_of(surroundings)  # noqa: F821  bound per rule; once: it costs
    for k in range(list_active_synapses(of_type.in_first, fired, n_fired, active_synapses)):
        prefetch(syns, in_syn[active_synapses[k + np.uint64(AHEAD)]])
        syn = syns[in_syn[active_synapses[k]]]
        p = params[syn.row]
        decay_to_now(syn, p, t)  # noqa: F821
        on_post(syn, p, context)  # noqa: F821


def run_scheduled(of_type, age):
    """Apply ``scheduled`` to all synapses of one type."""
    scheduled(of_type.syn, of_type.params, age, of_type.first)  # noqa: F821


def apply_reward(of_type, reward, t):
    """Apply ``on_reward`` to all synapses of one type, after decay to tick ``t``."""
    syns, params = of_type.syn, of_type.params
    for j in range(syns.size):
        syn = syns[j]
        p = params[syn.row]
        decay_to_now(syn, p, t)  # noqa: F821
        on_reward(syn, p, reward)  # noqa: F821


# ---- the parts -------------------------------------------------------------------------------------------
def call_each(loops, arguments):
    """Call the kernel of each row of a table with the handle of its part and these arguments.

    Bound in `advance` under a name for each loop, so that each can be timed.
    """
    for j in range(loops.shape[0]):
        call_none(loops[j, 0], (loops[j, 1], *arguments))


# ---- the whole tick -------------------------------------------------------------------------------------
def advance(net, external, begins, t, ticks, plasticity, delayed_per_tick):
    """Run ``ticks`` ticks from tick ``t``.

    Args:
        net: handle of the network's arrays.
        external: (n,) external current, or (0,) for none; read only where ``begins``.
        begins: whether this is the first part of a call from Python.
        t: the first tick.
        ticks: how many.
        plasticity: 1 while the brain learns, else 0.
        delayed_per_tick: free entries of the delay queue that a tick may need.

    Returns:
        The number of neurons that fired in the last tick; −1 − k if the delay queue was too small for the
        k-th tick, before which it stopped; −2 − ``ticks`` if ``external`` is not valid (nothing has changed).
    """
    neurons, noise, loops = net.neurons, net.noise, net.loops  # once: it costs
    conducts, steps, holds, resets = loops.conduct, loops.step, loops.hold, loops.reset
    delivers, learns, schedules = loops.deliver, loops.learn, loops.scheduled
    interventions = net.interventions
    silenced, held, stimulated = interventions.silenced, interventions.clamped, interventions.stimulated.size
    ring, delay_queue = net.ring, net.delay_queue
    modulators, active_synapses = net.modulators, net.active_synapses
    fired, v = neurons.fired, neurons.v
    if begins:
        if not set_drive(neurons, external):
            return -2 - ticks
        neurons.spike_count[:] = 0
    surroundings = net.surroundings
    surroundings.plasticity[0] = plasticity
    n_fired = 0
    for k in range(ticks):
        if delay_queue.free[1] < delayed_per_tick:
            return -1 - k
        arrivals = ring[t & (SHORT - 1)]
        collect_delayed(delay_queue, arrivals, t)
        add_noise(noise, arrivals, t)
        if stimulated:
            add_stimuli(interventions, arrivals, t)
        conduct_all(conducts, (v, arrivals))  # noqa: F821
        step_all(steps, (neurons, arrivals))  # noqa: F821
        if held.size:
            discard_currents(held, arrivals)
            hold_all(holds, (neurons, held))  # noqa: F821
        n_fired = list_fired(neurons)
        if n_fired:
            reset_all(resets, (neurons, n_fired))  # noqa: F821
            if silenced.size:
                n_fired = drop_silenced(silenced, neurons, n_fired)
        count_modulators(modulators, fired, n_fired, t)
        if n_fired:
            spikes = (surroundings, fired, n_fired, t, active_synapses)
            deliver_all(delivers, (*spikes, ring, delay_queue))  # noqa: F821
            learn_all(learns, spikes)  # noqa: F821
        if plasticity > 0.0:
            scheduled_all(schedules, (t + 1,))  # noqa: F821
        t += 1
    return n_fired


def deliver_reward(loops, reward, t):
    """Apply a reward to every synapse type with ``on_reward``; ``t`` is the last tick that was run."""
    reward_all(loops, (reward, t))  # noqa: F821
