"""Options that several commands share, each declared once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.errors import InputError
from spikeworm_env.trials.controls import CONTROLS

if TYPE_CHECKING:
    from spikeworm_env.lesions.scale_weights import WeightScaling
    from spikeworm_env.rendering.options import RenderOptions
    from spikeworm_env.trials.task import Trial

DEFAULT_BRAIN = "arena_v1"
DEFAULT_BRAIN_SEED = 42

ARENA = "ArenaOptions and duration"
BRAIN = "Brain"
PICTURE = "Window and video"
WORKERS = "Workers"

TrialName = Annotated[str, typer.Option("--trial", help="A named trial, such as far.", rich_help_panel=ARENA)]
Seconds = Annotated[float | None, typer.Option("--seconds", help="Simulated seconds.", rich_help_panel=ARENA)]
Ticks = Annotated[
    int | None, typer.Option("--ticks", help="The same in ticks of 1 ms.", rich_help_panel=ARENA)
]
StartDistance = Annotated[
    float | None,
    typer.Option("--start-distance", help="From head to nearest food, body lengths.", rich_help_panel=ARENA),
]
Sigma = Annotated[
    float | None,
    typer.Option("--sigma", help="Width of a food's field, body lengths.", rich_help_panel=ARENA),
]
Foods = Annotated[int | None, typer.Option("--foods", help="Foods in the arena.", rich_help_panel=ARENA)]
FrameSkip = Annotated[
    int, typer.Option("--frame-skip", help="Ticks per control step; 1 is lock-step.", rich_help_panel=ARENA)
]
WeightJitter = Annotated[
    float,
    typer.Option(
        "--weight-jitter", help="Relative noise on all weights, such as 0.2.", rich_help_panel=BRAIN
    ),
]
Weaken = Annotated[
    str | None,
    typer.Option(
        "--weaken",
        help="What reaches one component from another, from birth, as a share: steering->head=0.25; "
        "several with commas between.",
        rich_help_panel=BRAIN,
    ),
]
BrainSeeds = Annotated[
    str,
    typer.Option(
        "--brain-seeds",
        help="Seeds to compile recipes with: 42, 42,43 or 42-44; run takes one.",
        rich_help_panel=BRAIN,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", help="Worker processes; by default one a core.", rich_help_panel=WORKERS),
]
Backend = Annotated[
    str, typer.Option("--backend", help="Of the workers: loky, dask or ray.", rich_help_panel=WORKERS)
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        help="A running Dask or Ray cluster, such as tcp://HOST:8786; by default one is begun here.",
        rich_help_panel=WORKERS,
    ),
]
FirstSeed = Annotated[int, typer.Option("--first-seed", help="10000 and up to report, below 1000 to tune.")]
Panel = Annotated[
    bool,
    typer.Option("--panel/--no-panel", help="Whether a brain's spikes are shown.", rich_help_panel=PICTURE),
]
ThemeName = Annotated[str, typer.Option("--theme", help="Colours: dark or light.", rich_help_panel=PICTURE)]
Follow = Annotated[
    bool, typer.Option("--follow", help="Keep the camera on the worm.", rich_help_panel=PICTURE)
]
Zoom = Annotated[
    float | None,
    typer.Option(
        "--zoom", help="Of the camera, 1 (the whole arena) to 32; 6 to follow.", rich_help_panel=PICTURE
    ),
]


def controls_help() -> str:
    """Help of ``--controls``: every control, read without importing it."""
    return f"all, none, or names with commas between: {', '.join(CONTROLS.module_names())}."


Controls = Annotated[str, typer.Option("--controls", help=controls_help())]
Record = Annotated[
    Path | None,
    typer.Option("--record", help="File for a brain's spikes: .nwb, .npz or .csv.", rich_help_panel=BRAIN),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]


@dataclass(frozen=True)
class ArenaOptions:
    """What the options of the arena say."""

    trial: str
    seconds: float | None
    ticks: int | None
    start_distance: float | None
    sigma: float | None
    foods: int | None

    def as_trial(self) -> Trial:
        """The named trial with the changes asked for.

        Raises:
            InputError: an unknown trial, or a duration that is none.
        """
        from spikeworm_env.trials.task import duration, find_trial

        return find_trial(self.trial).with_changes(
            duration_s=duration(seconds=self.seconds, ticks=self.ticks),
            start_distance=self.start_distance,
            sigma=self.sigma,
            n_foods=self.foods,
        )


@dataclass(frozen=True)
class Picture:
    """What the options of window and video say."""

    panel: bool
    theme: str
    follow: bool
    zoom: float | None

    def as_look(self) -> RenderOptions:
        """How frames are to look; the panel itself is the agent's.

        Raises:
            InputError: a theme that does not exist, or a zoom out of range.
        """
        from spikeworm_env.rendering.options import FOLLOWING_ZOOM, RenderOptions

        zoom = self.zoom if self.zoom is not None else FOLLOWING_ZOOM if self.follow else 1.0
        render_options = RenderOptions(show_panel=self.panel, theme=self.theme, zoom=zoom, follow=self.follow)
        render_options.check()
        return render_options


MOST_BRAINS = 1000


def seeds_of(text: str) -> tuple[int, ...]:
    """The seeds that a list such as ``42``, ``42,43,50`` or ``42-44`` names.

    Raises:
        InputError: anything else.
    """
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not first.isdecimal() or (dash and not last.isdecimal()) or (dash and int(last) < int(first)):
            raise InputError(f"--brain-seeds: {text!r} is no list of seeds; write 42, 42,43,50 or 42-44")
        run = range(int(first), int(last or first) + 1)
        if len(seeds) + len(run) > MOST_BRAINS:
            raise InputError(f"--brain-seeds: {text!r} names more than {MOST_BRAINS} seeds")
        seeds.extend(run)
    return tuple(seeds)


def scalings_of(text: str | None) -> tuple[WeightScaling, ...]:
    """What a list such as ``steering->head=0.25,touch->alarm=0`` says; nothing without one.

    Raises:
        InputError: it is no such list.
    """
    from spikeworm_env.lesions.scale_weights import WeightScaling

    return () if text is None else tuple(WeightScaling.parse(part) for part in text.split(","))


def names_of(text: str) -> str | list[str]:
    """``all`` and ``none`` as they are; anything else as a list of names."""
    return text if text in ("all", "none") else [name.strip() for name in text.split(",")]
