"""Pages made from files in the repository's root."""

from __future__ import annotations

from site_pages.folder import Folder

QUICK_START = """\
# Quick start

*Tutorial.*

## Run it

```{include} ../../README.md
:start-after: "## Run it"
:end-before: "## Read on"
:relative-docs: docs/
:relative-images:
```
"""

WHOLE = """\
```{{include}} ../../{file}
:relative-docs: docs/
```
"""


def write(folder: Folder) -> None:
    """Write the quick start, contributing and changelog pages."""
    folder.text("quick_start.md", QUICK_START)
    for file in ("CONTRIBUTING.md", "CHANGELOG.md"):
        folder.text(file.lower(), WHOLE.format(file=file))
