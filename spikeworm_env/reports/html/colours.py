"""The page's colours, from the themes of frames and pictures, as properties of CSS."""

from __future__ import annotations

import numpy as np

from spikeworm_env.rendering.field import CONTOURS, SHADES, shade_position, shade_table
from spikeworm_env.rendering.theme import (
    DARK,
    DORSAL,
    HEAD,
    LIGHT,
    OUTLINE,
    SKIN,
    VENTRAL,
    Colour,
    Theme,
    mix,
)

HUES = len(LIGHT.parts)  # of agents, one after another; they come again
BANDS = len(CONTOURS) + 1  # of the field: below the first contour, between contours, above the last
WORM = {"dorsal": DORSAL, "ventral": VENTRAL, "skin": SKIN, "outline": OUTLINE, "head": HEAD}


def style_sheet() -> str:
    """Light, and dark where a screen asks for it; paper is always light."""
    return (
        f":root{{color-scheme:light;{_properties(LIGHT)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{_properties(DARK)}}}}}"
    )


def _properties(theme: Theme) -> str:
    table = shade_table(theme.field)
    edges = shade_position(np.array((0.0, *CONTOURS, 1.0)))
    middles = np.round((edges[:-1] + edges[1:]) / 2 * (SHADES - 1)).astype(int)
    named: dict[str, Colour] = {
        "paper": theme.paper,
        "panel": theme.panel,
        "ink": theme.ink,
        "muted": mix(theme.muted, theme.ink, 0.25),  # small words must be legible on the panel too
        "line": mix(theme.panel, theme.muted, 0.45),
        "wall": theme.wall,
        "food": theme.food,
        "food-edge": theme.food_edge,
        "trail": theme.trail,
        "contour": theme.contour,
        "other": theme.other,
        **{f"hue-{number}": colour for number, colour in enumerate(theme.parts)},
        **{f"band-{band}": _colour(table[shade]) for band, shade in enumerate(middles)},
        **WORM,
    }
    colours = ";".join(f"--{name}:#{r:02x}{g:02x}{b:02x}" for name, (r, g, b) in named.items())
    return f"{colours};--contour-opacity:{theme.contour_opacity:g}"


def _colour(shade: np.ndarray) -> Colour:
    red, green, blue = shade.tolist()
    return red, green, blue
