"""The figures that commands draw: those of `reports.figures` whose needs a command has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.cli.outputs import outputs
from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.block_schema import Block
    from spikeworm_env.experiments.learning.study import Study
    from spikeworm_env.trials.activity import Spikes
    from spikeworm_env.trials.recording import Recording


def check_figures(folder: Path) -> None:
    """Check, before anything is computed, that figures can be drawn and written.

    Raises:
        InputError: matplotlib is missing, or the folder cannot be made or written to.
    """
    from spikeworm_env.cli.outputs import check_folder
    from spikeworm_env.reports.figure_style import require_matplotlib

    require_matplotlib()
    check_folder(folder)


def draw_block(block: Block, folder: Path) -> list[Path]:
    """Write the figures of a block; their paths."""
    from spikeworm_env.reports.figures import Needs, draw_figures

    with outputs(folder) as files:
        draw_figures(files.temporary, Needs.BLOCK, block)
        return files.publish()


def draw_brain(compiled: CompiledBrain, folder: Path, spikes: Spikes | None) -> list[Path]:
    """Write the figures of a brain, of its spikes if there are any, and of its training; their paths."""
    from spikeworm_env.reports.figures import Needs, draw_figures

    with outputs(folder) as files:
        draw_figures(files.temporary, Needs.BRAIN, compiled)
        if spikes is not None:
            draw_figures(files.temporary, Needs.SPIKES, compiled, spikes)
        if compiled.episodes:
            draw_figures(files.temporary, Needs.TRAINED, compiled)
        return files.publish()


def draw_recording(recording: Recording, folder: Path) -> None:
    """Draw the figures of a recording's spikes into a folder, if matplotlib is installed."""
    from spikeworm_env.reports.figures import Needs, draw_figures

    if has_matplotlib():
        draw_figures(folder, Needs.SPIKES, recording.compiled, recording.spikes)


def draw_study(study: Study, folder: Path) -> list[Path]:
    """Draw the figures of a study, if matplotlib is installed; their paths."""
    from spikeworm_env.reports.figures import Needs, draw_figures

    return draw_figures(folder, Needs.STUDY, study) if has_matplotlib() else []


def draw_curve(compiled: CompiledBrain, file: Path) -> Path | None:
    """Draw the learning curve beside a brain file; where it is, or None without matplotlib."""
    from spikeworm_env.reports.figure_style import save_figure
    from spikeworm_env.reports.figures import FIGURES

    if not has_matplotlib():
        return None
    picture = file.with_name(f"{file.name}.png")
    save_figure(FIGURES["training_curve"].draw(compiled), picture)
    return picture


def has_matplotlib() -> bool:
    """Whether figures can be drawn."""
    from spikeworm_env.reports.figure_style import require_matplotlib

    try:
        require_matplotlib()
    except InputError:
        return False
    return True
