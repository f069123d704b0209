"""Functions of upper rooms that objects of lower rooms offer as methods: ``brain.save``, ``trial.plot``.

Imports point down, and a method may be called long after its class was imported. So the function is looked
up by name at the call. A method that uses this does nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import MappingProxyType
from typing import Any

PLOTS = "spikeworm_env.reports.plots"

HOMES = MappingProxyType(
    {
        "ablation_html": "spikeworm_env.reports.notebook_tables",
        "brain_frame": "spikeworm_env.compiler.brain_frames",
        "brain_html": "spikeworm_env.compiler.brain_frames",
        "brain_json": "spikeworm_env.reports.brain_json",
        "comparison_html": "spikeworm_env.reports.notebook_tables",
        "figures_of": "spikeworm_env.trials.metrics",
        "neo_segment": "spikeworm_env.analysis.neo_segment",
        "plot_ablation": f"{PLOTS}.ablation",
        "plot_brain": f"{PLOTS}.brain",
        "plot_comparison": f"{PLOTS}.comparison",
        "plot_recording": f"{PLOTS}.recording",
        "plot_study": f"{PLOTS}.study",
        "plot_training": f"{PLOTS}.training",
        "plot_trial": f"{PLOTS}.trial",
        "recording_frame": "spikeworm_env.reports.recording_tables",
        "recording_html": "spikeworm_env.reports.recording_tables",
        "recording_json": "spikeworm_env.reports.recording_tables",
        "save_brain": "spikeworm_env.store",
        "study_html": "spikeworm_env.reports.notebook_tables",
        "training_html": "spikeworm_env.reports.notebook_tables",
        "training_json": "spikeworm_env.reports.brain_json",
    }
)
"""Function → the module that has it."""


def convenience(name: str) -> Callable[..., Any]:
    """The function of this name, a key of ``HOMES``."""
    return getattr(import_module(HOMES[name]), name)
