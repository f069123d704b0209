"""The site builds without a warning and has a section for every registered part."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import gymnasium
import pytest

import spikeworm_env
from spikeworm_env.compiler.library import block_names, recipe_names
from spikeworm_env.engine.neurons import NEURON_MODELS
from spikeworm_env.engine.synapses import SYNAPSE_TYPES

DOCS = Path(__file__).parents[2] / "docs"
FRONT_PICTURE_MOST_BYTES = 1_500_000


def test_picture_on_the_front_page_is_below_its_size_limit():
    assert (DOCS / "images" / "worm.gif").stat().st_size < FRONT_PICTURE_MOST_BYTES


def test_site_builds_without_a_warning_and_shows_every_registered_part(tmp_path):
    for extra in ("sphinx", "furo", "myst_nb", "sphinx_copybutton", "matplotlib"):
        pytest.importorskip(extra, reason="needs the extra docs")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        str(DOCS),
        str(tmp_path),
    ]
    environment = {**os.environ, "SPIKEWORM_NOTEBOOKS": "first_worm"}
    built = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert built.returncode == 0, built.stderr

    pages = {
        page.relative_to(tmp_path).as_posix(): page.read_text("utf-8") for page in tmp_path.rglob("*.html")
    }
    assert 'src="_images/worm.gif"' in pages["index.html"]
    first = pages["notebooks/first_worm.html"]
    assert first.count('class="cell_output') >= 4 and "crawler_v1:blind" in first
    notebooks = {f"notebooks/{page.stem}.html" for page in (DOCS / "notebooks").glob("*.md")}
    assert notebooks and notebooks <= pages.keys()
    for name, spec in gymnasium.registry.items():
        if name.startswith("SpikeWorm/"):
            page = pages[f"generated/environments/{spec.name.lower()}.html"]
            assert f"{spec.name}-v{spec.version}" in page
            for heading in ("Action Space", "Observation Space", "Rewards", "Arguments", "Version History"):
                assert f"<h2>{heading}" in page
    assert_sections(pages["generated/synapses.html"], [*NEURON_MODELS, *SYNAPSE_TYPES])
    assert 'src="../_images/thousand_neurons.png"' in pages["generated/thousand_neurons.html"]
    assert_sections(pages["generated/circuits.html"], block_names())
    assert_sections(pages["generated/recipe_pictures.html"], recipe_names())
    reference = "".join(text for page, text in pages.items() if page.startswith("api/"))
    for name in spikeworm_env.__all__:
        assert f'id="spikeworm_env.{name}"' in reference


def assert_sections(page, names):
    """Each name is a heading of the page, with a picture in its section."""
    for name in names:
        section = page.split(f'>{name}<a class="headerlink"')[1]
        assert f"{name}.png" in section.split("</section>")[0]
