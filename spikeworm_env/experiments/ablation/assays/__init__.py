"""Assays: short tests of behaviour in closed loop, one file each.

An assay runs one worm or several, one after another, and returns named numbers. It chooses arena, start and
heading and holds channels of the observation; it never changes a brain. A new assay is a function in a file
of its own in this folder::

    @assay(Measure("speed", "BL/s", "mean speed", wanted="high"))
    def undisturbed(make_worm, *, seconds=10.0):
        \"\"\"No stimulus: spontaneous locomotion.\"\"\"
        worm = make_worm()
        worm.run(seconds, head_touch=0.0)
        return {"speed": worm.track.speed}


    ASSAY = undisturbed
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.checks import list_of
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import InputError, shown
from spikeworm_env.experiments.ablation.assays._assay import DEFAULT_ARENA, Assay, Measure, assay
from spikeworm_env.experiments.ablation.assays._worm import FRAME_SKIP, Place, Worm
from spikeworm_env.registry import Registry
from spikeworm_env.seeds import checked_seed
from spikeworm_env.trials.task import Trial

__all__ = ["ASSAYS", "FRAME_SKIP", "Assay", "Measure", "assay", "find_assays", "run_assay"]


ASSAYS: Registry[Assay] = Registry(__name__, "ASSAY", kind="assay", of=Assay)
"""All assays by name."""


def run_assay(
    assay: str | Assay, brain: CompiledBrain | Callable[[], Agent], seed: int, **settings: float
) -> dict[str, float]:
    """Run one assay with one brain.

    Args:
        assay: an assay or the name of one.
        brain: a compiled brain, or a function that makes an agent of 10 ticks per action. Every worm of the
            assay has an agent of its own, which starts from the same weights.
        seed: of arena, start and all noise; the same as a trial's.
        **settings: of the assay, over its defaults (``ASSAYS["touch"].settings``).

    Returns:
        A number for every measure, in the order declared; NaN for what could not be measured.

    Raises:
        InputError: an unknown assay or setting, or an invalid seed.
    """
    (chosen,) = find_assays(assay)
    seed = checked_seed(seed, "trial seed")
    complete = chosen.with_settings(settings)
    if not isinstance(brain, CompiledBrain) and not callable(brain):
        raise InputError(
            f"brain is {shown(brain)}; expected a compiled brain or a function that makes an agent"
        )

    def make_worm(arena: Trial = DEFAULT_ARENA, place: Place | None = None) -> Worm:
        agent = SpikingAgent(brain, frame_skip=FRAME_SKIP) if isinstance(brain, CompiledBrain) else brain()
        return Worm(agent, seed, arena, place)

    found = chosen.script(make_worm, **complete)
    return {measure.name: float(found[measure.name]) for measure in chosen.measures}


def find_assays(assays: str | Assay | Sequence[str | Assay]) -> tuple[Assay, ...]:
    """The assays of ``"all"``, of a name or of several.

    Raises:
        UnknownNameError, InputError: an unknown name, one twice, or none at all.
    """
    if isinstance(assays, str) and assays == "all":
        return tuple(ASSAYS.values())
    wanted = list_of("assays", assays, (str, Assay), "'all', a name or a list of names")
    found = tuple(ASSAYS.find(each) if isinstance(each, str) else each for each in wanted)
    if not found or len({each.name for each in found}) < len(found):
        raise InputError(
            f"assays are {shown([each.name for each in found])}; expected different ones, at least one"
        )
    return found
