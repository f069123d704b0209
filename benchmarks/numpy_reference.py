"""A network of ``fixed`` synapses in plain NumPy, as a reference that runs on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.network import Network

V_START, V_SPIKE, V_MIN, V_MAX = -65.0, 30.0, -100.0, 35.0  # mV


class NumpyBrain:
    """Izhikevich neurons and fixed synapses, vectorised; a tick has the same order as in the engine."""

    def __init__(self, network: Network) -> None:
        order = np.argsort(network.source, kind="stable")
        self.net = network
        self.target, self.weight, self.delay = (
            column[order] for column in (network.target, network.weight, network.delay)
        )
        self.first = np.searchsorted(network.source[order], np.arange(network.n_neurons + 1))
        self.ring = np.zeros((int(network.delay.max()) + 1, network.n_neurons))
        self.v = np.full(network.n_neurons, V_START)
        self.a, self.b, self.c, self.d = (
            network.by_neuron(lambda each, name=name: each.parameters[name], float) for name in "abcd"
        )
        self.u = self.b * self.v
        self.ticks = 0

    def tick(self) -> NDArray[np.int64]:
        """Run one tick; ids of the neurons that fired."""
        net, v, u = self.net, self.v, self.u
        row = self.ring[self.ticks % len(self.ring)]
        current = net.background + row
        row[:] = 0.0
        push = 0.5 * (current - u) + 70.0
        for _ in range(2):
            v[:] = (0.02 * v + 3.5) * v + push
            np.clip(v, V_MIN, V_MAX, out=v)
        u += self.a * (self.b * v - u)
        fired = np.flatnonzero(v >= V_SPIKE)
        v[fired] = self.c[fired]
        u[fired] += self.d[fired]
        begin, count = self.first[fired], self.first[fired + 1] - self.first[fired]
        reached = np.arange(count.sum()) + np.repeat(begin - np.cumsum(count) + count, count)
        due = (self.ticks + self.delay[reached]) % len(self.ring)
        np.add.at(self.ring, (due, self.target[reached]), self.weight[reached])
        self.ticks += 1
        return fired
