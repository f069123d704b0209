"""Synapses: which pairs, and the columns that they become."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spikeworm_env.compiler.fields import SynapseSpec
from spikeworm_env.engine.network import Floats, Ints, SynapseClass
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters
from spikeworm_env.kernels.draws import geometrics, normals

MIN_SHARE = 0.05  # of its mean that a random weight keeps at least, and so its sign


class Pairs(NamedTuple):
    """Pairs of neurons, and the group that each of them comes from; (p,) each."""

    source: Ints
    target: Ints
    group: Ints


class Columns(NamedTuple):
    """Synapses by column, (m,) each, as in ``Network`` and ``CompiledBrain``."""

    source: Ints
    target: Ints
    weight: Floats
    delay: Ints
    synapse_class: Ints
    origin: Ints


def pairs_within(
    sources: Ints, targets: Ints, probability: float, undirected: bool, rng: np.random.Generator
) -> Pairs:
    """Every source with every target of the same group, each pair with a probability, no neuron with itself.

    Args:
        sources: (g, i) neuron ids.
        targets: (g, j) neuron ids.
        probability: of each pair, independently.
        undirected: a pair and its reverse are the same, and made once (gap junctions).
        rng: used if 0 < probability < 1.
    """
    (g, i), j = sources.shape, targets.shape[1]
    index = bernoulli(g * i * j, probability, rng)
    group, rest = np.divmod(index, i * j)
    source, target = sources[group, rest // j], targets[group, rest % j]
    apart = source != target
    source, target, group = source[apart], target[apart], group[apart]
    if undirected and source.size:
        low, high = np.minimum(source, target), np.maximum(source, target)
        _, first = np.unique(low * (high.max() + 1) + high, return_index=True)
        first.sort()
        source, target, group = source[first], target[first], group[first]
    return Pairs(source, target, group)


def bernoulli(total: int, probability: float, rng: np.random.Generator) -> Ints:
    """Which of ``total`` independent trials succeed, ascending; the cost is that of the successes alone."""
    if probability <= 0 or total == 0:
        return np.empty(0, np.int64)
    if probability >= 1:
        return np.arange(total)
    mean = total * probability
    batch = int(mean + 5 * np.sqrt(mean)) + 16
    last, parts = -1, []
    while last < total:
        # failures before each success are geometric; no step needs to be longer than the whole
        steps = np.minimum(geometrics(rng, probability, batch), total + 1)
        parts.append(last + np.cumsum(steps))
        last = int(parts[-1][-1])
    hits = np.concatenate(parts)
    return hits[hits < total]


def draw_weights(spec: SynapseSpec, count: int, rng: np.random.Generator) -> Floats:
    """(count,) weights: normal around the mean, of its sign, within the bounds of a type that learns."""
    if spec.weight_sd == 0:
        return np.full(count, spec.weight)
    spread = spec.weight_sd / abs(spec.weight)
    weights = spec.weight * np.maximum(MIN_SHARE, 1 + spread * normals(rng, count))
    if SYNAPSE_TYPES[spec.type].bounded:
        bounds = resolve_parameters(spec.type, spec.weight, spec.parameters)
        weights = np.clip(weights, bounds["w_min"], bounds["w_max"])
    return weights


class SynapseTable:
    """Gathers synapses; each distinct set of parameters becomes one class."""

    def __init__(self) -> None:
        self.classes: list[SynapseClass] = []
        self.origins: list[str] = []
        self._class_ids: dict[tuple, int] = {}
        self._parts: list[Columns] = []

    def add(
        self,
        spec: SynapseSpec,
        pairs: Pairs,
        origin: str,
        rng: np.random.Generator,
        modulators: Ints | None = None,
    ) -> None:
        """Make synapses of ``pairs``.

        Args:
            spec: how they transmit.
            pairs: their ends.
            origin: what made them.
            rng: for their weights.
            modulators: for a gated type, the modulator group of each group of pairs; (g,).
        """
        if origin not in self.origins:
            self.origins.append(origin)
        if modulators is None:
            classes: Ints | int = self._class_id(spec, {})
        else:
            ids = [self._class_id(spec, {"modulator": float(group)}) for group in modulators]
            classes = np.array(ids, np.int64)[pairs.group]
        delays = [0] if SYNAPSE_TYPES[spec.type].electrical else spec.delays or [spec.delay or 1]
        m = pairs.source.size
        weights = draw_weights(spec, m, rng)
        self._parts += [
            Columns(
                pairs.source,
                pairs.target,
                weights,
                np.full(m, delay, np.int64),
                np.broadcast_to(np.asarray(classes, np.int64), m),
                np.full(m, self.origins.index(origin), np.int64),
            )
            for delay in delays
        ]

    def columns(self) -> Columns:
        """All synapses, in the order in which they were added."""
        if not self._parts:
            none = np.empty(0, np.int64)
            return Columns(none, none, np.empty(0), none, none, none)
        return Columns(*(np.concatenate(parts) for parts in zip(*self._parts, strict=True)))

    def _class_id(self, spec: SynapseSpec, modulator: dict[str, float]) -> int:
        parameters = resolve_parameters(spec.type, spec.weight, {**spec.parameters, **modulator})
        key = (spec.type, *sorted(parameters.items()))
        if key not in self._class_ids:
            self._class_ids[key] = len(self.classes)
            self.classes.append(SynapseClass(spec.type, parameters))
        return self._class_ids[key]
