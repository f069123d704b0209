"""Comparisons, studies and ablations as tables of text with notes: for terminals, files, notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from spikeworm_env.batch.participants import ORACLE
from spikeworm_env.experiments.learning import LEARNED_CI_NET
from spikeworm_env.frames import figure
from spikeworm_env.reports.captions import (
    HOW_COMPUTED,
    NO_INTERVALS,
    NO_INTERVALS_OF_BRAINS,
    OVER_BRAINS,
    SEVERAL_BRAINS,
)
from spikeworm_env.reports.comparison_columns import Numbers, table_columns
from spikeworm_env.reports.number_texts import p_text, with_interval
from spikeworm_env.statistics import MIN_TRIALS

if TYPE_CHECKING:
    from spikeworm_env.experiments.ablation.ablate import Ablation, Effect
    from spikeworm_env.experiments.comparison.comparison import Comparison
    from spikeworm_env.experiments.learning.outcome import Contrast, Score
    from spikeworm_env.experiments.learning.study import Study


class TextTable(NamedTuple):
    """A table: its title, a heading for each column, the cells of each row; the first column is a name."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


# ---- comparison ---------------------------------------------------------------------------------------
def comparison_table(comparison: Comparison) -> TextTable:
    """A row for each agent and control, and for the oracle."""
    first, last = comparison.trial_seeds[0], comparison.trial_seeds[-1]
    arena, label = comparison.trial.settings(), comparison.trial.label(comparison.frame_skip)
    rows = {**comparison.summaries, ORACLE: comparison.oracle}
    columns = table_columns(rows.values(), Numbers(figure, with_interval), terminal=True)
    return TextTable(
        f"trial {label}: {arena['duration_s']:g} s, start at {arena['start_distance']:g} "
        f"body lengths, sigma {arena['sigma']:g}, seeds {first} to {last}",
        ["agent", *(column.heading for column in columns)],
        [[name, *(column.cell(summary) for column in columns)] for name, summary in rows.items()],
    )


def comparison_notes(comparison: Comparison) -> Iterator[str]:
    """How the figures were computed, what was done to worms and arenas, and tests between agents."""
    if comparison.failures:
        yield f"{len(comparison.failures)} of {comparison.n_trials} trials failed and are missing."
    if len(comparison.trial_seeds) < MIN_TRIALS:
        yield NO_INTERVALS
    elif comparison.oracle.ci_time.low is not None:
        yield HOW_COMPUTED
    yield from comparison.remarks
    first_agent = next(iter(comparison.summaries))
    for pair in comparison.pairs:
        if pair.agent == first_agent:
            yield (
                f"{pair.agent} minus {pair.other}: {figure(pair.difference)} ci_time, p {pair.p_holm:.2g} "
                f"(Holm, {len(comparison.pairs)} pairs), better on {pair.improvement:.0%} of seeds."
            )
    if len(comparison.brain_seeds) > 1:
        yield SEVERAL_BRAINS
    for name, summary in {**comparison.summaries, ORACLE: comparison.oracle}.items():
        if summary.speed_share is not None:
            remark = f" and {summary.note}" if summary.note else ""
            yield f"{name}: {figure(summary.speed_share)} of the intact brain's speed{remark}."


# ---- study --------------------------------------------------------------------------------------------
STUDY_COLUMNS = (
    "condition",
    "ci_net at start",
    "ci_net at end",
    "worst",
    "best",
    f">{LEARNED_CI_NET}",
    "ci_time at end",
    "p gain",
    "p reward",
    "dz reward",
)


def study_table(study: Study) -> TextTable:
    """A row for each condition."""
    plan = study.plan
    return TextTable(
        f"{study.brain}: {len(study.brain_seeds)} brains, {_episodes(plan.episodes)} on the trial "
        f"{plan.trial_label}, tested "
        f"with learning off on seeds {plan.test_seeds[0]} to {plan.test_seeds[-1]}",
        STUDY_COLUMNS,
        [
            [
                each.condition,
                with_interval(each.before.ci_net),
                with_interval(each.after.ci_net),
                figure(each.after.lowest),
                figure(each.after.highest),
                f"{each.after.learned:.0%}",
                figure(each.after.ci_time.mean),
                _p(each.gain),
                _p(each.treatment_effect),
                figure(None if each.treatment_effect is None else each.treatment_effect.dz),
            ]
            for each in study.outcomes
        ],
    )


def study_notes(study: Study) -> Iterator[str]:
    """What was done to the brains, relearning and extinction, and how the figures were computed."""
    if study.edits:
        yield f"{study.brain}: {'; '.join(study.edits)}."
    for each in study.outcomes:
        for flip in each.relearning:
            share = figure(None if flip.share is None else 100 * flip.share, 0, "%")
            yield (
                f"{each.condition}: ci_net {figure(flip.before.mean)} before the flip after episode "
                f"{flip.after_episode}, {figure(flip.dropped.mean)} at once, {figure(flip.regained.mean)} "
                f"{_episodes(flip.episodes)} later ({share} regained)."
            )
    claim = study.outcomes[0]
    for score in claim.scores:
        if score.after_episode > study.plan.episodes:
            yield f"{claim.condition}: {_extinction(score, study.plan.episodes)}"
    yield NO_INTERVALS_OF_BRAINS if len(study.brain_seeds) < MIN_TRIALS else OVER_BRAINS


def _extinction(score: Score, episodes: int) -> str:
    without_reward = _episodes(score.after_episode - episodes)
    return f"ci_net {with_interval(score.ci_net)} after {without_reward} without reward."


def _episodes(count: int) -> str:
    return f"{count} {'episode' if count == 1 else 'episodes'}"


def _p(contrast: Contrast | None) -> str:
    return p_text(None if contrast is None else contrast.p)


# ---- ablation -----------------------------------------------------------------------------------------
EFFECT_COLUMNS = ("measure", "n", "intact", "lesioned", "difference", "p", "dz")


def effect_tables(ablation: Ablation) -> Iterator[TextTable]:
    """A table for each lesion, with a row for each measure."""
    for lesion, synapses in ablation.synapses.items():
        yield TextTable(
            f"{ablation.brain} without {lesion} ({synapses} synapses)",
            EFFECT_COLUMNS,
            [effect_cells(effect) for effect in ablation.effects if effect.lesion == lesion],
        )


def effect_cells(effect: Effect) -> list[str]:
    """One row under `EFFECT_COLUMNS`."""
    unit = f" ({effect.measure.unit})" if effect.measure.unit else ""
    return [
        f"{effect.assay}.{effect.measure.name}{unit}",
        str(effect.n),
        figure(effect.intact, 3),
        figure(effect.lesion_mean, 3),
        figure(effect.difference, 3),
        p_text(effect.p),
        figure(effect.dz),
    ]


def ablation_note(ablation: Ablation) -> str:
    """What was done to the brain besides, and how the figures were computed."""
    first, last = ablation.trial_seeds[0], ablation.trial_seeds[-1]
    remark = f"{ablation.brain}: {ablation.provenance.text}. " if ablation.provenance.text else ""
    return (
        f"{remark}Means over trial seeds {first} to {last}; p by paired permutation, not corrected for the "
        "number of rows; n: seeds on which both could be measured."
    )
