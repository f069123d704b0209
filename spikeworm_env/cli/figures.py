"""The figures of ``spikeworm inspect --out`` and of a recorded run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.cli.outputs import outputs
from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.block_schema import Block
    from spikeworm_env.exports import Recording
    from spikeworm_env.trials.activity import Spikes


def check_figures(folder: Path) -> None:
    """Check, before anything is computed, that figures can be drawn and written.

    Raises:
        InputError: matplotlib is missing, or the folder cannot be made or written to.
    """
    from spikeworm_env.cli.outputs import check_folder
    from spikeworm_env.reports.figures.style import require_matplotlib

    require_matplotlib()
    check_folder(folder)


def draw_block(block: Block, folder: Path) -> list[Path]:
    """Write ``circuit.png``; its path."""
    from spikeworm_env.reports.figures import circuit_figure, save_figure

    with outputs(folder) as files:
        save_figure(circuit_figure(block), files.temporary / "circuit.png")
        return files.publish()


def draw_brain(compiled: CompiledBrain, folder: Path, spikes: Spikes | None) -> list[Path]:
    """Write the figures of a brain; their paths.

    Layers, connectivity and degrees; ``activity.png`` if there are spikes; for a trained brain
    ``learning.png``, ``weights.png`` and, if its synapses can be pruned, ``pruned.png``.
    """
    from spikeworm_env.lesions.pruning import prunable
    from spikeworm_env.reports.figures import (
        activity_figure,
        connectivity_figure,
        curve_figure,
        degree_figure,
        layer_figure,
        pruned_figure,
        save_figure,
        weights_figure,
    )

    with outputs(folder) as files:
        save_figure(layer_figure(compiled), files.temporary / "layers.png")
        save_figure(connectivity_figure(compiled), files.temporary / "connectivity.png")
        save_figure(degree_figure(compiled), files.temporary / "degrees.png")
        if spikes is not None:
            save_figure(activity_figure(compiled, spikes), files.temporary / "activity.png")
        if compiled.episodes:
            save_figure(curve_figure(compiled), files.temporary / "learning.png")
            save_figure(weights_figure(compiled), files.temporary / "weights.png")
            if prunable(compiled.network).size:
                save_figure(pruned_figure(compiled), files.temporary / "pruned.png")
        return files.publish()


def draw_spikes(recording: Recording, file: Path) -> None:
    """Draw the raster of a recording, if matplotlib is installed."""
    from spikeworm_env.reports.figures import activity_figure, save_figure
    from spikeworm_env.reports.figures.style import require_matplotlib

    try:
        require_matplotlib()
    except InputError:
        return
    save_figure(activity_figure(recording.compiled, recording.spikes), file)
