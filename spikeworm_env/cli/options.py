"""Options that several commands share, each declared once: single ones, and groups as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.batch.workers import DEFAULT_BACKEND
from spikeworm_env.cli import completion
from spikeworm_env.cli.effects import (
    NoEffect,
    without_brain,
    without_pictures,
    without_recipe,
    without_subject,
)
from spikeworm_env.errors import InputError, shown
from spikeworm_env.exports import Content, suffixes
from spikeworm_env.seeds import MAX_SEED
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

if TYPE_CHECKING:
    from spikeworm_env.interventions import Intervention
    from spikeworm_env.lesions.scale_weights import WeightScaling
    from spikeworm_env.rendering.options import RenderOptions
    from spikeworm_env.trials.task import Trial

DEFAULT_BRAIN = "arena_v1"
DEFAULT_BRAIN_SEED = 42
MOST_BRAINS = 1000

ARENA = "Arena and duration"
BRAIN = "Brain"
PICTURE = "Window and video"
WORKERS = "Workers"

BrainSeed = Annotated[
    int,
    typer.Option(
        "--brain-seed",
        metavar="SEED",
        help="Seed with which a recipe is compiled; brain files keep theirs.",
        rich_help_panel=BRAIN,
    ),
    NoEffect(without_recipe),
]
BrainSeeds = Annotated[
    str,
    typer.Option(
        "--brain-seeds",
        metavar="SEEDS",
        help="Seeds with which recipes are compiled: 42, 42,43 or 42-44.",
        rich_help_panel=BRAIN,
    ),
    NoEffect(without_recipe),
]
WeightJitter = Annotated[
    float,
    typer.Option(
        "--weight-jitter",
        metavar="SHARE",
        help="Relative standard deviation of noise on all initial weights, 0 to 1.",
        rich_help_panel=BRAIN,
    ),
    NoEffect(without_brain),
]
Protocol = Annotated[
    Path | None,
    typer.Option(
        "--protocol",
        metavar="FILE",
        help="JSON file of what is done to a brain in each trial: stimuli, silencing, lesions, drugs; "
        "nothing if not given.",
        rich_help_panel=BRAIN,
    ),
    NoEffect(without_brain),
]
Scale = Annotated[
    str | None,
    typer.Option(
        "--scale",
        metavar="FACTORS",
        help="Factor from 0 to 1 for the initial weights from one component to another: steering->head=0.25; "
        "several with commas between; none if not given.",
        rich_help_panel=BRAIN,
    ),
]


def export_help(content: Content) -> str:
    """Help of an option for a file of an export: every suffix, read without importing a format."""
    what = {Content.RECORDING: "a brain's spikes", Content.NETWORK: "a brain's synapses"}[content]
    return f"File for {what}; none is written if not given: {', '.join(suffixes(content))}."


def controls_help() -> str:
    """Help of ``--controls``: every control, read without importing it."""
    return f"all, none, or names with commas between: {', '.join(CONTROLS.module_names())}."


Record = Annotated[
    Path | None,
    typer.Option("--record", metavar="FILE", help=export_help(Content.RECORDING), rich_help_panel=BRAIN),
]
FirstSeed = Annotated[
    int,
    typer.Option(
        "--first-seed",
        metavar="SEED",
        help="First trial seed; 10000 and above for reporting, below 1000 for tuning.",
    ),
]
Controls = Annotated[
    str,
    typer.Option(
        "--controls",
        metavar="NAMES",
        autocompletion=completion.controls,
        help=controls_help(),
    ),
    NoEffect(without_subject),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace files that other settings or other hands made.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", metavar="N", help="Worker processes; one per core if not given.", rich_help_panel=WORKERS
    ),
]


@dataclass(frozen=True)
class ArenaOptions:
    """The arena, the duration of a trial and the control step."""

    trial: Annotated[
        str,
        typer.Option(
            "--trial",
            metavar="NAME",
            autocompletion=completion.trials,
            help="A named trial, such as far, foraging or reversal.",
            rich_help_panel=ARENA,
        ),
    ] = "default"
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds",
            metavar="SECONDS",
            help="Simulated seconds; those of the trial if not given.",
            rich_help_panel=ARENA,
        ),
    ] = None
    ticks: Annotated[
        int | None,
        typer.Option(
            "--ticks",
            metavar="TICKS",
            help="Duration in ticks of 1 ms, in place of --seconds.",
            rich_help_panel=ARENA,
        ),
    ] = None
    start_distance: Annotated[
        float | None,
        typer.Option(
            "--start-distance",
            metavar="LENGTHS",
            help="From the head to the nearest food, body lengths; as in the trial if not given.",
            rich_help_panel=ARENA,
        ),
    ] = None
    sigma: Annotated[
        float | None,
        typer.Option(
            "--sigma",
            metavar="LENGTHS",
            help="Standard deviation of a food's Gaussian, body lengths; as in the trial if not given.",
            rich_help_panel=ARENA,
        ),
    ] = None
    foods: Annotated[
        int | None,
        typer.Option(
            "--foods",
            metavar="N",
            help="Number of foods in the arena; as in the trial if not given.",
            rich_help_panel=ARENA,
        ),
    ] = None
    arena_radius: Annotated[
        float | None,
        typer.Option(
            "--arena-radius",
            metavar="LENGTHS",
            help="Radius of the arena, body lengths; as in the trial if not given.",
            rich_help_panel=ARENA,
        ),
    ] = None
    frame_skip: Annotated[
        int,
        typer.Option(
            "--frame-skip",
            metavar="TICKS",
            help="Ticks per control step; 1 is lock-step.",
            rich_help_panel=ARENA,
        ),
    ] = DEFAULT_FRAME_SKIP

    def as_trial(self) -> Trial:
        """The named trial with the changes asked for.

        Raises:
            InputError: an unknown trial, or a duration out of range.
        """
        from spikeworm_env.trials.task import duration, find_trial

        return find_trial(self.trial).with_changes(
            duration_s=duration(seconds=self.seconds, ticks=self.ticks),
            start_distance=self.start_distance,
            sigma=self.sigma,
            n_foods=self.foods,
            arena_radius=self.arena_radius,
        )


@dataclass(frozen=True)
class WorkerOptions:
    """How many processes compute, and where."""

    jobs: Jobs = None
    backend: Annotated[
        str,
        typer.Option(
            "--backend",
            metavar="NAME",
            autocompletion=completion.backends,
            help="Kind of workers: loky, dask or ray.",
            rich_help_panel=WORKERS,
        ),
    ] = DEFAULT_BACKEND
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="ADDRESS",
            help="Address of a running Dask or Ray cluster, such as tcp://HOST:8786; a local one is started "
            "if not given.",
            rich_help_panel=WORKERS,
        ),
    ] = None


@dataclass(frozen=True)
class PictureOptions:
    """What a window or a video shows, and in which colours."""

    panel: Annotated[
        bool,
        typer.Option("--panel/--no-panel", help="Show a brain's spikes or not.", rich_help_panel=PICTURE),
        NoEffect(without_pictures, without_brain),
    ] = True
    theme: Annotated[
        str,
        typer.Option(
            "--theme",
            metavar="NAME",
            autocompletion=completion.themes,
            help="Colours: dark or light.",
            rich_help_panel=PICTURE,
        ),
        NoEffect(without_pictures),
    ] = "dark"
    follow: Annotated[
        bool,
        typer.Option("--follow", help="Keep the camera on the worm.", rich_help_panel=PICTURE),
        NoEffect(without_pictures),
    ] = False
    zoom: Annotated[
        float | None,
        typer.Option(
            "--zoom",
            metavar="FACTOR",
            help="Magnification, from 1 (the whole arena) to 32; 1 if not given, 6 with --follow.",
            rich_help_panel=PICTURE,
        ),
        NoEffect(without_pictures),
    ] = None

    def as_render_options(self) -> RenderOptions:
        """The same for a renderer, without a brain's panel, which comes from the agent.

        Raises:
            InputError: an unknown theme, or a zoom out of range.
        """
        from spikeworm_env.rendering.options import FOLLOWING_ZOOM, RenderOptions

        zoom = self.zoom if self.zoom is not None else FOLLOWING_ZOOM if self.follow else 1.0
        render_options = RenderOptions(show_panel=self.panel, theme=self.theme, zoom=zoom, follow=self.follow)
        render_options.check()
        return render_options


def is_whole(text: str) -> bool:
    """Whether a text is a whole number of at most 19 digits, as many as the greatest seed has."""
    return text.isdecimal() and len(text) <= len(str(MAX_SEED))


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds of a list such as ``42``, ``42,43,50`` or ``42-44``.

    Raises:
        InputError: the text is not such a list.
    """
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not is_whole(first) or (dash and not is_whole(last)) or (dash and int(last) < int(first)):
            raise InputError(f"--brain-seeds is {shown(text)}; expected seeds such as 42, 42,43,50 or 42-44")
        run = range(int(first), int(last or first) + 1)
        if len(seeds) + run.stop - run.start > MOST_BRAINS:  # len(run) has a limit of its own
            raise InputError(f"--brain-seeds is {shown(text)}; expected at most {MOST_BRAINS} seeds")
        seeds.extend(run)
    return tuple(seeds)


def parse_scalings(text: str | None) -> tuple[WeightScaling, ...]:
    """The scalings of a list such as ``steering->head=0.25,touch->alarm=0``; none for None.

    Raises:
        InputError: the text is not such a list.
    """
    from spikeworm_env.lesions.scale_weights import WeightScaling

    return () if text is None else tuple(WeightScaling.parse(part) for part in text.split(","))


def read_protocol(file: Path | None) -> tuple[Intervention, ...]:
    """The protocol of a file; an empty one for None.

    Raises:
        InputError: the file is no protocol.
    """
    from spikeworm_env.interventions._protocol import load_protocol

    return () if file is None else load_protocol(file)


def parse_names(text: str) -> str | list[str]:
    """``all`` and ``none`` unchanged; anything else as a list of names."""
    return text if text in ("all", "none") else [name.strip() for name in text.split(",")]
