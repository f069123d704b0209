"""Makes synapses: selects pairs of neurons, draws weights, and collects the columns of all synapses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spikeworm_env.compiler.json_fields import SynapseSpec
from spikeworm_env.engine.network import Floats, Ints, SynapseClass
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters
from spikeworm_env.errors import RecipeError
from spikeworm_env.kernels.random_draws import geometrics, normals

MAX_SYNAPSES = 50_000_000  # of a recipe; 2.4 GB while it is compiled
MIN_SHARE = 0.05  # least share of its mean that a random weight has; so no weight changes sign


class Pairs(NamedTuple):
    """Pairs of neurons, and the index of the group of each pair; (p,) each."""

    source: Ints
    target: Ints
    group: Ints


class Columns(NamedTuple):
    """Columns of synapses, (m,) each, as in ``Network`` and ``CompiledBrain``."""

    source: Ints
    target: Ints
    weight: Floats
    delay: Ints
    synapse_class: Ints
    origin: Ints


def pairs_within(
    sources: Ints, targets: Ints, probability: float, undirected: bool, rng: np.random.Generator
) -> Pairs:
    """Pairs of every source with every target of its group, without self-connections.

    Args:
        sources: (g, i) neuron ids.
        targets: (g, j) neuron ids.
        probability: of each pair, independently.
        undirected: whether a pair and its reverse are the same pair, as for symmetric synapses.
        rng: used if 0 < probability < 1.
    """
    (g, i), j = sources.shape, targets.shape[1]
    if probability >= 1:
        group = np.repeat(np.arange(g), i * j)
        source, target = np.repeat(sources.ravel(), j), np.repeat(targets[:, None], i, axis=1).ravel()
    else:
        index = bernoulli(g * i * j, probability, rng)
        group, rest = np.divmod(index, i * j)
        source, target = sources[group, rest // j], targets[group, rest % j]
    apart = source != target
    if not apart.all():
        source, target, group = source[apart], target[apart], group[apart]
    if undirected and source.size:
        low, high = np.minimum(source, target), np.maximum(source, target)
        _, first = np.unique(low * (high.max() + 1) + high, return_index=True)
        first.sort()
        source, target, group = source[first], target[first], group[first]
    return Pairs(source, target, group)


def bernoulli(total: int, probability: float, rng: np.random.Generator) -> Ints:
    """Indices of the successes in ``total`` independent trials, ascending; costs one draw per success."""
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
    """(count,) normally distributed weights, with the sign of the mean and within the bounds of the type."""
    if spec.weight_sd == 0:
        return np.full(count, spec.weight)
    spread = spec.weight_sd / abs(spec.weight)
    weights = spec.weight * np.maximum(MIN_SHARE, 1 + spread * normals(rng, count))
    parameters = resolve_parameters(spec.type, spec.weight, spec.parameters)
    return np.clip(weights, *SYNAPSE_TYPES[spec.type].weight_bounds(parameters))


class _Part(NamedTuple):
    """Some synapses of one delay and one origin, the arrays as in `Columns`."""

    source: Ints
    target: Ints
    weight: Floats
    synapse_class: Ints
    delay: int
    origin: int


class SynapseTable:
    """Collects synapses; each distinct set of parameters becomes one synapse class."""

    def __init__(self) -> None:
        self.classes: list[SynapseClass] = []
        self._origin_indices: dict[str, int] = {}
        self._count = 0
        self._class_indices: dict[tuple, int] = {}
        self._of_spec: dict[int, tuple[SynapseSpec, int]] = {}  # kept, so that no other can have its id
        self._parts: list[_Part] = []

    def add(
        self,
        spec: SynapseSpec,
        pairs: Pairs,
        origin: str,
        rng: np.random.Generator,
        modulators: Ints | None = None,
    ) -> None:
        """Add one synapse per pair and delay.

        Args:
            spec: type, weight, delays and parameters.
            pairs: sources and targets.
            origin: see ``CompiledBrain.origins``.
            rng: draws the weights.
            modulators: (g,) for a type that needs one, the modulator group of each group of pairs.

        Raises:
            RecipeError: there are more than `MAX_SYNAPSES` in all.
        """
        index = self._origin_indices.setdefault(origin, len(self._origin_indices))
        synapse_type = SYNAPSE_TYPES[spec.type]
        if modulators is None or synapse_type.needs_modulator is None:
            classes: Ints | int = self._own_class(spec)
        else:
            name = synapse_type.needs_modulator
            indices = [self._class_index(spec, {name: float(group)}) for group in modulators]
            classes = np.array(indices, np.int64)[pairs.group]
        delays = [0] if synapse_type.continuous else spec.delays or [spec.delay or 1]
        m = pairs.source.size
        self._count += m * len(delays)
        if self._count > MAX_SYNAPSES:
            raise RecipeError(
                "recipe", [f"{origin}: {self._count:,} synapses with it; at most {MAX_SYNAPSES:,}"]
            )
        weights = draw_weights(spec, m, rng)
        self._parts += [
            _Part(pairs.source, pairs.target, weights, np.full(m, classes, np.int64), delay, index)
            for delay in delays
        ]

    @property
    def origins(self) -> tuple[str, ...]:
        """The different origins, in the order added."""
        return tuple(self._origin_indices)

    def columns(self) -> Columns:
        """All synapses, in the order added."""
        if not self._parts:
            none = np.empty(0, np.int64)
            return Columns(none, none, np.empty(0), none, none, none)
        sizes = [part.source.size for part in self._parts]
        *arrays, delays, origins = zip(*self._parts, strict=True)
        source, target, weight, synapse_class = map(np.concatenate, arrays)
        delay, origin = (np.repeat(np.array(each, np.int64), sizes) for each in (delays, origins))
        return Columns(source, target, weight, delay, synapse_class, origin)

    def _own_class(self, spec: SynapseSpec) -> int:
        """The class of a specification without a modulator group, which every copy of a block repeats."""
        if id(spec) not in self._of_spec:
            self._of_spec[id(spec)] = spec, self._class_index(spec, {})
        return self._of_spec[id(spec)][1]

    def _class_index(self, spec: SynapseSpec, modulator: dict[str, float]) -> int:
        parameters = resolve_parameters(spec.type, spec.weight, {**spec.parameters, **modulator})
        key = (spec.type, *sorted(parameters.items()))
        if key not in self._class_indices:
            self._class_indices[key] = len(self.classes)
            self.classes.append(SynapseClass(spec.type, parameters))
        return self._class_indices[key]
