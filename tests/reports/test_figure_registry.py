"""Contract of figures: declarations are well formed, and a new file is drawn with the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from spikeworm_env.cli.figures import draw_block, draw_brain
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.library import block_names
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.reports.figures import FIGURES, Needs

pytest.importorskip("matplotlib")

TOY = '''"""A toy."""
from spikeworm_env.reports.figure_style import new_figure
from spikeworm_env.reports.figures import FigureKind, Needs

def weight_figure(compiled):
    figure = new_figure(4.0, 3.0)
    figure.add_subplot().hist(compiled.network.weight)
    return figure

FIGURE = FigureKind(name="weight_histogram", file="weight_histogram.png", needs=Needs.BRAIN,
                    about="distribution of weights", draw=weight_figure, order=900)
'''


def test_figures_declare_what_they_show_and_never_share_a_file() -> None:
    files = [(figure.needs, figure.file) for figure in FIGURES.values()]
    assert len(set(files)) == len(files)
    for figure in FIGURES.values():
        assert figure.about and "\n" not in figure.about
        assert figure.file.endswith(".png")
    orders = [figure.order for figure in FIGURES.values()]
    assert orders == sorted(set(orders))
    assert {figure.needs for figure in FIGURES.values()} == set(Needs)


def test_a_brain_and_a_block_have_the_figures_that_need_no_more(tmp_path: Path) -> None:
    names = {file.name for file in draw_brain(compile_recipe("minimal"), tmp_path, None)}
    assert names == {figure.file for figure in FIGURES.values() if figure.needs is Needs.BRAIN}
    block = read_block(next(iter(block_names().values())))
    names = {file.name for file in draw_block(block, tmp_path)}
    assert names == {figure.file for figure in FIGURES.values() if figure.needs is Needs.BLOCK}


def test_a_new_file_is_drawn_with_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "weight_histogram.py").write_text(TOY, encoding="utf-8")
    with FIGURES.including(folder):
        files = draw_brain(compile_recipe("minimal"), tmp_path / "out", None)
    assert tmp_path / "out" / "weight_histogram.png" in files
    assert "weight_histogram" not in FIGURES
