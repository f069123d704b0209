"""A brain and its training as JSON types."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from spikeworm_env.compiler import CompiledBrain, summary
from spikeworm_env.compiler.connections import connections
from spikeworm_env.compiler.edits import compiled_from
from spikeworm_env.engine.brain import Brain
from spikeworm_env.files import json_types
from spikeworm_env.reports.training_rows import history_as_json
from spikeworm_env.trials.provenance import versions

if TYPE_CHECKING:
    from spikeworm_env.experiments.learning.training import Training
    from spikeworm_env.trials.activity import Spikes


def brain_json(brain: CompiledBrain | Brain, spikes: Spikes | None = None) -> dict[str, Any]:
    """The summary of a brain, with seed, recipe hash, connections, training and activity in a trial."""
    compiled = compiled_from(brain) if isinstance(brain, Brain) else brain
    found = {
        "seed": compiled.meta.seed,
        "recipe_hash": compiled.meta.recipe_hash,
        **asdict(summary(compiled)),
        "connections": [asdict(each) for each in connections(compiled)],
        **history_as_json(compiled),
        "activity": activity_json(compiled, spikes),
    }
    return json_types(found)


def activity_json(compiled: CompiledBrain, spikes: Spikes | None) -> list[dict[str, Any]] | None:
    """The activity of each component; None without spikes."""
    return None if spikes is None else [asdict(part) for part in spikes.activity(compiled)]


def training_json(training: Training) -> dict[str, Any]:
    """File, settings, and the episodes, evaluations and changed weights of the brain."""
    found = {
        "file": str(training.file),
        "settings": training.settings,
        **history_as_json(training.compiled),
        "versions": versions(),
    }
    return json_types(found)
