"""A folder of generated files; only changed files are written, so that Sphinx rebuilds only these."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from spikeworm_env.reports.figure_style import save_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Folder:
    """The folder of the site's generated pages.

    Args:
        path: the folder; made if missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: set[Path] = set()

    def text(self, name: str, text: str) -> None:
        """Write a page."""
        self._bytes(name, text.encode())

    def figure(self, name: str, figure: Figure) -> None:
        """Write a PNG."""
        with TemporaryDirectory() as temporary:
            picture = Path(temporary) / "figure.png"
            save_figure(figure, picture)
            self._bytes(name, picture.read_bytes())

    def image(self, name: str, frame: object) -> None:
        """Write a PNG of (height, width, 3) uint8 pixels."""
        from PIL import Image

        with TemporaryDirectory() as temporary:
            picture = Path(temporary) / "frame.png"
            Image.fromarray(frame).save(picture, optimize=True)
            self._bytes(name, picture.read_bytes())

    def remove_others(self) -> None:
        """Remove files of earlier builds that this build did not write."""
        for file in self.path.rglob("*"):
            if file.is_file() and file not in self._written:
                file.unlink()

    def _bytes(self, name: str, content: bytes) -> None:
        file = self.path / name
        self._written.add(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.is_file() or file.read_bytes() != content:
            file.write_bytes(content)
