"""All parts of the report on one page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from spikeworm_env.batch.participants import ORACLE
from spikeworm_env.rendering.field import CONTOURS
from spikeworm_env.reports.captions import HOW_COMPUTED, NO_INTERVALS, SEVERAL_BRAINS
from spikeworm_env.reports.html.colours import style_sheet
from spikeworm_env.reports.html.distance import distance_figures
from spikeworm_env.reports.html.dot_plot import dot_plot
from spikeworm_env.reports.html.mechanism import mechanism_figures
from spikeworm_env.reports.html.paths import path_figures
from spikeworm_env.reports.html.replays import replays_json, shown_each
from spikeworm_env.reports.html.rows import Row, rows_of
from spikeworm_env.reports.html.setting import setting_terms
from spikeworm_env.reports.html.table import pairs_table, table
from spikeworm_env.reports.html.templates import page
from spikeworm_env.reports.html.verdict import cautions, verdict
from spikeworm_env.reports.html.words import amount
from spikeworm_env.statistics import MIN_TRIALS

if TYPE_CHECKING:
    from spikeworm_env.experiments.comparison.comparison import Comparison

HERE = Path(__file__).parent
SCRIPTS = ("worm.js", "paint.js", "replay.js")
RANKS = {
    1: "the median trial",
    2: "the median and the best trial",
    3: "the median, the best and the worst trial",
}


def report_html(comparison: Comparison) -> str:
    """The page; the same for the same results, whenever it is made."""
    rows, arena, content = rows_of(comparison), comparison.trial.settings(), comparison.to_json()
    summaries = {row.key: row.summary for row in rows}
    agents = [row.key for row in rows if row.control is None]
    judged = [verdict(agent, summaries) for agent in agents]
    seeds = comparison.trial_seeds
    warnings = cautions(len(seeds), seeds[0], [agent for agent in agents if agent != ORACLE])
    label = comparison.trial.label(comparison.frame_skip)
    warnings += [*([f"Trial: {label}."] if label != comparison.trial.name else []), *comparison.remarks]
    many, moves = arena["n_foods"] > 1, "drift_speed" in arena
    has_intervals = any(row.summary.ci_time.low is not None for row in rows)
    return page(
        "page.html",
        title=f"{', '.join(agents)}: {label}",
        colours=Markup(style_sheet()),
        style=Markup(_text("page.css")),
        headline=judged[0],
        others=judged[1:],
        cautions=warnings,
        table=table(rows),
        table_note=_table_note(comparison, rows),
        dot_plot=dot_plot(rows),
        mean_note=" with its 95% interval over trial seeds" if has_intervals else "",
        curve_note=" with its 95% interval" if has_intervals else "",
        fewest=MIN_TRIALS,
        paths=path_figures(rows, float(arena["sigma"])),
        other_foods=(", and so are other foods" if many else "") + ("; the food moves" if moves else ""),
        contours=f"{CONTOURS[0]:.0%} and {CONTOURS[-1]:.0%}",
        distance=distance_figures(rows, float(arena["duration_s"])),
        mechanisms=mechanism_figures(rows),
        pairs=pairs_table(comparison.pairs),
        replays=RANKS[shown_each(rows)],
        replay_note="; × another source of odour" if len(rows[0].results[0].food) > arena["n_foods"] else "",
        command=comparison.command,
        setting=setting_terms(content),
        data=Markup(replays_json(rows, arena)),
        script=Markup("\n".join(_text(name) for name in SCRIPTS)),
    )


def _table_note(comparison: Comparison, rows: Sequence[Row]) -> str:
    note = (
        f"{HOW_COMPUTED} dz: mean paired difference over its standard deviation. "
        "Median time: to the food (Kaplan-Meier, trials that never reached it count). BL: body lengths. "
        "Efficiency: ci_time over the oracle's."
    )
    if len(comparison.trial_seeds) < MIN_TRIALS:
        note = f"{NO_INTERVALS} {note}"
    if len(comparison.brain_seeds) > 1:
        note += f" {SEVERAL_BRAINS}"
    if comparison.failures:
        note += (
            f" {amount(len(comparison.failures), 'trial')} of {comparison.n_trials} failed and are missing."
        )
    shares = {row.key: row.summary.speed_share for row in rows if row.summary.speed_share is not None}
    return note + "".join(
        f" {key}: {share:.2f} of the intact brain's speed." for key, share in shares.items()
    )


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
