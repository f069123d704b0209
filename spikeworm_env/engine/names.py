"""Names of the neurons and synapses of a network: components, terminals, neuron labels, connections."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.checks import wholes
from spikeworm_env.engine.network import Ints, Network
from spikeworm_env.errors import InputError, UnknownNameError, shown

ARROW: Final = "->"
SYNAPSE_TYPE: Final = "synapse_type"
GLOB: Final = re.compile(r"[*?\[]")

Pattern = str | Iterable[str] | ArrayLike
"""Names of neurons, or their ids; see `Names.ids`."""

SynapsePattern = Pattern | Mapping[str, str]
"""Names of connections, or indices of synapses; see `Names.synapses`."""


class Named(Protocol):
    """A network whose parts have names, such as a ``CompiledBrain``."""

    @property
    def network(self) -> Network: ...
    @property
    def names(self) -> Names: ...


class Names:
    """Names of the parts of one network.

    Args:
        network: the network.
        neurons: name → (k,) neuron ids: ``"component"``, ``"component.terminal"``, ``"component.label"``.
            None if the network has no names; then ids and indices alone are accepted.

    Attributes:
        network: as given.
    """

    def __init__(self, network: Network, neurons: Mapping[str, Ints] | None = None) -> None:
        self.network, self._neurons = network, neurons

    def ids(self, pattern: Pattern) -> Ints:
        """The neurons of a pattern.

        Args:
            pattern: the name of a component (``"klinotaxis"``), of a terminal or a neuron of a component
                (``"head.dorsal_in"``), a glob (``"*.motor_*"``), a regular expression between slashes that
                matches the whole name (``"/head|body/"``), several of these in a list, or neuron ids.

        Returns:
            (k,) ids, ascending, each once.

        Raises:
            UnknownNameError: nothing has this name; near names are suggested.
            InputError: no name matches, an id is out of range, or the network has no names.
        """
        if isinstance(pattern, str):
            return np.unique(np.concatenate(self._matching(pattern)))
        listed = pattern.tolist() if isinstance(pattern, np.ndarray) else pattern
        if isinstance(listed, list | tuple) and listed and all(isinstance(each, str) for each in listed):
            return np.unique(np.concatenate([self.ids(each) for each in listed]))
        return np.unique(np.array(wholes("ids", pattern, 0, self.network.n_neurons - 1), dtype=np.int64))

    def synapses(self, pattern: SynapsePattern) -> Ints:
        """The synapses of a pattern.

        Args:
            pattern: ``"a -> b"``, where a and b are patterns of neurons: all synapses from one of a to one of
                b, and gap junctions between them; a pattern of neurons alone: their outgoing synapses and
                all their gap junctions, what these neurons tell others; ``{"synapse_type": "plastic"}``; or
                indices of synapses.

        Returns:
            (k,) indices, ascending, each once.

        Raises:
            UnknownNameError: a part of the pattern is unknown; near names are suggested.
            InputError: there are no such synapses, or an index is out of range.
        """
        if _is_indices(pattern):
            listed = wholes("synapses", pattern, 0, self.network.n_synapses - 1)
            return np.unique(np.array(listed, dtype=np.int64))
        found = self._named_synapses(pattern)
        if not found.size:
            raise InputError(f"there are no synapses {shown(pattern)}; expected a connection that exists")
        return found

    def _named_synapses(self, pattern: SynapsePattern) -> Ints:
        network = self.network
        source, target = network.source, network.target
        if isinstance(pattern, Mapping):
            return np.flatnonzero(network.synapse_type == self._synapse_type(pattern))
        if isinstance(pattern, str) and ARROW in pattern:
            parts = [part.strip() for part in pattern.split(ARROW)]
            if len(parts) != 2 or not all(parts):
                raise InputError(f"synapses are {shown(pattern)}; expected 'a {ARROW} b'")
            a, b = map(self._members, parts)
            return np.flatnonzero((a[source] & b[target]) | (network.symmetric & a[target] & b[source]))
        of = self._members(pattern)
        return np.flatnonzero(of[source] | (network.symmetric & of[target]))

    def _members(self, pattern: Pattern) -> NDArray[np.bool_]:
        of = np.zeros(self.network.n_neurons, dtype=bool)
        of[self.ids(pattern)] = True
        return of

    def _matching(self, pattern: str) -> list[Ints]:
        if self._neurons is None:
            raise InputError(
                f"{shown(pattern)}: this network has no names; expected ids, or a brain with names"
            )
        if pattern in self._neurons:
            return [self._neurons[pattern]]
        if len(pattern) > 2 and pattern[0] == pattern[-1] == "/":
            try:
                matches = re.compile(pattern[1:-1]).fullmatch
            except re.error as error:
                raise InputError(f"{shown(pattern)} is no regular expression: {error}") from error
        elif GLOB.search(pattern):
            matches = re.compile(fnmatch.translate(pattern)).match
        else:
            raise UnknownNameError("name of neurons", pattern, self._neurons)
        found = [ids for name, ids in self._neurons.items() if matches(name)]
        if not found:
            raise InputError(f"{shown(pattern)} matches no name of neurons, such as {self._examples()}")
        return found

    def _examples(self) -> str:
        return ", ".join(list(self._neurons or ())[:3])

    def _synapse_type(self, pattern: Mapping[str, str]) -> str:
        if list(pattern) != [SYNAPSE_TYPE]:
            raise InputError(f"synapses are {shown(dict(pattern))}; expected {{'{SYNAPSE_TYPE}': NAME}}")
        name = pattern[SYNAPSE_TYPE]
        present = set(self.network.synapse_type.tolist())
        if not isinstance(name, str) or name not in present:
            raise UnknownNameError("synapse type of this network", name, present)
        return name


def _is_indices(pattern: object) -> bool:
    if isinstance(pattern, str | Mapping):
        return False
    return not (isinstance(pattern, list | tuple) and any(isinstance(each, str) for each in pattern))
