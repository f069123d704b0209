"""Options of rendering, which the keys of a window can change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from spikeworm_env.checks import flag, function, known_name, number
from spikeworm_env.errors import InputError, shown
from spikeworm_env.rendering.brain_snapshot import BrainSnapshot
from spikeworm_env.rendering.theme import THEMES, Theme

ZOOM_RANGE = (1.0, 32.0)
FARTHEST_CENTRE_BL = 1e6
FOLLOWING_ZOOM = 6.0  # with which a camera begins to follow


@dataclass(eq=False)
class RenderOptions:
    """Panel, theme and camera. They may change between frames; the world does not depend on them.

    Attributes:
        panel: called for each frame, returns the state of an agent's brain; None: the agent has no brain.
        show_panel: whether the frame shows it.
        theme: ``"dark"`` or ``"light"``.
        zoom: of the large view, 1 (the whole arena) to 32.
        follow: whether the large view is centred on the worm.
        centre: centre of the large view otherwise, x, y, BL; without effect at zoom 1.
    """

    panel: Callable[[], BrainSnapshot] | None = None
    show_panel: bool = True
    theme: str = "dark"
    zoom: float = 1.0
    follow: bool = False
    centre: tuple[float, float] = (0.0, 0.0)

    def __getstate__(self) -> dict[str, Any]:
        """All but the panel: a copy of a world does not include the agent's brain."""
        return {**self.__dict__, "panel": None}

    @property
    def colours(self) -> Theme:
        """The theme itself.

        Raises:
            UnknownNameError: there is no theme of that name.
        """
        return THEMES[known_name("theme", self.theme, THEMES)]

    def check(self) -> None:
        """Refuse what cannot be.

        Raises:
            InputError: a theme that does not exist, a zoom out of range, a centre that is no place.
        """
        number("zoom", self.zoom, *ZOOM_RANGE)
        for name in ("show_panel", "follow"):
            flag(name, getattr(self, name))
        if not isinstance(self.centre, Sequence) or isinstance(self.centre, str) or len(self.centre) != 2:
            raise InputError(f"centre is {shown(self.centre)}; expected x, y in body lengths")
        for index, value in enumerate(self.centre):
            number(f"centre[{index}]", value, -FARTHEST_CENTRE_BL, FARTHEST_CENTRE_BL, "BL")
        function("panel", self.panel)
        _ = self.colours

    def zoom_by(self, factor: float) -> None:
        """Zoom in or out, within the range; whole arenas are in the middle."""
        self.zoom = min(max(self.zoom * factor, ZOOM_RANGE[0]), ZOOM_RANGE[1])
        if self.zoom == ZOOM_RANGE[0]:
            self.centre = (0.0, 0.0)

    def whole_arena(self) -> None:
        """Show all of the arena."""
        self.zoom, self.follow, self.centre = 1.0, False, (0.0, 0.0)

    def next_camera(self) -> None:
        """From the arena to the worm, from the worm to the arena."""
        if self.follow:
            self.whole_arena()
        else:
            self.follow, self.zoom = True, max(self.zoom, FOLLOWING_ZOOM)

    def next_theme(self) -> None:
        """The theme after this one."""
        names = list(THEMES)
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
