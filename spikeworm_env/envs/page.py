"""The parts that the documentation pages of all environments share; a page is its class's docstring."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, Final

COMMON_ARGUMENTS: Final = {
    "start_distance": ("BL", "from the head to the nearest food at the reset"),
    "sigma": ("BL", "width of a food's smell, peak * exp(-d^2 / 2 sigma^2)"),
    "n_foods": ("", "foods in the arena, 1 to 100; their smells add"),
    "food_peak": ("", "concentration at a food"),
    "food_position": ("BL", "(x, y) of the first food, or a list; None: drawn at every reset"),
    "duration_s": ("s", "simulated time of an episode"),
    "frame_skip": ("ticks", "ticks per step; 1 is lock-step"),
    "arena_radius": ("BL", "of the round wall"),
    "drag_ratio": ("", "drag across / along the body: 40 on agar, 1.5 to 2 in liquid"),
    "observation": ("", '"flat" for one vector, "dict" for a dict of vectors by channel'),
    "noise": ("", "standard deviation of what is added to each channel of smell, food peaks"),
    "render_mode": ("", 'None, "human" (a window in real time) or "rgb_array"'),
    "render_size": ("px", "side of a frame, 240 to 4096"),
}
"""Unit and meaning of the arguments that every environment takes."""

PARTS: Final = {
    "body": """
A worm of 24 links lies on its side in a round arena. Muscles bend the joints; the drag of the agar, forty
times as strong across the body as along it, turns bending into crawling. Food smells as a Gaussian of the
distance. Lengths are in body lengths (BL), times in seconds; one tick is 1 ms and a step is `frame_skip`
ticks.
""",
    "muscles": """
`Box(0, 1, (2, 24), float32)`: the share of a muscle's motor neurons that spike per tick, averaged over
the step. Muscles own the gain and the time constant (0.86 per spike, 100 ms). Values outside of 0..1
are clipped; any floating point type is taken; NaN, infinity, another type or another shape raises
`ActionError` (a `ValueError`) and changes nothing.

| Row | Columns | Name            | Min | Max | Unit                   |
|-----|---------|-----------------|-----|-----|------------------------|
| 0   | 0..23   | dorsal muscles  | 0   | 1   | spikes / neuron / tick |
| 1   | 0..23   | ventral muscles | 0   | 1   | spikes / neuron / tick |

Columns run from head to tail. A crawling worm uses about 0.01.
""",
    "approach_term": """
| approach | change of the concentration at the head over the step; sums to end - start  |
""",
    "terms_head": """
The reward is the sum of the terms in `info["reward_terms"]`:

| Term     | Value                                                                       |
|----------|-----------------------------------------------------------------------------|
""",
    "senses": """
`Box((77,), float32)`. The bounds of concentrations are those of one food of peak 1; in general they are
`n_foods * food_peak`.

{senses_head}
{smell}
{body_senses}

{senses_notes}
""",
    "senses_head": """
| Index  | Name                | Min | Max | Unit                                                     |
|--------|---------------------|-----|-----|----------------------------------------------------------|
""",
    "smell": """
| 0      | concentration       | 0   | 1   | food peaks, at the head tip                              |
| 1      | concentration_left  | 0   | 1   | food peaks, 0.04 BL to the left of the head tip          |
| 2      | concentration_right | 0   | 1   | food peaks, 0.04 BL to the right                         |
| 3      | adapted_change      | -1  | 1   | food peaks: concentration less its running mean (1 s)    |
""",
    "body_senses": """
| 4      | head_touch          | 0   | 1   | 1 - exp(-force / 0.5) of the wall on the front third     |
| 5      | tail_touch          | 0   | 1   | the same on the rear third                               |
| 6..28  | joint_angle         | -pi | pi  | rad, head to tail, positive: dorsal side concave         |
| 29..52 | dorsal_activation   | 0   | 1   | 1 - exp(-activation), head to tail                       |
| 53..76 | ventral_activation  | 0   | 1   | the same                                                 |
""",
    "senses_notes": """
`env.unwrapped.layout` holds the indices by name. With `observation="dict"` each name is a key, and its value
a float32 vector. The worm bends in the plane in which left and right are: dorsal is its right-hand side. (A
real worm on agar lies on its side and has no left and right sensors in that plane; the two are a robot's.)
With `noise`, normal noise is added to the channels of smell anew each step, and the sum held in bounds.
""",
    "wall_term": """
| wall     | -0.1 per second in which any part of the body touches the wall              |
""",
    "start": """
The first food is drawn uniformly over the part of the arena at least 3 BL from the wall, the start uniformly
over the places at `start_distance` from it that are as far from the wall; the distance is the same for
every seed. Further foods are not nearer. The worm is straight and relaxed; its heading is uniform.
`reset(options=...)` takes `position` (x, y), `heading_rad` and `food` [(x, y), ...]; what is left open
is drawn as before.
""",
    "end": """
Never terminated: a worm at food may stay there. Truncated after `duration_s`; the last step is shorter if
`frame_skip` does not divide it. A step after that needs a reset.
""",
    "info": """
| Key            | Value                                                                          |
|----------------|--------------------------------------------------------------------------------|
| tick           | ticks since the reset                                                          |
| time_s         | the same in seconds                                                            |
| frame_skip     | ticks in a step                                                                |
| position       | (2,) head tip, BL; the arena's centre is the origin                             |
| heading_rad    | the direction that the head points in                                          |
| distance       | from the head tip to the nearest food, BL                                      |
| concentration  | at the head tip, food peaks                                                    |
| food           | (k, 2) places of the foods, BL                                                 |
| reward_terms   | the terms of this step's reward by name                                        |
| ci_time        | 1 - mean distance / start distance, since the reset                            |
| ci_net         | (start distance - distance) / start distance                                   |
| ci_clipped     | mean of max(0, 1 - distance / start distance)                                  |
| min_distance   | least distance since the reset, BL                                             |
| start_distance | distance at the reset, BL                                                      |
| success        | whether the least distance is 1 BL or less                                     |
""",
    "arguments_head": """
| Argument       | Default | Unit  | Meaning                                                             |
|----------------|---------|-------|---------------------------------------------------------------------|
""",
    "arguments_notes": """
`InputError` (a `ValueError`) names an argument that cannot be. `env.unwrapped.get_state()` and
`set_state()` take and restore a snapshot from which the same actions give the same future bit for bit.
""",
}


def fill_page(page: str, defaults: Mapping[str, Any]) -> str:
    """A docstring with the shared parts where it names them.

    Args:
        page: the docstring; ``{name}`` stands for a part, ``{arguments}`` for the rows of those arguments
            that all environments take.
        defaults: of the environment's arguments.
    """
    page = inspect.cleandoc(page)
    rows = "\n".join(
        f"| {name} | {defaults[name]!r} | {unit} | {meaning} |"
        for name, (unit, meaning) in COMMON_ARGUMENTS.items()
    )
    for name, part in {**PARTS, "arguments": rows}.items():
        page = page.replace(f"{{{name}}}", part.strip("\n"))
    return re.sub(r"(?:^\|.*\|$\n?)+", lambda table: _aligned(table[0]), page, flags=re.MULTILINE)


def _aligned(table: str) -> str:
    """A table whose columns are as wide as their widest cell."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    rows[1] = ["" for _ in rows[1]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines[1] = "|-" + "-|-".join("-" * width for width in widths) + "-|"
    return "\n".join(lines) + "\n"[: table.endswith("\n")]
