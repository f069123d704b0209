"""Agents: one file each. A file here that declares ``AGENT``, a class, is found by the class's ``name``.

`make_agent` takes such a name, ``NAME:FILE`` for a policy file, an agent, and for a spiking agent a recipe or
a brain, as a file or in memory; see `agents.sources`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.agents.protocol import Agent, check_same_step, frame_skip_of, is_agent
from spikeworm_env.checks import file_path
from spikeworm_env.errors import InputError, UnknownNameError, shown
from spikeworm_env.registry import Registry
from spikeworm_env.world.checks import check_frame_skip

if TYPE_CHECKING:
    from spikeworm_env.agents.sources import Source

__all__ = ["AGENTS", "Agent", "find_agent", "make_agent"]

AGENTS: Registry[Callable[..., Agent]] = Registry(__name__, "AGENT", kind="agent", optional=True)
"""The agents that need no brain, by name."""


def find_agent(source: str | Path) -> tuple[str, Path | None] | None:
    """The agent's name and policy file in ``NAME`` or ``NAME:FILE``; None if NAME is no agent's.

    Raises:
        InputError: a file for an agent that takes none, or nothing after the colon.
    """
    from spikeworm_env.agents.trained import TrainedAgent

    name, colon, file = str(source).partition(":")
    if name not in AGENTS:
        return None
    if not colon:
        return name, None
    trained = [
        name for name, cls in AGENTS.items() if isinstance(cls, type) and issubclass(cls, TrainedAgent)
    ]
    if name not in trained:
        raise InputError(f"agent {name} takes no policy file; only {', '.join(trained)} do")
    if not file:
        raise InputError(f"agent is {shown(source)}; expected a policy file after the colon")
    return name, file_path("policy file", file)


def make_agent(source: Source, *, env: Any = None, **options: Any) -> Agent:
    """An agent by name, or a spiking agent from a recipe or a brain.

    Args:
        source: a key of ``AGENTS``; such a key, a colon and a policy file, for ``linear`` and ``ppo``; the
            name of a shipped recipe; the path of a recipe (``.json``) or of a brain file (``.db``); a recipe
            as a dict; a compiled brain; a living one, for a compiled brain with its present weights, see
            `agents.sources.Source`; or an agent, which is returned as it is and takes no options.
        env: the environment that it is for, from which ``frame_skip``, ``acts_by`` and ``layout`` are taken;
            may be wrapped, or a vector environment.
        **options: of the agent: ``frame_skip`` (ticks per action; 10 as in environments) for all; ``acts_by``
            (``"steering"`` for ``SpikeWorm/Steering-v0``) for those without a brain; ``learning``,
            ``weight_jitter``, ``layout``, ``name``, ``protocol`` for spiking ones; ``seed`` (default 42) to
            compile with.

    Raises:
        UnknownNameError: unknown name; near names are suggested.
        InputError: an option that the agent does not have, a value out of range, a file that is no policy, or
            an environment of another ``frame_skip`` or of other actions.
        RecipeError, BrainFileError: the recipe or brain cannot be used.
    """
    if is_agent(source):
        return _given(source, env, options)
    from spikeworm_env.agents.sources import DEFAULT_SEED, check_source, compiled_in_memory

    check_source(source)
    named = find_agent(source) if isinstance(source, str | Path) else None
    if named is not None:
        from spikeworm_env.agents.experiment import refuse_without_brain
        from spikeworm_env.interventions._protocol import load_protocol

        name, file = named
        if "protocol" in options:
            refuse_without_brain(name, load_protocol(options.pop("protocol")))
        if env is not None:
            options = _fitted(options, env, name, brain=False)
        return _call(AGENTS[name], name, options if file is None else {**options, "policy": file})
    from spikeworm_env.agents.spiking import SpikingAgent
    from spikeworm_env.compiler import compile_recipe
    from spikeworm_env.compiler.library import recipe_names
    from spikeworm_env.store import is_brain_file, load_brain

    is_recipe = isinstance(source, Mapping)
    in_memory = compiled_in_memory(source, options.pop("seed", DEFAULT_SEED) if is_recipe else DEFAULT_SEED)
    name = str(source) if in_memory is None else in_memory.meta.recipe_name
    if "compiled" in options:
        raise InputError(f"agent {shown(name)} has no option 'compiled'")
    if env is not None:
        options = _fitted(options, env, name, brain=True)
    if in_memory is not None:
        return _call(SpikingAgent, name, {"compiled": in_memory, **options})
    assert isinstance(source, str | Path)
    file = file_path("agent", source)
    if is_brain_file(file):
        compiled = load_brain(file)
    elif file.suffix == ".json" or str(source) in recipe_names():
        compiled = compile_recipe(source, seed=options.pop("seed", DEFAULT_SEED))
    else:
        raise UnknownNameError("agent", str(source), [*AGENTS, *recipe_names()])
    return _call(SpikingAgent, str(source), {"compiled": compiled, **options})


def _given(agent: Any, env: Any, options: Mapping[str, Any]) -> Agent:
    """An agent as it is.

    Raises:
        InputError: options, or an environment of another ``frame_skip``.
    """
    if options:
        raise InputError(f"agent {shown(agent.name)} is made already; expected no {', '.join(options)}")
    bare: Any = getattr(env, "unwrapped", None)
    held = frame_skip_of(agent)
    if held is not None and hasattr(bare, "frame_skip"):
        check_same_step(agent.name, held, bare.frame_skip)
    return agent


def _call(cls: Callable[..., Agent], name: str, options: dict[str, Any]) -> Agent:
    try:
        return cls(**options)
    except TypeError as error:
        if "unexpected keyword argument" not in str(error):
            raise
        unknown = str(error).rsplit("'", 2)[1]
        raise InputError(f"agent {shown(name)} has no option {shown(unknown)}") from None


def _fitted(options: Mapping[str, Any], env: Any, name: str, *, brain: bool) -> dict[str, Any]:
    """The options, with those added that the environment sets.

    Args:
        options: given by the caller.
        env: of SpikeWorm, single or vector, wrapped or not.
        name: the agent's.
        brain: whether it has one.

    Raises:
        InputError: another environment, one without muscles for a brain, or one of another ``frame_skip``.
    """
    from spikeworm_env.agents.gaited import ActsBy

    bare: Any = getattr(env, "unwrapped", None)
    if not hasattr(bare, "frame_skip"):
        raise InputError(f"env is {shown(env)}; expected an environment of SpikeWorm")
    acts_by = ActsBy.of(getattr(bare, "single_action_space", bare.action_space).shape)
    if brain and acts_by is not ActsBy.MUSCLES:
        raise InputError(
            f"env is {type(bare).__name__}; expected an environment whose actions are muscles for {name:.60}"
        )
    if "frame_skip" in options:
        check_same_step(name, check_frame_skip(options["frame_skip"]), bare.frame_skip)
    own = {"layout": bare.layout} if brain else {"acts_by": acts_by}
    return {"frame_skip": bare.frame_skip, **own, **options}
