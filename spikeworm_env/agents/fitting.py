"""The options of an agent that its environment decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spikeworm_env.agents.gaited import ActsBy
from spikeworm_env.agents.pace import check_same
from spikeworm_env.errors import InputError
from spikeworm_env.world.checks import check_frame_skip


def fitted(options: Mapping[str, Any], env: Any, name: str, *, brain: bool) -> dict[str, Any]:
    """The options with those added that the environment decides.

    Args:
        options: given by the caller.
        env: of SpikeWorm, single or vector, and wrapped or not.
        name: the agent's.
        brain: whether it has one.

    Raises:
        InputError: an environment of others, one for no brain, or one of another ``frame_skip`` than given.
    """
    bare = env.unwrapped
    if not hasattr(bare, "frame_skip"):
        raise InputError(f"env: got {type(bare).__name__}, expected an environment of SpikeWorm")
    acts_by = ActsBy.of(getattr(bare, "single_action_space", bare.action_space).shape)
    if brain and acts_by is not ActsBy.MUSCLES:
        raise InputError(f"{type(bare).__name__} is none for {name}: a brain moves muscles itself")
    if "frame_skip" in options:
        check_same(name, check_frame_skip(options["frame_skip"]), bare.frame_skip)
    own = {"layout": bare.layout} if brain else {"acts_by": acts_by}
    return {"frame_skip": bare.frame_skip, **own, **options}
