"""Checks of a recipe beyond the form of its JSON: known names and consistent sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spikeworm_env.compiler.block_check import repeated_ids, spec_problems
from spikeworm_env.compiler.block_schema import Block, BlockNeuron
from spikeworm_env.compiler.json_parsing import Parsed
from spikeworm_env.compiler.recipe_schema import (
    Component,
    Muscle,
    Projection,
    Proprioception,
    Proximity,
    Recipe,
    Sense,
)
from spikeworm_env.compiler.wiring import MAX_SYNAPSES
from spikeworm_env.engine.neurons import NEURON_TYPES
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.errors import suggestion

MAX_NEURONS = 1_000_000
MAX_PAIRS = 20_000_000  # expected synapses of one projection

INPUT, OUTPUT = "input", "output"


class RecipeCheck:
    """Finds the problems of one recipe.

    Args:
        parsed: the sound part of the recipe.
        blocks: block name → block; None for a block that has problems.
    """

    def __init__(self, parsed: Parsed[Recipe], blocks: Mapping[str, Block | None]) -> None:
        self.parsed, self.blocks = parsed, blocks
        self.components: dict[str, Component] = {}
        if parsed.value is not None:
            self.components = {component.id: component for component in parsed.value.components}

    def problems(self) -> Iterator[str]:
        """Every problem besides the form of the JSON, in the order of the file's sections."""
        if self.parsed.value is None:
            return
        yield from repeated_ids(self.parsed.items("components"))
        for path, component in self.parsed.items("components"):
            yield from self._component(path, component)
        yield from self._size()
        for section, check in (
            ("projections", self._projection),
            ("proximity", self._proximity),
            ("senses", self._sense),
            ("muscles", self._muscle),
            ("proprioception", self._proprioception),
        ):
            for path, item in self.parsed.items(section):
                yield from check(path, item)

    def _component(self, path: str, component: Component) -> Iterator[str]:
        if component.block not in self.blocks:
            yield f"{path}.block: unknown block {component.block!r}{suggestion(component.block, self.blocks)}"
            return
        block = self.blocks[component.block]
        known = {neuron.id for neuron in block.neurons} if block else component.neurons.keys()
        for name in component.neurons:
            if name not in known:
                nearest = suggestion(name, known)
                yield f"{path}.neurons: unknown neuron {name!r} of block {component.block!r}{nearest}"

    def _size(self) -> Iterator[str]:
        projections = self.parsed.value.projections if self.parsed.value else []
        neurons, synapses = 0, sum(self._expected(projection) for projection in projections)
        for component in self.components.values():
            block = self.blocks.get(component.block)
            if block is not None:
                neurons += component.count * n_neurons(block)
                synapses += component.count * n_synapses(block)
        if neurons > MAX_NEURONS:
            yield f"components: {neurons:,} neurons; at most {MAX_NEURONS:,}"
        if synapses > MAX_SYNAPSES:
            yield f"components and projections: about {synapses:,.0f} synapses; at most {MAX_SYNAPSES:,}"

    def _terminal(self, path: str, reference: str, *directions: str) -> Iterator[str]:
        """Problems of a reference ``component.terminal``; without directions an input or an output."""
        component, terminal = reference.split(".")
        if component not in self.components:
            if component not in self.parsed.dropped:
                yield f"{path}: unknown component {component!r}{suggestion(component, self.components)}"
            return
        block = self.blocks.get(self.components[component].block)
        if block is None:
            return
        inputs, outputs = block.terminals.inputs, block.terminals.outputs
        if terminal not in inputs and terminal not in outputs:
            known = [
                *(inputs if OUTPUT not in directions else ()),
                *(outputs if INPUT not in directions else ()),
            ]
            nearest = suggestion(terminal, known)
            yield f"{path}: unknown terminal {terminal!r} of component {component!r}{nearest}"
            return
        found = INPUT if terminal in inputs else OUTPUT
        if directions and found not in directions:
            yield f"{path}: {reference!r} is an {found} of block {block.name!r}; expected an {directions[0]}"

    def _size_of(self, reference: str) -> tuple[int, int] | None:
        """(copies, neurons per copy) of a terminal; None if it is not known."""
        neurons = self._neurons_of(reference)
        if neurons is None:
            return None
        component, _, _ = reference.partition(".")
        return self.components[component].count, sum(neuron.count for neuron in neurons)

    def _neurons_of(self, reference: str) -> list[BlockNeuron] | None:
        """The neurons of a terminal in one copy of its block; None if it is not known."""
        component, terminal = reference.split(".")
        block = self.blocks.get(self.components[component].block) if component in self.components else None
        if block is None:
            return None
        ids = {**block.terminals.inputs, **block.terminals.outputs}.get(terminal)
        if ids is None:
            return None
        neurons = {neuron.id: neuron for neuron in block.neurons}
        return [neurons[name] for name in ids]

    def _expected(self, projection: Projection) -> float:
        """Expected synapses of a projection; 0 if its terminals are not known."""
        source, target = self._size_of(projection.source), self._size_of(projection.target)
        if source is None or target is None:
            return 0.0
        groups = 1 if projection.pattern == "all_to_all" else 1 / source[0]
        pairs = source[0] * source[1] * target[0] * target[1] * groups * projection.probability
        return pairs * len(projection.delays or (1,))

    def _silent(self, path: str, reference: str) -> Iterator[str]:
        """A problem if spikes are expected of a terminal with neurons that never fire."""
        for neuron in self._neurons_of(reference) or ():
            known = NEURON_TYPES.get(neuron.type)
            if known is not None and not known.model.fires:
                yield (
                    f"{path}: {reference!r} is expected to spike, but neuron {neuron.id!r} of type "
                    f"{neuron.type} never fires; expected spiking neurons"
                )

    def _projection(self, path: str, projection: Projection) -> Iterator[str]:
        synapse_type = SYNAPSE_TYPES.get(projection.type)
        symmetric = synapse_type is not None and synapse_type.symmetric
        ends = ((), ()) if symmetric else ((OUTPUT,), (INPUT,))
        if synapse_type is not None and not synapse_type.continuous:
            yield from self._silent(f"{path}.from", projection.source)
        for key, reference, directions in (
            ("from", projection.source, ends[0]),
            ("to", projection.target, ends[1]),
        ):
            yield from self._terminal(f"{path}.{key}", reference, *directions)
        if projection.modulator is not None:
            yield from self._terminal(f"{path}.modulator", projection.modulator, OUTPUT)
            yield from self._silent(f"{path}.modulator", projection.modulator)
        yield from spec_problems(path, projection, projection.modulator)
        source, target = self._size_of(projection.source), self._size_of(projection.target)
        if source is None or target is None:
            return
        if projection.pattern != "all_to_all" and source[0] != target[0]:
            yield (
                f"{path}.pattern: {projection.pattern} from {source[0]} copies to {target[0]}; "
                "the numbers must be equal"
            )
        if projection.pattern == "chain" and source[0] == 1:
            yield f"{path}.pattern: a chain of 1 copy has no synapse"
        expected = self._expected(projection)
        if expected > MAX_PAIRS:
            yield f"{path}: about {expected:,.0f} synapses; at most {MAX_PAIRS:,} in one projection"

    def _proximity(self, path: str, proximity: Proximity) -> Iterator[str]:
        for key, names in (("from", proximity.sources), ("to", proximity.targets)):
            for index, name in enumerate(names or ()):
                if name not in self.components and name not in self.parsed.dropped:
                    nearest = suggestion(name, self.components)
                    yield f"{path}.{key}[{index}]: unknown component {name!r}{nearest}"
        for index, reference in enumerate(proximity.protected):
            yield from self._terminal(f"{path}.protected[{index}]", reference)
        if proximity.excitatory is None and proximity.inhibitory is None:
            yield f"{path}: key 'excitatory' or 'inhibitory' is missing"
        for key, sign in (("excitatory", 1), ("inhibitory", -1)):
            spec = getattr(proximity, key)
            if spec is None:
                continue
            synapse_type = SYNAPSE_TYPES.get(spec.type)
            if synapse_type is not None and (
                synapse_type.symmetric or synapse_type.needs_modulator is not None
            ):
                yield f"{path}.{key}.type: proximity wiring makes no {spec.type} synapses"
                continue
            if spec.weight * sign < 0:
                yield f"{path}.{key}.weight: {spec.weight:g} is not {key}"
            yield from spec_problems(f"{path}.{key}", spec, None)

    def _sense(self, path: str, sense: Sense) -> Iterator[str]:
        receptors = self.parsed.value.receptors  # type: ignore[union-attr]
        if sense.receptor not in receptors and sense.receptor not in self.parsed.dropped:
            nearest = suggestion(sense.receptor, receptors)
            yield f"{path}.receptor: unknown receptor {sense.receptor!r}{nearest}"
        yield from self._terminal(f"{path}.to", sense.to, INPUT)

    def _muscle(self, path: str, muscle: Muscle) -> Iterator[str]:
        yield from self._terminal(f"{path}.from", muscle.source, OUTPUT)
        yield from self._silent(f"{path}.from", muscle.source)
        yield from self._spread(path, muscle.source, muscle.segments)

    def _proprioception(self, path: str, sense: Proprioception) -> Iterator[str]:
        yield from self._terminal(f"{path}.to", sense.to, INPUT)
        if sense.segments is not None:
            yield from self._spread(path, sense.to, sense.segments)
        elif sense.joints.absolute is None:
            yield f"{path}: key 'segments' is missing; these joints are relative to a segment"

    def _spread(self, path: str, reference: str, segments: Sequence[int]) -> Iterator[str]:
        size = self._size_of(reference)
        n_segments = segments[1] - segments[0] + 1
        if size is not None and size[0] % n_segments and n_segments % size[0]:
            yield (
                f"{path}.segments: {size[0]} copies do not spread evenly over {n_segments} segments; "
                "one number must be a multiple of the other"
            )


def n_neurons(block: Block) -> int:
    """Neurons in one copy."""
    return sum(neuron.count for neuron in block.neurons)


def n_synapses(block: Block) -> int:
    """Synapses in one copy, self-connections among them."""
    counts = {neuron.id: neuron.count for neuron in block.neurons}
    return sum(
        counts[synapse.source]
        * (counts[synapse.target] if synapse.pattern == "all_to_all" else 1)
        * len(synapse.delays or (1,))
        for synapse in block.synapses
    )
