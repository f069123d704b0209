"""The examples of docs/extend.md are complete files: each is found by its registry as a new part."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spikeworm_env.agents import AGENTS
from spikeworm_env.cli.commands import COMMANDS
from spikeworm_env.diagnosis import CHECKS
from spikeworm_env.engine.neurons import NEURON_MODELS
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.experiments.ablation.assays import ASSAYS
from spikeworm_env.exports import EXPORTS
from spikeworm_env.interventions import INTERVENTIONS
from spikeworm_env.lesions import LESIONS
from spikeworm_env.registry import Registry
from spikeworm_env.reports.figures import FIGURES
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.metrics import METRICS

PAGE = Path(__file__).parents[2] / "docs" / "extend.md"
EXAMPLES: dict[str, tuple[Registry, str]] = {
    "A synapse type": (SYNAPSE_TYPES, "halving"),
    "A neuron model": (NEURON_MODELS, "lif"),
    "An agent": (AGENTS, "circles"),
    "A metric": (METRICS, "path_length"),
    "A control": (CONTROLS, "noisy_weights"),
    "A lesion": (LESIONS, "layer"),
    "An intervention": (INTERVENTIONS, "double"),
    "An assay": (ASSAYS, "slowing"),
    "An export": (EXPORTS, "recording_txt"),
    "A figure": (FIGURES, "delays"),
    "A command": (COMMANDS, "seeds"),
    "A check of the installation": (CHECKS, "time"),
}


def example(heading: str, place: int = 0) -> str:
    """A Python block under a heading of the page, by default the first."""
    section = re.split(rf"^## {re.escape(heading)}$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    found = re.findall(r"^```python\n(.*?)^```$", section.split("\n## ")[0], re.MULTILINE | re.DOTALL)
    assert len(found) > place, f"too few examples under {heading!r}"
    return found[place]


@pytest.mark.parametrize("heading", EXAMPLES)
def test_example_is_a_part_of_its_registry(heading, tmp_path):
    registry, name = EXAMPLES[heading]
    (tmp_path / f"{name}.py").write_text(example(heading), encoding="utf-8")
    assert name not in registry
    with registry.including(tmp_path):
        assert registry[name].name == name
    assert name not in registry


def test_the_example_of_a_random_synapse_with_a_reversal_potential_is_a_type(tmp_path):
    (tmp_path / "quantal.py").write_text(example("A synapse type", 1), encoding="utf-8")
    with SYNAPSE_TYPES.including(tmp_path):
        assert set(SYNAPSE_TYPES["quantal"].parameters) == {"p_release", "reversal"}
