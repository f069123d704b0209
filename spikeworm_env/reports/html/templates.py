"""HTML and SVG from the files of ``templates``, in which Jinja2 escapes every value."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from spikeworm_env.reports.html.words import number

FOLDER = Path(__file__).parent / "templates"


def page(template: str, **values: Any) -> str:
    """A template as it stands, with its values."""
    return _environment().get_template(template).render(values)


def fragment(template: str, **values: Any) -> Markup:
    """A template without its line breaks and indents: a part of a page, not escaped again by the page."""
    return Markup("".join(line.strip() for line in page(template, **values).splitlines()))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"px": "{:.1f}".format, "short": "{:g}".format, "number": number}
    return made
