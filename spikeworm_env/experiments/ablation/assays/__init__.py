"""Small tests of behaviour in closed loop: one file each, found by its ``ASSAY``.

An assay puts one worm, or one after another, through something and yields named numbers. The world does
what is done: an assay chooses arena, start and heading and holds channels of the observation, and never
touches a brain. A new assay is a function in a file of its own here::

    @assay(Measure("speed", "BL/s", "mean speed", wanted="high"))
    def calm(hatch, *, seconds=10.0):
        \"\"\"Nothing happens.\"\"\"
        animal = hatch()
        animal.live(seconds, head_touch=0.0)
        return {"speed": animal.track.speed}


    ASSAY = calm
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.experiments.ablation.assays._animal import FRAME_SKIP, Animal, Place
from spikeworm_env.experiments.ablation.assays._assay import DEFAULT_ARENA, Assay, Measure
from spikeworm_env.seeds import checked_seed
from spikeworm_env.trials.task import Trial

__all__ = ["ASSAYS", "FRAME_SKIP", "Assay", "Measure", "find_assays", "run_assay"]


def _discover() -> dict[str, Assay]:
    files = sorted(Path(__file__).parent.glob("[!_]*.py"))
    found = [importlib.import_module(f"{__name__}.{file.stem}").ASSAY for file in files]
    return {each.name: each for each in found}


ASSAYS: Mapping[str, Assay] = MappingProxyType(_discover())
"""All assays by name."""


def run_assay(
    assay: str | Assay, brain: CompiledBrain | Callable[[], Agent], seed: int, **settings: float
) -> dict[str, float]:
    """Put one brain through one assay.

    Args:
        assay: an assay or the name of one.
        brain: a compiled brain, or what makes an agent of 10 ticks an action. Every worm of the assay has a
            new one: nothing that another learned is in it.
        seed: of arena, start and all noise; the same as a trial's.
        **settings: of the assay, over its defaults (``ASSAYS["touch"].settings``).

    Returns:
        A number for every measure, in the order declared; NaN for what could not be measured.

    Raises:
        InputError: an unknown assay or setting, or a seed that is none.
    """
    (chosen,) = find_assays(assay)
    seed = checked_seed(seed, "trial seed")
    complete = chosen.with_settings(settings)

    def hatch(arena: Trial = DEFAULT_ARENA, place: Place | None = None) -> Animal:
        new = SpikingAgent(brain, frame_skip=FRAME_SKIP) if isinstance(brain, CompiledBrain) else brain()
        return Animal(new, seed, arena, place)

    found = chosen.script(hatch, **complete)
    return {measure.name: float(found[measure.name]) for measure in chosen.measures}


def find_assays(assays: str | Assay | Sequence[str | Assay]) -> tuple[Assay, ...]:
    """The assays that ``"all"``, a name or a list of names stands for.

    Raises:
        UnknownNameError, InputError: a name that none bears, one twice, or none at all.
    """
    if assays == "all":
        return tuple(ASSAYS.values())
    wanted = [assays] if isinstance(assays, str | Assay) else list(assays)
    for each in wanted:
        if isinstance(each, str) and each not in ASSAYS:
            raise UnknownNameError("assay", each, ASSAYS)
    found = tuple(ASSAYS[each] if isinstance(each, str) else each for each in wanted)
    if not found or len({each.name for each in found}) < len(found):
        raise InputError(f"assays must be at least one and each another, not {[each.name for each in found]}")
    return found
