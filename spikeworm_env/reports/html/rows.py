"""The rows of a comparison as the page shows them: an agent and its controls share a hue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spikeworm_env.batch.participants import ORACLE, key_of
from spikeworm_env.experiments.comparison.summary import Summary
from spikeworm_env.reports.html.colours import HUES
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.result import TrialResult

if TYPE_CHECKING:
    from spikeworm_env.experiments.comparison.comparison import Comparison

DASHES = (
    "none",
    "7 4",
    "2 3",
    "9 3 2 3",
    "1 5",
    "12 3",
)  # of the agent itself, then of one control after another


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        key: what tables call it.
        agent: the agent: itself, or the one that it is a control of.
        control: which control it is; None for an agent.
        summary: its figures.
        results: its trials.
        compiled_with: the brain seed of each of them; None without a brain.
        hue: number of its hue in the page's colours.
        dash: of its lines, as SVG takes it.
    """

    key: str
    agent: str
    control: str | None
    summary: Summary
    results: tuple[TrialResult, ...]
    compiled_with: tuple[int | None, ...]
    hue: int
    dash: str

    @property
    def style(self) -> str:
        """What an element that is drawn in the row's colour takes as its style."""
        return f"--hue:var(--hue-{self.hue})"


def rows_of(comparison: Comparison) -> list[Row]:
    """All rows in the order of the table, the oracle among them."""
    summaries = {**comparison.summaries, ORACLE: comparison.oracle}
    owners = {key_of(agent, control): (agent, control) for agent in summaries for control in CONTROLS}
    agents = [key for key in summaries if key not in owners]
    rows = []
    for key, summary in summaries.items():
        agent, control = owners.get(key, (key, None))
        rows.append(
            Row(
                key,
                agent,
                control,
                summary,
                comparison.results[key],
                comparison.compiled_with[key],
                agents.index(agent) % HUES,
                DASHES[0 if control is None else 1 + list(CONTROLS).index(control) % (len(DASHES) - 1)],
            )
        )
    return rows
