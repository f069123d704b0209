"""The site's Sphinx extension: generates pages from the code and puts all pages in order.

Generated pages are written to ``docs/generated/``, which git ignores. The Markdown files beside ``conf.py``
contain no Sphinx directives, so that a code host shows them well; this extension adds tables of contents
and links to generated pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_pages import blocks, environments, project, recipes, synapses, thousand_neurons
from site_pages.contents import toctrees
from site_pages.folder import Folder

if TYPE_CHECKING:
    from sphinx.application import Sphinx

GENERATORS = (project, environments, synapses, thousand_neurons, blocks, recipes)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", _generate)
    app.connect("source-read", _complete)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _generate(app: Sphinx) -> None:
    folder = Folder(Path(app.srcdir) / "generated")
    for generator in GENERATORS:
        generator.write(folder)
    folder.remove_others()


def _complete(app: Sphinx, name: str, source: list[str]) -> None:
    if name == app.config.root_doc:
        source[0] += toctrees(Path(app.srcdir))
    if name == "environment":
        source[0] = environments.with_links(source[0])
