"""The result of a comparison: its rows, all its trials, and how it was run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spikeworm_env.batch.participants import ORACLE, key_of
from spikeworm_env.batch.trial_task import TrialTask
from spikeworm_env.conveniences import convenience
from spikeworm_env.experiments.comparison.pairs import Pair
from spikeworm_env.experiments.comparison.summary import Summary
from spikeworm_env.frames import frame_of
from spikeworm_env.interventions._protocol import Protocol, to_dict
from spikeworm_env.statistics import RESAMPLES
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.metrics import figures_of
from spikeworm_env.trials.provenance import code_digest, remarks, versions
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.task import Trial

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

NOT_REPEATED = "ticks_per_second"  # wall-clock time differs from run to run


@dataclass(frozen=True, repr=False)
class Comparison:
    """The result of `compare`.

    Attributes:
        trial: the trial, with its changes.
        trial_seeds: of every agent.
        brain_seeds: the seeds that recipes were compiled with.
        weight_jitter: relative standard deviation of noise on all weights of brains.
        frame_skip: ticks per step of the environment.
        summaries: a row for each agent and control, in the order of the arguments.
        oracle: the oracle's row, on the same seeds.
        results: all trials of each row and of the oracle, brain by brain, seeds ascending.
        compiled_with: row → the brain seed of each of its results; None without a brain.
        recipes: hash of the recipe of each row that has a brain.
        brains: agent → brain seed → SHA-256 of the brain file.
        pairs: every two of the agents of the arguments, against each other.
        failures: one line for each trial that failed and is missing from the results.
        command: how to repeat it; empty if unknown.
        protocol: what was done to every brain in each trial.
    """

    trial: Trial
    trial_seeds: tuple[int, ...]
    brain_seeds: tuple[int, ...]
    weight_jitter: float
    frame_skip: int
    summaries: Mapping[str, Summary]
    oracle: Summary
    results: Mapping[str, tuple[TrialResult, ...]]
    compiled_with: Mapping[str, tuple[int | None, ...]]
    recipes: Mapping[str, str]
    brains: Mapping[str, Mapping[int | None, str]]
    pairs: tuple[Pair, ...]
    failures: tuple[str, ...]
    command: str
    protocol: Protocol = ()

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {row.ci_time.mean:.2f}" for name, row in self.summaries.items())
        return f"<Comparison on {len(self.trial_seeds)} trial seeds, mean ci_time: {rows}>"

    def _repr_html_(self) -> str:
        return convenience("comparison_html")(self)

    def to_frame(self) -> DataFrame:
        """All trials as a pandas frame, a row each; tests and intervals are in `to_json`.

        Columns: ``row`` (agent, or agent and control), ``agent``, ``control`` (missing: the agent itself),
        ``brain_seed``, ``trial_seed``, and those of ``trials.csv``: every metric of a trial under its name
        and in its unit, see `METRICS`; ``learning`` and ``conditions``. What does not apply is missing.

        Raises:
            InputError: pandas is not installed.
        """
        return frame_of(self.trial_rows())

    def trial_rows(self) -> Iterator[dict[str, Any]]:
        """What `to_frame` shows: one row for each trial, JSON types by column."""
        owners = {key_of(agent, name): (agent, name) for agent in self.results for name in CONTROLS}
        for row, results in self.results.items():
            agent, control = owners.get(row, (row, None))
            for brain_seed, result in zip(self.compiled_with[row], results, strict=True):
                figures = figures_of(result)
                for name in ("agent", "seed", NOT_REPEATED):
                    del figures[name]
                key = {"row": row, "agent": agent, "control": control, "brain_seed": brain_seed}
                conditions = "; ".join(figures["conditions"])
                yield {**key, "trial_seed": result.seed, **figures, "conditions": conditions}

    def plot(self, ax: Axes | None = None) -> Axes:
        """Mean ``ci_time`` of every row with its 95% interval, and every trial as a dot.

        Args:
            ax: axes of matplotlib to draw on; those of a new figure if None.

        Raises:
            InputError: matplotlib is not installed.
        """
        return convenience("plot_comparison")(self, ax)

    @property
    def n_trials(self) -> int:
        """How many trials there were to run, those that failed among them."""
        return sum(map(len, self.results.values())) + len(self.failures)

    @property
    def remarks(self) -> tuple[str, ...]:
        """A sentence on each row of whose worms or arenas the names do not say all."""
        rows = {**self.summaries, ORACLE: self.oracle}
        return remarks({name: row.provenance for name, row in rows.items()})

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON types, without the single trials."""
        return {
            "agents": {key: summary.to_json() for key, summary in self.summaries.items()},
            "oracle": self.oracle.to_json(),
            **setting(self.trial, self.trial_seeds, self.brain_seeds, self.weight_jitter, self.frame_skip),
            **to_dict(self.protocol),
            "recipes": dict(self.recipes),
            "brains": {name: {str(s): d for s, d in brains.items()} for name, brains in self.brains.items()},
            "pairs": [vars(pair) for pair in self.pairs],
            "resamples": RESAMPLES,
            "failures": list(self.failures),
            "versions": versions(),
            "code": code_digest(TrialTask),
            "command": self.command,
        }


def setting(
    trial: Trial,
    trial_seeds: Sequence[int],
    brain_seeds: Sequence[int],
    weight_jitter: float,
    frame_skip: int,
) -> dict[str, Any]:
    """Trial, seeds and options, as JSON types."""
    return {
        "trial": {"name": trial.label(frame_skip), **trial.settings()},
        "trials": len(trial_seeds),
        "first_seed": trial_seeds[0],
        "brain_seeds": list(brain_seeds),
        "weight_jitter": weight_jitter,
        "frame_skip": frame_skip,
    }
