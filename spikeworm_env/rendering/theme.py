"""Colours. Two themes: dark, the default of frames and videos, and light, that of pictures on paper.

The hues are those of Okabe & Ito (2008, "Color Universal Design") or near them: dorsal and ventral, and the
paths of different agents, stay apart for the colour-blind; the field's shades differ in lightness.
A colour is (red, green, blue), each 0 to 255.
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    """One set of colours.

    Args:
        paper: outside the arena.
        panel: behind charts.
        ink: text and values.
        muted: labels, frames and scale bars.
        wall: the ring around the arena.
        field: colours of the concentration field from none to the highest, evenly spaced.
        other: the highest concentration of another odour.
        contour: lines of equal concentration.
        contour_opacity: how much of a contour's colour is laid over the field, 0 to 1.
        food: the marker on a food; ``food_edge`` its rim.
        trail: the head's path.
        parts: colours of a brain's components in turn; they repeat.
    """

    paper: Colour
    panel: Colour
    ink: Colour
    muted: Colour
    wall: Colour
    field: tuple[Colour, ...]
    other: Colour
    contour: Colour
    contour_opacity: float
    food: Colour
    food_edge: Colour
    trail: Colour
    parts: tuple[Colour, ...]

    def legible(self, colour: Colour) -> Colour:
        """A shade of a marker's colour in which text is legible on the paper."""
        return mix(colour, self.ink, 0.45)


PATH_COLOURS: tuple[Colour, ...] = (
    (0, 114, 178),  # blue
    (213, 94, 0),  # vermilion
    (0, 158, 115),  # bluish green
    (204, 121, 167),  # reddish purple
    (0, 0, 0),  # black
    (230, 159, 0),  # orange
    (86, 180, 233),  # sky blue
)

DARK = Theme(
    paper=(14, 17, 23),
    panel=(25, 30, 39),
    ink=(236, 239, 243),
    muted=(142, 153, 167),
    wall=(126, 140, 156),
    field=((24, 29, 39), (28, 46, 61), (34, 68, 82), (48, 96, 104), (84, 134, 132), (138, 178, 164)),
    other=(196, 104, 84),
    contour=(255, 255, 255),
    contour_opacity=0.20,
    food=(255, 246, 214),
    food_edge=(14, 17, 23),
    trail=(255, 221, 140),
    parts=(
        (86, 180, 233),  # sky blue
        (230, 159, 0),  # orange
        (0, 168, 120),  # bluish green
        (216, 132, 178),  # reddish purple
        (240, 228, 66),  # yellow
        (232, 104, 24),  # vermilion
        (230, 234, 239),  # white for black
    ),
)

LIGHT = Theme(
    paper=(255, 255, 255),
    panel=(246, 247, 249),
    ink=(24, 28, 34),
    muted=(104, 112, 122),
    wall=(92, 100, 110),
    field=((253, 253, 251), (237, 243, 241), (217, 231, 228), (192, 215, 213), (164, 196, 197)),
    other=(222, 160, 140),
    contour=(70, 84, 96),
    contour_opacity=0.28,
    food=(24, 28, 34),
    food_edge=(255, 255, 255),
    trail=(150, 92, 24),
    parts=PATH_COLOURS,
)

THEMES = {"dark": DARK, "light": LIGHT}

DORSAL: Colour = (255, 146, 43)
VENTRAL: Colour = (64, 160, 255)
MUSCLE_AT_REST: Colour = (92, 90, 92)
SKIN: Colour = (240, 234, 220)
OUTLINE: Colour = (8, 10, 14)
HEAD: Colour = (232, 62, 132)


def mix(start: Colour, end: Colour, share: float) -> Colour:
    """The colour that lies ``share`` (clipped to 0..1) of the way from ``start`` to ``end``."""
    share = min(max(float(share), 0.0), 1.0)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
    return red, green, blue
