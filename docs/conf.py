"""Sphinx configuration of the site: ``sphinx-build -W docs site``, with the extra ``docs``.

The environment variable ``SPIKEWORM_NOTEBOOKS`` names the notebooks that are run: ``all``, names with commas
between them, or none if it is not set. Notebooks that are not run are shown without their results.

The pages are the Markdown files in this folder, which a code host can show as they are. The package
``site_pages`` generates further pages at build time.
"""

import importlib.metadata
import os
import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

project = "SpikeWorm"
author = "the SpikeWorm authors"
copyright = author
try:
    release = importlib.metadata.version("spikeworm")
except importlib.metadata.PackageNotFoundError:  # a checkout that is not installed
    release = ""

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "site_pages",
]
exclude_patterns = ["site_pages", "examples"]
source_suffix = {".md": "myst-nb", ".rst": "restructuredtext"}
nitpicky = False

NOTEBOOKS = [page.stem for page in (DOCS / "notebooks").glob("*.md")]
wanted = os.environ.get("SPIKEWORM_NOTEBOOKS", "").split(",")
unknown = {*wanted} - {*NOTEBOOKS, "all", ""}
if unknown:
    raise ValueError(f"SPIKEWORM_NOTEBOOKS has {sorted(unknown)}; expected all, or some of {NOTEBOOKS}")
nb_execution_mode = "force" if wanted != [""] else "off"
nb_execution_excludepatterns = [f"notebooks/{name}.md" for name in NOTEBOOKS if not {name, "all"} & {*wanted}]
nb_execution_timeout = 600
nb_execution_raise_on_error = nb_execution_in_temp = nb_merge_streams = True

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_typehints = "description"
autodoc_type_aliases = {"ArrayLike": "ArrayLike"}  # instead of NumPy's long union
autodoc_typehints_description_target = "documented_params"
autodoc_member_order = "bysource"
napoleon_attr_annotations = False
smartquotes = False  # quotes of a default such as 'flat' stay straight
default_role = "code"  # docstrings have names between single backticks
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = "SpikeWorm"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_favicon = "static/favicon.svg"
html_copy_source = html_show_sourcelink = False
pygments_style, pygments_dark_style = "friendly", "github-dark"
copybutton_exclude = ".linenos, .gp, .go"
