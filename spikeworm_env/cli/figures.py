"""The figures that commands draw: those of `reports.figures` whose needs a command has.

One that cannot be drawn is left out with a notice.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.cli.optional import optional_output
from spikeworm_env.cli.outputs import outputs
from spikeworm_env.cli.written import NOT_REPEATABLE

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.block_schema import Block
    from spikeworm_env.experiments.learning.study import Study
    from spikeworm_env.reports.figures import Needs
    from spikeworm_env.trials.activity import Spikes
    from spikeworm_env.trials.recording import Recording


def check_figures(folder: Path) -> None:
    """Check, before anything is computed, that figures can be drawn and written.

    Raises:
        InputError: matplotlib is missing, or the folder cannot be made or written to.
    """
    from spikeworm_env.cli.outputs import check_folder
    from spikeworm_env.plotting import require_matplotlib

    require_matplotlib()
    check_folder(folder)


def draw_block(block: Block, folder: Path, made_by: str = NOT_REPEATABLE) -> list[Path]:
    """Write the figures of a block; their paths."""
    from spikeworm_env.reports.figures import Needs

    return _publish(folder, made_by, {Needs.BLOCK: (block,)})


def draw_brain(
    compiled: CompiledBrain, folder: Path, spikes: Spikes | None, made_by: str = NOT_REPEATABLE
) -> list[Path]:
    """Write the figures of a brain, of its spikes if there are any, and of its training; their paths."""
    from spikeworm_env.reports.figures import Needs

    contents: dict[Needs, tuple[Any, ...]] = {Needs.BRAIN: (compiled,)}
    if spikes is not None:
        contents[Needs.SPIKES] = (compiled, spikes)
    if compiled.episodes:
        contents[Needs.TRAINED] = (compiled,)
    return _publish(folder, made_by, contents)


def draw_recording(recording: Recording, folder: Path) -> list[Path]:
    """Draw the figures of a recording's spikes into a folder; their paths."""
    from spikeworm_env.reports.figures import Needs

    return _draw(folder, Needs.SPIKES, recording.compiled, recording.spikes)


def draw_study(study: Study, folder: Path) -> list[Path]:
    """Draw the figures of a study into a folder; their paths."""
    from spikeworm_env.reports.figures import Needs

    return _draw(folder, Needs.STUDY, study)


def curve_file(file: Path) -> Path:
    """The picture of the learning curve beside a brain file."""
    return file.with_name(f"{file.name}.png")


def figure_files(*wanted: Needs) -> list[str]:
    """Names of the files of all figures that have these needs."""
    from spikeworm_env.reports.figures import FIGURES

    return [figure.file for figure in FIGURES.values() if figure.needs in wanted]


def draw_curve(compiled: CompiledBrain, file: Path) -> Path | None:
    """Draw the learning curve beside a brain file; where it is, or None if it cannot be drawn."""
    from spikeworm_env.reports.figures import FIGURES, draw_figure

    picture = curve_file(file)
    with optional_output(picture.name):
        draw_figure(FIGURES["training_curve"], picture, compiled)
        return picture
    return None


def _publish(folder: Path, made_by: str, contents: dict[Needs, tuple[Any, ...]]) -> list[Path]:
    with optional_output(f"a figure in {folder}"), outputs(folder, made_by) as files:
        for needs, content in contents.items():
            _draw(files.temporary, needs, *content)
        return files.publish()
    return []


def _draw(folder: Path, needs: Needs, *content: Any) -> list[Path]:
    """Draw every figure that needs this content and shows something of it; the paths of those drawn."""
    from spikeworm_env.plotting import require_matplotlib
    from spikeworm_env.reports.figures import FIGURES, draw_figure

    drawn: list[Path] = []
    with optional_output("every figure"):
        require_matplotlib()
        for figure in FIGURES.values():
            path = folder / figure.file
            with optional_output(figure.file):
                if figure.needs is needs and draw_figure(figure, path, *content):
                    drawn.append(path)
    return drawn
