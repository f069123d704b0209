"""Participants: agents, brains compiled from recipes or read from files, and their controls."""

from __future__ import annotations

import hashlib
import platform
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from spikeworm_env.agents import AGENTS, find_agent, make_agent
from spikeworm_env.agents.experiment import give_protocol
from spikeworm_env.agents.gaited import ActsBy
from spikeworm_env.agents.protocol import Agent, check_same_step, frame_skip_of
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.batch.agent_object import digest_of, packed, unpacked
from spikeworm_env.batch.brain_cache import CachedBrain, cached_brain
from spikeworm_env.checks import file_path, known_name, list_of, number, wholes
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.library import find_recipe, recipe_names
from spikeworm_env.errors import BrainFileError, InputError, TrialError, UnknownNameError, shown
from spikeworm_env.files import temporary_folder
from spikeworm_env.interventions._protocol import Protocol
from spikeworm_env.plain_text import readable
from spikeworm_env.seeds import checked_seed
from spikeworm_env.store import is_brain_file, load_brain, load_brain_and_digest
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.task import TRIALS, Trial

ORACLE = "oracle"  # the agent that reads the position of the food: the ceiling


@dataclass(frozen=True)
class AgentSpec:
    """One participant, described so that any process can make it.

    Attributes:
        name: an agent's name, a recipe's name or the stem of a brain or policy file.
        source: what `make_agent` takes: an agent's name, perhaps with a policy file, or the path of a brain
            file; empty for an agent in memory.
        brain_seed: the seed that the brain was compiled with; None without a brain.
        recipe_hash: of the brain's recipe; empty without a brain.
        digest: SHA-256 of the brain or policy file, or of an agent in memory; empty without one.
        weight_jitter: relative standard deviation of noise on all weights.
        control: one of `CONTROLS`, or None; those that are made from a brain need one.
        controls: those of `CONTROLS` that can differ from it; none without a brain.
        protocol: what is done to its brain in each trial.
        frame_skip: ticks for which an agent in memory holds each action; None: any number, as of others.
        takes_protocol: whether an agent in memory has a brain that a protocol can act on.
        content: an agent in memory, as `agent_object.packed` gives it; empty without one.
    """

    name: str
    source: str
    brain_seed: int | None = None
    recipe_hash: str = ""
    digest: str = ""
    weight_jitter: float = 0.0
    control: str | None = None
    controls: tuple[str, ...] = ()
    protocol: Protocol = ()
    frame_skip: int | None = None
    takes_protocol: bool = False
    content: bytes = field(default=b"", repr=False)

    @property
    def key(self) -> str:
        """Its name in tables: the name, or ``<name>:<control>``."""
        return self.name if self.control is None else key_of(self.name, self.control)

    @property
    def is_brain(self) -> bool:
        """Whether it has a spiking brain."""
        return self.brain_seed is not None

    def as_control(self, control: str) -> AgentSpec:
        """The control of that name for this participant."""
        return replace(self, control=control)

    def with_protocol(self, protocol: Protocol) -> AgentSpec:
        """The participant with a protocol; an agent without a brain, or an empty protocol: itself."""
        if not ((self.is_brain or self.takes_protocol) and protocol):
            return self
        more = tuple(name for name, control in CONTROLS.items() if control.of_protocol)
        return replace(self, protocol=protocol, controls=(*self.controls, *more))

    def check(self, trial: Trial, frame_skip: int) -> None:
        """Refuse a trial whose action space or step does not fit the participant.

        Raises:
            InputError: see `check_muscles` and `check_same_step`.
        """
        if self.is_brain:
            check_muscles(self.name, trial)
        if self.frame_skip is not None:
            check_same_step(self.name, self.frame_skip, frame_skip)

    def compiled(self) -> CompiledBrain:
        """The brain itself.

        Raises:
            TrialError: its file is missing, or was changed since `resolve`.
        """
        return _load(self.source, self.digest)

    def make(self, frame_skip: int, trial: Trial = TRIALS["default"]) -> Agent:
        """A new agent, with the weights of its file.

        Args:
            frame_skip: ticks of 1 ms for which each action holds.
            trial: the trial that it runs.

        Raises:
            InputError: an option that the agent refuses, or see `check`.
            TrialError: its brain or policy file is missing, or was changed since `resolve`.
        """
        self.check(trial, frame_skip)
        agent: Agent
        control = None if self.control is None else CONTROLS.find(self.control)
        protocol = () if control is not None and control.of_protocol else self.protocol
        if self.is_brain:
            make = SpikingAgent if control is None or control.from_brain is None else control.from_brain
            agent = make(
                _load(self.source, self.digest),
                name=self.name,
                frame_skip=frame_skip,
                layout=trial.layout(),
                weight_jitter=self.weight_jitter,
                protocol=protocol,
            )
        elif self.content:
            agent = unpacked(self.content)
            if protocol:
                give_protocol(agent, (*agent.protocol, *protocol))  # type: ignore[attr-defined]
        else:
            _, policy = find_agent(self.source) or (self.name, None)
            if policy is not None:
                _check_same(policy, _digest(policy), self.digest)
            agent = make_agent(self.source, frame_skip=frame_skip, acts_by=trial.acts_by)
        if control is None or control.from_agent is None:
            return agent
        return control.from_agent(agent, trial.layout())


def check_muscles(brain: str, trial: Trial) -> None:
    """Refuse a trial whose actions are not muscle activations for a brain.

    Raises:
        InputError: its actions are another kind.
    """
    if trial.acts_by is not ActsBy.MUSCLES:
        raise InputError(
            f"trial is {shown(trial.name)}; expected one with muscle activations as actions for {brain}"
        )


def key_of(name: str, control: str) -> str:
    """The name of a participant's control in tables."""
    return f"{name}:{control}"


def resolve(
    agents: Sequence[str | Agent], brain_seeds: Sequence[int] = (42,), weight_jitter: float = 0.0
) -> dict[str, list[AgentSpec]]:
    """The participants of each argument: one per brain seed for a recipe, otherwise one.

    Brains that the cache does not hold are compiled and written there, unless an argument is wrong.

    Args:
        agents: names of agents or recipes, paths of recipes or brain files, or agents.
        brain_seeds: what recipes are compiled with.
        weight_jitter: relative standard deviation of noise on all weights of a brain, 0 to 1.

    Returns:
        Participants by name, in the order of the arguments.

    Raises:
        UnknownNameError, RecipeError, BrainFileError, InputError: an argument is no agent, recipe or brain.
    """
    check_brain_seeds(brain_seeds)
    number("weight_jitter", weight_jitter, 0, 1)
    found: dict[str, list[AgentSpec] | list[CachedBrain]] = {}
    for agent in agents:
        name, participants = _find(agent, brain_seeds, weight_jitter)
        if name in found:
            raise InputError(
                f"agents are {shown(list(agents))}; expected different names; {shown(name)} is there twice"
            )
        found[name] = participants
    return {
        name: [
            each if isinstance(each, AgentSpec) else _brain_participant(name, each.write(), weight_jitter)
            for each in participants
        ]
        for name, participants in found.items()
    }


def check_brain_seeds(brain_seeds: Sequence[int]) -> tuple[int, ...]:
    """The brain seeds as Python integers.

    Raises:
        InputError: there are none, one is not from 0 to 2**63 - 1, or one comes twice.
    """
    seeds = wholes("brain_seeds", brain_seeds, 0)
    if not seeds or len(set(seeds)) < len(seeds):
        raise InputError(f"brain seeds are {shown(brain_seeds)}; expected different ones, at least one")
    return tuple(checked_seed(seed, f"brain_seeds[{index}]") for index, seed in enumerate(seeds))


def _find(
    agent: str | Agent, brain_seeds: Sequence[int], weight_jitter: float
) -> tuple[str, list[AgentSpec] | list[CachedBrain]]:
    """Name and participants of one argument; nothing is written yet."""
    if not isinstance(agent, str):
        content = packed(agent)
        of_memory = AgentSpec(
            agent.name,
            source="",
            digest=digest_of(agent, content),
            frame_skip=frame_skip_of(agent),
            takes_protocol=hasattr(agent, "protocol"),
            content=content,
        )
        return agent.name, [of_memory]
    named = find_agent(agent)
    if named is not None:
        name, policy = named
        if policy is None:
            return name, [AgentSpec(name, agent)]
        make_agent(agent)  # refuses a file that is no policy of this agent
        name = readable(policy.stem)
        return name, [AgentSpec(name, agent, digest=_digest(policy))]
    if is_brain_file(file_path("agent", agent)):
        name = readable(Path(agent).stem)
        return name, [_brain_participant(name, Path(agent), weight_jitter)]
    try:
        recipe = find_recipe(agent)
    except UnknownNameError:
        if Path(agent).is_file():
            raise BrainFileError(f"{agent}: neither a brain file nor a recipe (.json)") from None
        known = [*AGENTS, *recipe_names()]
        raise UnknownNameError("agent, recipe or brain file", agent, known) from None
    return recipe.stem, [cached_brain(recipe, seed) for seed in brain_seeds]


def find_brain(brain: str, seed: int) -> CompiledBrain:
    """The brain of a recipe, compiled with a seed, or of a brain file; nothing is written.

    Raises:
        UnknownNameError, RecipeError, BrainFileError, InputError: there is no such brain.
    """
    if is_brain_file(file_path("brain", brain)):
        return load_brain(brain)
    if brain in AGENTS:
        raise InputError(f"{brain} has no brain; give a recipe or a brain file")
    try:
        found = cached_brain(brain, seed)
    except UnknownNameError:
        raise UnknownNameError("recipe or brain file", brain, recipe_names()) from None
    return found.fresh or load_brain(found.path)


def brain_files(participants: Iterable[AgentSpec]) -> dict[str, str]:
    """SHA-256 → path of the brain files of these participants."""
    return {participant.digest: participant.source for participant in participants if participant.is_brain}


def parse_controls(controls: str | Sequence[str], known: Iterable[str] = CONTROLS) -> tuple[str, ...]:
    """The controls of ``"all"``, ``"none"``, a name or several.

    Raises:
        UnknownNameError: no control has one of the names.
    """
    known = tuple(known)
    if isinstance(controls, str) and controls in ("all", "none"):
        return known if controls == "all" else ()
    names = list_of("controls", controls, str, "'all', 'none', a name or a list of names")
    return tuple(known_name("control", name, known) for name in names)


def _brain_participant(name: str, path: Path, weight_jitter: float) -> AgentSpec:
    brain, digest = load_brain_and_digest(path)
    meta = brain.meta
    controls = tuple(
        name for name, control in CONTROLS.items() if control.differs(brain) and not control.of_protocol
    )
    return AgentSpec(name, str(path), meta.seed, meta.recipe_hash, digest, weight_jitter, controls=controls)


_RECEIVED: dict[str, bytes] = {}  # by SHA-256, in a worker on another machine


def receive_brain_files(files: Mapping[str, bytes]) -> None:
    """Let this process make the participants of brain files that are not on its disk.

    Args:
        files: SHA-256 → content, compressed by zlib.
    """
    _RECEIVED.update(files)


@lru_cache(maxsize=2)  # tasks come agent by agent, so a process reads each file once
def _load(path: str, digest: str) -> CompiledBrain:
    if Path(path).is_file():
        compiled, found = load_brain_and_digest(path)
        _check_same(path, found, digest)
        return compiled
    if digest not in _RECEIVED:
        raise TrialError(f"{path} is missing on {platform.node()}")
    with temporary_folder() as folder:
        file = folder / Path(path).name
        file.write_bytes(zlib.decompress(_RECEIVED[digest]))
        return load_brain(file)


def _check_same(path: str | Path, found: str, expected: str) -> None:
    if found != expected:
        raise TrialError(f"{path} was changed while in use")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
