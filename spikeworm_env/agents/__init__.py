"""Agents: one file each. A file here that declares ``AGENT`` is found by its class's ``name``.

``make_agent`` takes such a name, ``NAME:FILE`` for a policy of one's own, or a recipe or brain file for a
spiking agent.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from spikeworm_env.agents.fitting import fitted
from spikeworm_env.agents.protocol import Agent
from spikeworm_env.agents.trained import TrainedAgent
from spikeworm_env.errors import InputError, UnknownNameError

__all__ = ["AGENTS", "Agent", "find_agent", "make_agent"]


def _discover() -> dict[str, Callable[..., Agent]]:
    modules = (
        importlib.import_module(f"{__name__}.{file.stem}")
        for file in sorted(Path(__file__).parent.glob("[!_]*.py"))
    )
    classes = [module.AGENT for module in modules if hasattr(module, "AGENT")]
    return {cls.name: cls for cls in classes}


AGENTS: Mapping[str, Callable[..., Agent]] = MappingProxyType(_discover())
"""The agents that need no brain, by name."""


def find_agent(source: str | Path) -> tuple[str, Path | None] | None:
    """The agent's name and the policy file that ``NAME`` or ``NAME:FILE`` says; None if NAME is no agent's.

    Raises:
        InputError: a file for an agent that takes none, or nothing after the colon.
    """
    name, colon, file = str(source).partition(":")
    if name not in AGENTS:
        return None
    if not colon:
        return name, None
    taking = [
        name for name, made in AGENTS.items() if isinstance(made, type) and issubclass(made, TrainedAgent)
    ]
    if name not in taking:
        raise InputError(f"{source}: agent {name!r} takes no policy file; only {', '.join(taking)} do")
    if not file:
        raise InputError(f"{source}: expected a policy file after the colon")
    return name, Path(file)


def make_agent(source: str | Path, *, env: Any = None, **options: Any) -> Agent:
    """An agent by name, or a spiking agent from a recipe or a compiled brain.

    Args:
        source: a key of ``AGENTS``; such a key, a colon and a policy file, for ``linear`` and ``ppo``; the
            name of a shipped recipe; the path of a recipe (``.json``) or of a brain file (``.db``).
        env: the environment that it is for, from which ``frame_skip``, ``acts_by`` and ``layout`` are taken;
            may be wrapped, or a vector environment.
        **options: of the agent: ``frame_skip`` (ticks per action; 10 as in environments) for all; ``acts_by``
            (``"steering"`` for ``SpikeWorm/Steering-v0``) for those without a brain; ``learning``,
            ``weight_jitter``, ``layout``, ``name`` for spiking ones; ``seed`` (default 42) to compile with.

    Raises:
        UnknownNameError: nothing bears that name; near names are suggested.
        InputError: an option that the agent does not have, a value out of range, a file that is no policy, or
            an environment of another ``frame_skip`` or of other actions.
        RecipeError, BrainFileError: the recipe or brain cannot be used.
    """
    named = find_agent(source)
    if named is not None:
        name, file = named
        if env is not None:
            options = fitted(options, env, name, brain=False)
        return _call(AGENTS[name], name, options if file is None else {**options, "policy": file})
    from spikeworm_env.agents.spiking import SpikingAgent
    from spikeworm_env.compiler import compile_recipe
    from spikeworm_env.compiler.library import recipe_names
    from spikeworm_env.store import is_brain_file, load_brain

    if not isinstance(source, str | Path):
        raise InputError(f"agent is {source!r}; expected a name or a path")
    if "compiled" in options:
        raise InputError(f"agent {str(source)!r} has no option 'compiled'")
    if env is not None:
        options = fitted(options, env, str(source), brain=True)
    path = Path(source)
    if is_brain_file(path):
        compiled = load_brain(path)
    elif path.suffix == ".json" or str(source) in recipe_names():
        compiled = compile_recipe(source, seed=options.pop("seed", 42))
    else:
        raise UnknownNameError("agent", str(source), [*AGENTS, *recipe_names()])
    return _call(SpikingAgent, str(source), {"compiled": compiled, **options})


def _call(cls: Callable[..., Agent], name: str, options: dict[str, Any]) -> Agent:
    try:
        return cls(**options)
    except TypeError as error:
        if "unexpected keyword argument" not in str(error):
            raise
        unknown = str(error).rsplit("'", 2)[1]
        raise InputError(f"agent {name!r} has no option {unknown!r}") from None
