"""What a brain offers by the names of its parts: neurons, synapses, weights, tables, a picture, a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.conveniences import convenience
from spikeworm_env.engine.matrices import weight_matrix
from spikeworm_env.engine.names import Names, Pattern, SynapsePattern
from spikeworm_env.engine.network import Floats, Ints, Network

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame


class NamedNetwork(ABC):
    """Base class of `Brain` and `CompiledBrain`."""

    network: Network

    @property
    @abstractmethod
    def names(self) -> Names:
        """Names of the neurons and synapses."""

    @property
    @abstractmethod
    def _present_weights(self) -> Floats:
        """(m,) weights in the network's order."""

    def ids(self, pattern: Pattern) -> Ints:
        """(k,) the neurons of a pattern, such as ``"klinotaxis"``; see `Names.ids`."""
        return self.names.ids(pattern)

    def synapses(self, pattern: SynapsePattern) -> Ints:
        """(k,) the synapses of a pattern, such as ``"klinotaxis -> head"``; see `Names.synapses`."""
        return self.names.synapses(pattern)

    def matrix(
        self,
        *,
        type: str | None = None,
        source: Pattern | None = None,
        target: Pattern | None = None,
        sparse: bool = False,
    ) -> Any:
        """The weights from sources (rows) to targets (columns); see `engine.matrices.weight_matrix`.

        Args:
            type: name of a synapse type; None: all.
            source, target: patterns of neurons; None: all.
            sparse: whether to return a sparse array of SciPy.
        """
        weights, names = self._present_weights, self.names
        return weight_matrix(
            self.network, weights, names, type=type, source=source, target=target, sparse=sparse
        )

    def save(self, path: str | Path) -> None:
        """Write a brain file with the present weights and every change recorded; see `store.save_brain`."""
        convenience("save_brain")(self, path)

    def to_frame(self, of: str = "neurons") -> DataFrame:
        """Neurons, synapses, components or the training as a pandas frame, a row each.

        Args:
            of: one of

                - ``"neurons"``: ``neuron`` (id), ``component``, ``copy``, ``label``, ``terminals`` (with
                  commas between), ``x_um``, ``y_um``, ``z_um``, ``type``, ``background``, ``noise_sd``; of a
                  living brain also ``v_mv``, now;
                - ``"synapses"``: ``synapse`` (index), ``source``, ``target``, ``source_component``,
                  ``source_label``, ``target_component``, ``target_label``, ``origin``, ``type``, ``weight``
                  (of a living brain: now), ``delay_ms``;
                - ``"components"``: ``component``, ``block``, ``layer``, ``copies``, ``neurons``;
                - ``"episodes"``: the training episodes, see `TrainingEpisode`;
                - ``"evaluations"``: the trials between them, see `Evaluation`.

        Raises:
            InputError: ``of`` is something else, or pandas is not installed. Of a living brain that was made
                from a network alone, neurons and synapses have no names, and there are no other tables.
        """
        return convenience("brain_frame")(self, of)

    def to_json(self) -> dict[str, Any]:
        """Counts, parts, balances and training as JSON types: what ``spikeworm inspect --json`` prints.

        Raises:
            InputError: a living brain was made from a network alone.
        """
        return convenience("brain_json")(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Synapses between every two components as a matrix.

        Args:
            ax: axes of matplotlib to draw on; those of a new figure if None.

        Raises:
            InputError: matplotlib is not installed, or a living brain was made from a network alone.
        """
        return convenience("plot_brain")(self, ax)

    def _repr_html_(self) -> str:
        return convenience("brain_html")(self)
