"""The engine once more: slow, plain, object by object, written from what the engine's documents promise.

It shares the form of the network with the engine, and nothing else. A test holds the two against each other.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np

from spikeworm_env.engine.network import Network
from spikeworm_env.kernels.elementary import exp

FAR = 16  # ticks; arrivals of at least this delay are added after the nearer ones, newest first
WINDOW = 50  # ticks of a modulator group's activity


@cache
def fade(ticks: int, tau: float) -> float:
    """exp(−ticks / tau), the engine's own exp: a network is chaotic, and the last bit would show."""
    return exp(-ticks / tau)


class Fading:
    """A number that relaxes exponentially to ``rest``."""

    def __init__(self, tau: float, rest: float = 0.0) -> None:
        self.tau, self.rest, self.value, self.tick = tau, rest, rest, 0

    def at(self, tick: int) -> float:
        self.value = self.rest + (self.value - self.rest) * fade(tick - self.tick, self.tau)
        self.tick = tick
        return self.value


class Synapse:
    """fixed, and what the other types start from."""

    def __init__(self, number: int, network: Network) -> None:
        klass = network.classes[network.synapse_class[number]]
        self.number, self.kind, self.p = number, klass.type, dict(klass.parameters)
        self.source, self.target = int(network.source[number]), int(network.target[number])
        self.delay, self.w = int(network.delay[number]), float(network.weight[number])

    def source_fires(self, tick: int, activity: list[float]) -> float:
        return self.w

    def target_fires(self, tick: int, activity: list[float]) -> None:
        pass

    def rewarded(self, r: float, tick: int) -> None:
        pass

    def step(self, size: float) -> None:
        """Go towards the strong bound (size > 0) or the weak one, by a share of the way that is left."""
        low, high = self.p["w_min"], self.p["w_max"]
        weak, strong = (low, high) if high > 0 else (high, low)
        goal = strong if size > 0 else weak
        self.w += abs(size) * (goal - self.w) / (high - low)
        self.w = min(max(self.w, low), high)


class Gained(Synapse):
    """facilitating and depressing."""

    def __init__(self, number: int, network: Network) -> None:
        super().__init__(number, network)
        self.gain = Fading(self.p["tau_recovery"], rest=1.0)

    def source_fires(self, tick: int, activity: list[float]) -> float:
        gain = self.gain.at(tick)
        self.gain.value = (
            gain + self.p["increment"] if self.kind == "facilitating" else gain * self.p["factor"]
        )
        return self.w * self.gain.value


class Plastic(Synapse):
    def __init__(self, number: int, network: Network) -> None:
        super().__init__(number, network)
        self.x, self.y = Fading(self.p["tau_plus"]), Fading(self.p["tau_minus"])

    def open(self, activity: list[float]) -> bool:
        return True

    def source_fires(self, tick: int, activity: list[float]) -> float:
        x, y = self.x.at(tick), self.y.at(tick)
        if self.open(activity):
            self.step(-self.p["learning_rate"] * self.p["ltd_ratio"] * y)
        self.x.value = x + 1
        return self.w if self.open(activity) else 0.0

    def target_fires(self, tick: int, activity: list[float]) -> None:
        x, y = self.x.at(tick), self.y.at(tick)
        if self.open(activity):
            self.step(self.p["learning_rate"] * x)
        self.y.value = y + 1


class Gated(Plastic):
    def open(self, activity: list[float]) -> bool:
        return activity[int(self.p["modulator"])] >= self.p["gate_threshold"]


class RewardPlastic(Synapse):
    def __init__(self, number: int, network: Network) -> None:
        super().__init__(number, network)
        self.x, self.e = Fading(self.p["tau_trace"]), Fading(self.p["tau_eligible"])

    def source_fires(self, tick: int, activity: list[float]) -> float:
        self.e.at(tick)
        self.x.value = self.x.at(tick) + 1
        return self.w

    def target_fires(self, tick: int, activity: list[float]) -> None:
        self.e.value = self.e.at(tick) + self.x.at(tick)
        self.x.value = 0.0

    def rewarded(self, r: float, tick: int) -> None:
        self.x.at(tick)
        self.step(self.p["learning_rate"] * self.e.at(tick) * r)


class Developmental(Plastic):
    def __init__(self, number: int, network: Network) -> None:
        super().__init__(number, network)
        self.alive = True
        self.waiting: list[int] = []  # ticks of source spikes that no target spike has answered
        self.source_spikes = self.target_spikes = self.coincidences = 0

    def source_fires(self, tick: int, activity: list[float]) -> float:
        if not self.alive:
            return 0.0
        self.source_spikes += 1
        self.waiting.append(tick)
        return super().source_fires(tick, activity)

    def target_fires(self, tick: int, activity: list[float]) -> None:
        if self.alive:
            self.target_spikes += 1
            self.coincidences += sum(tick - s <= self.p["coincidence_window"] for s in self.waiting)
            self.waiting = []
            super().target_fires(tick, activity)

    @property
    def judgeable(self) -> bool:
        return self.alive and self.source_spikes >= self.p["min_source_spikes"]

    @property
    def rate(self) -> float:
        return self.coincidences / self.source_spikes


class Ohmic(Synapse):
    """gap_junction: current into the target, and its opposite into the source."""

    def flow(self, v_source: float, v_target: float) -> float:
        return self.w * (v_source - v_target)


class Graded(Ohmic):
    """graded_synapse: current into the target alone."""

    def flow(self, v_source: float, v_target: float) -> float:
        return self.w / (1.0 + exp((self.p["v_half"] - v_source) / self.p["slope"]))


KINDS: dict[str, type[Synapse]] = {
    "fixed": Synapse,
    "facilitating": Gained,
    "depressing": Gained,
    "plastic": Plastic,
    "gated": Gated,
    "gap_junction": Ohmic,
    "graded_synapse": Graded,
    "reward_plastic": RewardPlastic,
    "developmental": Developmental,
}


class ReferenceBrain:
    """As ``Brain``, for networks without noise."""

    def __init__(self, network: Network) -> None:
        self.ticks, self.network = 0, network
        self.neurons = [
            {
                "v": -65.0,
                "u": network.neuron_classes[network.neuron_class[i]].parameters["b"] * -65.0,
                **network.neuron_classes[network.neuron_class[i]].parameters,
            }
            for i in range(network.n_neurons)
        ]
        kinds = [network.classes[k].type for k in network.synapse_class]
        self.synapses = [KINDS[kind](number, network) for number, kind in enumerate(kinds)]
        by_source = sorted(self.synapses, key=lambda s: (s.kind, s.source, s.number))
        self.continuous = [s for s in by_source if isinstance(s, Ohmic)]
        self.outgoing, self.incoming = defaultdict(list), defaultdict(list)
        for synapse in by_source:
            if not isinstance(synapse, Ohmic):
                self.outgoing[synapse.kind, synapse.source].append(synapse)
                self.incoming[synapse.kind, synapse.target].append(synapse)
        self.near: dict[int, list] = defaultdict(list)  # due tick -> (target, current) in order of emission
        self.far: dict[int, list] = defaultdict(list)
        self.group_spikes: list[list[int]] = []  # for each tick, the spikes of each group

    @property
    def n_neurons(self) -> int:
        return len(self.neurons)

    @property
    def v(self) -> np.ndarray:
        return np.array([neuron["v"] for neuron in self.neurons])

    @property
    def weights(self) -> np.ndarray:
        return np.array([synapse.w for synapse in self.synapses])

    def tick(self, current: np.ndarray) -> np.ndarray:
        arriving = self._arriving()
        fired = []
        for i, neuron in enumerate(self.neurons):
            total = float(self.network.background[i] + current[i]) + arriving[i]
            if self._fires(neuron, total):
                fired.append(i)
        activity = self._activity(set(fired))
        for kind in sorted(KINDS):
            for i in fired:
                for synapse in self.outgoing[kind, i]:
                    post = self.far if synapse.delay >= FAR else self.near
                    value = synapse.source_fires(self.ticks, activity)
                    post[self.ticks + synapse.delay].append((synapse.target, value))
        for kind in sorted(KINDS):
            for i in fired:
                for synapse in self.incoming[kind, i]:
                    synapse.target_fires(self.ticks, activity)
        self.ticks += 1
        self._prune()
        return np.array(fired, dtype=np.int64)

    def deliver_reward(self, r: float) -> None:
        if r != 0:
            for synapse in self.synapses:
                synapse.rewarded(r, max(self.ticks - 1, 0))

    def _arriving(self) -> list[float]:
        arriving = [0.0] * self.n_neurons
        for target, value in self.near.pop(self.ticks, []) + self.far.pop(self.ticks, [])[::-1]:
            arriving[target] += value
        for synapse in self.continuous:
            flow = synapse.flow(self.neurons[synapse.source]["v"], self.neurons[synapse.target]["v"])
            arriving[synapse.target] += flow
            if synapse.kind == "gap_junction":
                arriving[synapse.source] -= flow
        return arriving

    @staticmethod
    def _fires(neuron: dict[str, float], current: float) -> bool:
        v, u = neuron["v"], neuron["u"]
        for _ in range(2):
            v = (0.02 * v + 3.5) * v + (0.5 * (current - u) + 70)  # v + (0.04 v² + 5 v + 140 − u + I) / 2
            v = -100.0 if v < -100 else 35.0 if v > 35 else v
        neuron["v"], neuron["u"] = v, u + neuron["a"] * (neuron["b"] * v - u)
        if v < 30:
            return False
        neuron["v"] = neuron["c"]
        neuron["u"] += neuron["d"]
        return True

    def _activity(self, fired: set[int]) -> list[float]:
        groups = self.network.modulators
        self.group_spikes.append([sum(int(i) in fired for i in group) for group in groups])
        recent = self.group_spikes[-WINDOW:]
        return [sum(row[g] for row in recent) / groups[g].size for g in range(len(groups))]

    def _prune(self) -> None:
        living = [s for s in self.synapses if isinstance(s, Developmental) and s.judgeable]
        doomed = []
        for synapse in living:
            if self.ticks > synapse.p["critical_period"] or self.ticks % synapse.p["eval_interval"]:
                continue
            silent = 1 - min(synapse.target_spikes / self.ticks, 1.0)
            reference = {
                0: lambda: 1.0,
                1: lambda target=synapse.target: max(s.rate for s in living if s.target == target),
                2: lambda silent=silent, p=synapse.p: 1 - silent ** (p["coincidence_window"] + 1),
            }[int(synapse.p["prune_reference"])]()
            if synapse.rate < synapse.p["pruning_threshold"] * reference:
                doomed.append(synapse)
        for synapse in doomed:
            synapse.alive, synapse.w = False, 0.0
