"""Hostile arguments: each public function with each hostile value for each of its arguments.

``python -m benchmarks.hostile_arguments [--cases N] [--seed S]`` prints a table of functions and faults; exit
code 1 if there is any. A call returns, or raises a `SpikeWormError` of one line of less than 400 characters
that names the argument.
"""

from __future__ import annotations

import argparse
import inspect
import os
import random
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import gymnasium
import numpy as np

import spikeworm_env as sw
from benchmarks.hostile_values import VALUES
from spikeworm_env import resources
from spikeworm_env.errors import CONTROL_CODES, SpikeWormError, shown

CALLBACKS: Final = ("progress", "observer", "panel", "brain")
MOST_S: Final = 10.0  # of a call
MOST_CHARACTERS: Final = 400  # of a message
SAME: Final[Mapping[str, tuple[str, ...]]] = {  # argument → other words that a message may name it by
    "source": ("agent", "recipe", "brain"),
    "agents": ("agent", "recipe"),
    "agent": ("recipe",),
    "spread": ("channel",),
    "low": ("band",),
    "high": ("band",),
    "values": ("ids",),
    "brain_seeds": ("brain seed",),
    "controls": ("control",),
    "lesions": ("lesion",),
    "assays": ("assay",),
    "render_mode": ("render mode",),
    "reward_mode": ("reward mode",),
    "text": ("scale",),
    "compiled": ("network", "recording"),
    "target": ("block", "component", "connection", "projection", "lesion"),
    "actions": ("action",),
    "path": ("suffix", "file", "WAV"),
    "what": ("agent", "recipe"),
    "brain": ("recipe",),
    "first_test_seed": ("seed of the last evaluation",),
    "first_seed": ("seed of the last", "last trial seed"),
    "type_name": ("synapse type",),
    "wanted": ("lesion",),
    "env_id": ("environment",),
}


@dataclass(frozen=True)
class Target:
    """A public function that hostile values are given to.

    Attributes:
        function: it.
        base: makes valid arguments that return within a second.
        vary: the arguments that get hostile values; None: all of the signature that a caller may name.
        more: names of arguments that the signature does not list.
    """

    function: Callable[..., Any]
    base: Callable[[], dict[str, Any]] = dict
    vary: tuple[str, ...] | None = None
    more: tuple[str, ...] = field(default=())

    @property
    def arguments(self) -> tuple[str, ...]:
        """Names of the arguments that get hostile values."""
        if self.vary is not None:
            return self.vary
        parameters = inspect.signature(self.function).parameters.values()
        named = [
            each.name for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
        ]
        return (*(name for name in named if name != "self"), *self.more)


def fault(target: Target, argument: str, value: Any) -> str | None:
    """What is wrong with the outcome of a call; None if nothing is."""
    if argument in CALLBACKS and callable(value):
        return None  # what the caller's own function raises is the caller's
    parameter = inspect.signature(target.function).parameters.get(argument)
    if value is None and parameter is not None and parameter.default is None:
        return None  # the default, perhaps of a long run
    arguments = {**target.base(), argument: value}
    started = perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", module=r"gymnasium\..*")
            target.function(**arguments)
    except SpikeWormError as error:
        return _fault_of_message(str(error), argument)
    except (gymnasium.error.ResetNeeded, FileNotFoundError, IsADirectoryError) as error:
        return f"{type(error).__name__}: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    took_s = perf_counter() - started
    return None if took_s < MOST_S else f"takes {took_s:.0f} s with {shown(value)}"


def _fault_of_message(message: str, argument: str) -> str | None:
    if CONTROL_CODES.search(message):
        return f"not one line: {message[:200]!r}"
    if len(message) >= MOST_CHARACTERS:
        return f"{len(message)} characters: {message[:200]!r}"
    words = (argument, argument.replace("_", " "), *SAME.get(argument, ()))
    if not any(word in message for word in words):
        return f"does not name {argument}: {message!r}"
    return None


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty working folder and an empty cache of brains."""
    before, cache_folder = Path.cwd(), resources.brain_cache
    with tempfile.TemporaryDirectory(prefix="spikeworm-") as folder:
        os.chdir(folder)
        resources.brain_cache = lambda: Path(folder) / "cache"
        try:
            yield Path(folder)
        finally:
            os.chdir(before)
            resources.brain_cache = cache_folder


def cases(rng: random.Random, n: int | None) -> Iterator[tuple[str, str, Any]]:
    """(name of the target, argument, value): n at random, or every one if None."""
    every = [
        (name, argument, value)
        for name, target in targets().items()
        for argument in target.arguments
        for value in VALUES
    ]
    yield from every if n is None else (rng.choice(every) for _ in range(n))


@cache
def targets() -> dict[str, Target]:
    """The public functions by name."""
    return {
        **_trial_targets(),
        **_experiment_targets(),
        **_brain_targets(),
        **_env_targets(),
        **_other_targets(),
    }


def short_trial() -> Any:
    """The default trial, 20 ms long."""
    from spikeworm_env.trials.task import find_trial

    return find_trial("default").with_changes(duration_s=0.02)


def _trial_targets() -> dict[str, Target]:
    from spikeworm_env.trials.recording import record_trial
    from spikeworm_env.trials.task import Trial, duration, find_trial, trial_seeds

    def trial(**arguments: Any) -> None:
        made = Trial(**arguments)
        made.make_env().close()
        made.layout()
        made.settings()

    def with_changes(**arguments: Any) -> None:
        find_trial("default").with_changes(**arguments).make_env().close()

    fields = tuple(inspect.signature(Trial).parameters)
    crawl = partial(dict, agent="crawl", trial=short_trial())
    return {
        "run_trial": Target(sw.run_trial, crawl),
        "record_trial": Target(
            record_trial,
            lambda: {"agent": minimal_agent(), "trial": short_trial(), "session_start": datetime.now(UTC)},
        ),
        "find_trial": Target(find_trial),
        "Trial": Target(trial, lambda: {"name": "own"}, fields),
        "Trial.with_changes": Target(with_changes, dict, fields),
        "Trial.make_env": Target(find_trial("default").make_env),
        "trial_seeds": Target(trial_seeds, lambda: {"trials": 1, "first_seed": 0}),
        "duration": Target(duration, lambda: {"seconds": None, "ticks": None}),
    }


def _experiment_targets() -> dict[str, Target]:
    from spikeworm_env.baselines.linear import train_linear
    from spikeworm_env.batch.workers import Workers
    from spikeworm_env.experiments.ablation.ablate import ablate
    from spikeworm_env.experiments.ablation.assays import run_assay
    from spikeworm_env.experiments.learning.plan import Plan
    from spikeworm_env.experiments.learning.starting_brain import find_starting_brain
    from spikeworm_env.experiments.learning.study import study
    from spikeworm_env.experiments.learning.training import TrainingConfig

    tiny = Plan(trial=short_trial(), episodes=1, tests=1)
    settings = {"touch": {"at_s": 0.01, "touch_s": 0.01, "watch_s": 0.01}}

    def plan(**arguments: Any) -> None:
        Plan(**{"trial": short_trial(), **arguments}).check((1,))

    def config(**arguments: Any) -> None:
        starting = find_starting_brain("learner_v1", 42)
        TrainingConfig(**{"trial": short_trial(), **arguments}).check(starting, 1)

    return {
        "compare": Target(
            sw.compare,
            lambda: {"agents": ["crawl"], "trials": 1, "trial": short_trial(), "jobs": 1, "controls": "none"},
        ),
        "ablate": Target(
            ablate,
            lambda: {
                "brain": "minimal",
                "lesions": "projections",
                "assays": "touch",
                "trials": 1,
                "jobs": 1,
                "settings": settings,
            },
        ),
        "run_assay": Target(
            run_assay,
            lambda: {"assay": "touch", "brain": minimal(), "seed": 0, **settings["touch"]},
            more=("at_s", "touch_s", "watch_s"),
        ),
        "study": Target(
            study,
            lambda: {
                "brain": "learner_v1",
                "plan": tiny,
                "brain_seeds": (1,),
                "controls": "none",
                "workers": Workers(1),
            },
        ),
        "Plan": Target(plan, dict, tuple(inspect.signature(Plan).parameters)),
        "TrainingConfig": Target(config, dict, tuple(inspect.signature(TrainingConfig).parameters)),
        "Workers": Target(Workers),
        "train_linear": Target(train_linear, lambda: {"steps": 1, "jobs": 1, "trial": short_trial()}),
    }


@cache
def minimal() -> Any:
    """The brain of the recipe ``minimal``."""
    return sw.compile_recipe("minimal")


def minimal_agent() -> Any:
    """A new agent with that brain."""
    return sw.make_agent("minimal")


@cache
def comparison() -> Any:
    """A comparison of one agent, with two trials."""
    return sw.compare(["crawl"], 2, trial=short_trial(), jobs=1, controls="none")


def _brain_targets() -> dict[str, Target]:
    from spikeworm_env.agents.encoder import Encoder, Sound
    from spikeworm_env.engine.recorder import Recorder
    from spikeworm_env.lesions import LESIONS, find_lesions
    from spikeworm_env.lesions.scale_weights import WeightScaling
    from spikeworm_env.lesions.weight_noise import add_weight_noise

    def brain() -> Any:
        return sw.Brain(minimal().network)

    def encode(**arguments: Any) -> None:
        Encoder(**arguments).amplitudes(Sound.tone(440, 0.1))

    def method(name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> None:
            getattr(brain(), name)(**arguments)

        return call

    def names(name: str) -> tuple[str, ...]:
        return tuple(inspect.signature(getattr(sw.Brain, name)).parameters)[1:]

    spiking = (
        "frame_skip",
        "learning",
        "weight_jitter",
        "layout",
        "name",
        "seed",
        "reward_mode",
        "keep_state",
    )
    return {
        "compile_recipe": Target(sw.compile_recipe, lambda: {"recipe": "minimal"}),
        "load_brain": Target(sw.load_brain),
        "make_agent": Target(sw.make_agent, lambda: {"source": "crawl"}, more=("frame_skip", "acts_by")),
        "make_agent, spiking": Target(sw.make_agent, lambda: {"source": "minimal"}, spiking),
        "make_agent, trained": Target(sw.make_agent, lambda: {"source": "linear"}, ("policy",)),
        "Brain": Target(sw.Brain, lambda: {"network": minimal().network}),
        "Brain.tick": Target(method("tick"), dict, names("tick")),
        "Brain.advance": Target(method("advance"), lambda: {"ticks": 1}, names("advance")),
        "Brain.run": Target(method("run"), lambda: {"ticks": 1}, names("run")),
        "Brain.deliver_reward": Target(method("deliver_reward"), dict, names("deliver_reward")),
        "Brain.reset": Target(method("reset"), dict, names("reset")),
        "Brain.synapse_state": Target(method("synapse_state"), dict, names("synapse_state")),
        "Recorder": Target(Recorder, lambda: {"brain": brain()}),
        "Encoder": Target(encode, dict, tuple(inspect.signature(Encoder).parameters)),
        "Encoder.channels": Target(Encoder().channels, lambda: {"values": [[1.0]], "ids": [[0]], "n": 1}),
        "Encoder.encode": Target(
            Encoder().encode,
            lambda: {"sound": Sound.tone(440, 0.1), "ids": [[]] * 8, "n": 1},
            ("ids", "n", "sound"),
        ),
        "Sound": Target(Sound, lambda: {"samples": [0.0, 1.0], "rate": 100.0}),
        "Sound.tone": Target(Sound.tone, lambda: {"frequency": 440.0, "seconds": 0.1}),
        "Sound.read": Target(Sound.read),
        "find_lesions": Target(
            find_lesions, lambda: {"compiled": minimal(), "wanted": "projections"}, ("wanted",)
        ),
        "WeightScaling": Target(
            WeightScaling, lambda: {"source": "a", "target": "b", "factor": 0.5}, ("factor",)
        ),
        "WeightScaling.parse": Target(WeightScaling.parse, dict, ("text",)),
        "add_weight_noise": Target(
            add_weight_noise,
            lambda: {"compiled": minimal(), "sd": 0.1, "rng": np.random.default_rng(0)},
            ("sd",),
        ),
        **{
            f"lesion {name}": Target(
                partial(kind.apply, minimal()),
                partial(_example, kind),
                tuple(name for name in kind.takes if name != "rng"),
            )
            for name, kind in LESIONS.items()
            if kind.takes and name not in ("swap_sensors", "prune_at_random")
        },
    }


def _example(kind: Any) -> dict[str, Any]:
    compiled = minimal()
    targets_of = list(kind.targets(compiled)) if kind.targets is not None else []
    example = dict(kind.example(compiled)) if kind.example is not None else {}
    common = {"target": targets_of[0] if targets_of else None, "rng": np.random.default_rng(0)}
    return {**{name: value for name, value in common.items() if name in kind.takes}, **example}


def _env_targets() -> dict[str, Target]:
    from spikeworm_env.envs import ENVIRONMENTS
    from spikeworm_env.envs.wrappers import SensorNoise
    from spikeworm_env.trials.task import environment_class

    found: dict[str, Target] = {}
    for env_id in ENVIRONMENTS:
        cls = environment_class(env_id)
        options = (*cls.OPTIONS, "position", "heading_rad", "food")
        found[f"make {env_id}"] = Target(partial(_make, env_id), dict, tuple(cls.arguments()))
        found[f"make_vec {env_id}"] = Target(
            partial(_make_vec, env_id), dict, ("num_envs", "autoreset_mode", "max_episode_steps")
        )
        found[f"reset {env_id}"] = Target(partial(_reset, env_id), dict, ("seed", "options"))
        found[f"reset of {env_id}, options"] = Target(partial(_reset_with, env_id), dict, options)
        found[f"step {env_id}"] = Target(partial(_step, env_id), dict, ("action",))
    found["reset of a vector"] = Target(_reset_vector, dict, ("seed", "options"))
    found["step of a vector"] = Target(_step_vector, dict, ("actions",))
    found["SensorNoise"] = Target(
        SensorNoise, lambda: {"env": gymnasium.make("SpikeWorm/Chemotaxis-v0"), "spread": {}}, ("spread",)
    )
    found["SensorNoise, one channel"] = Target(
        lambda spread: SensorNoise(gymnasium.make("SpikeWorm/Chemotaxis-v0"), {"concentration": spread}),
        dict,
        ("spread",),
    )
    return found


def _make(env_id: str, **arguments: Any) -> None:
    from spikeworm_env.trials.task import environment_class

    env = environment_class(env_id)(
        **{"duration_s": 0.02, **arguments}
    )  # make itself refuses some in its words
    env.reset(seed=0)
    env.close()


def _make_vec(env_id: str, num_envs: Any = 1, **arguments: Any) -> None:
    gymnasium.make_vec(env_id, num_envs=num_envs, **arguments).close()


def _reset(env_id: str, **arguments: Any) -> None:
    gymnasium.make(env_id).unwrapped.reset(**arguments)


def _reset_with(env_id: str, **options: Any) -> None:
    gymnasium.make(env_id).unwrapped.reset(seed=0, options=options)


def _step(env_id: str, action: Any) -> None:
    env = gymnasium.make(env_id).unwrapped
    env.reset(seed=0)
    env.step(action)


def _reset_vector(**arguments: Any) -> None:
    gymnasium.make_vec("SpikeWorm/Chemotaxis-v0", num_envs=2).reset(**arguments)


def _step_vector(actions: Any) -> None:
    envs = gymnasium.make_vec("SpikeWorm/Chemotaxis-v0", num_envs=2)
    envs.reset(seed=0)
    envs.step(actions)


def _other_targets() -> dict[str, Target]:
    from spikeworm_env.exports import write_network, write_recording
    from spikeworm_env.rendering.options import RenderOptions
    from spikeworm_env.reports.report import write_report
    from spikeworm_env.trials.recording import record_trial

    @cache
    def recording() -> Any:
        return record_trial(minimal_agent(), short_trial(), session_start=datetime.now(UTC))

    def options(**arguments: Any) -> None:
        replace(RenderOptions(), **arguments).check()

    return {
        "write_recording": Target(write_recording, lambda: {"recording": recording(), "path": Path("a.csv")}),
        "write_network": Target(write_network, lambda: {"compiled": minimal(), "path": Path("a.csv")}),
        "write_report": Target(write_report, lambda: {"comparison": comparison(), "folder": Path("report")}),
        "RenderOptions": Target(options, dict, tuple(inspect.signature(RenderOptions).parameters)),
    }


def main() -> None:
    """The table of functions, cases and faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, help="number of random cases; all cases if not given")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    n: dict[str, int] = {}
    faults: dict[str, list[str]] = {}
    with scratch():
        for name, argument, value in cases(random.Random(given.seed), given.cases):
            found = fault(targets()[name], argument, value)
            n[name] = n.get(name, 0) + 1
            if found is not None:
                faults.setdefault(name, []).append(f"{argument}: {found}")
    print("| Function | Calls | Faults |\n|---|---|---|")
    for name, calls in n.items():
        print(f"| `{name}` | {calls} | {len(faults.get(name, []))} |")
    print(f"| all | {sum(n.values())} | {sum(map(len, faults.values()))} |")
    for name, texts in faults.items():
        for text in dict.fromkeys(texts):
            print(f"{name}: {text}", file=sys.stderr)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
