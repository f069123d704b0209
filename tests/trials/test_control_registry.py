"""Contract of controls: declarations are well formed; a new file appears in help, rows, keys and columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from spikeworm_env.batch.participants import parse_controls
from spikeworm_env.cli.options import controls_help
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.errors import UnknownNameError
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.experiments.learning.conditions import CONDITIONS
from spikeworm_env.reports.html.document import report_html
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS

SHORT = TRIALS["default"].with_changes(duration_s=3.0)
BRAIN = "crawler_v1"
TOY = '''"""A toy."""
from dataclasses import replace
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.trials.controls import Control

def deafferented(compiled, **options):
    agent = SpikingAgent(replace(compiled, reward=None), **options)
    agent.name += ":still"
    agent.act = lambda observation: np.zeros((2, 24), np.float32)
    return agent

import numpy as np
CONTROL = Control(name="still", about="the same brain without muscles", phrase="without muscles", order=900,
                  from_brain=deafferented)
'''


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_declares_what_it_takes_away_and_runs_under_its_name(name: str) -> None:
    control, compiled = CONTROLS[name], compile_recipe(BRAIN)
    assert control.about and control.phrase and "\n" not in control.about
    assert control.from_brain is not None or control.from_agent is not None
    assert isinstance(control.differs(compiled), bool)
    options = {"frame_skip": 10}
    if control.from_brain is None:
        from spikeworm_env.agents.spiking import SpikingAgent

        agent = control.from_agent(SpikingAgent(compiled, **options), SHORT.layout())
    else:
        agent = control.from_brain(compiled, **options)
    assert run_trial(agent, SHORT.with_changes(duration_s=0.1), 0).agent == f"{BRAIN}:{name}"


def test_controls_are_named_as_their_files_and_as_the_controls_of_training() -> None:
    assert set(CONTROLS.module_names()) == set(CONTROLS)
    assert {"no_learning", "no_reward"} <= set(CONTROLS) & set(CONDITIONS)


def test_help_and_error_name_every_control() -> None:
    assert all(name in controls_help() for name in CONTROLS)
    with pytest.raises(UnknownNameError, match="blind, no_learning, no_reward, shuffled"):
        parse_controls("deaf")
    assert parse_controls("all") == tuple(CONTROLS)


def test_a_new_file_appears_in_help_rows_keys_and_columns(tmp_path: Path) -> None:
    (tmp_path / "still.py").write_text(TOY, encoding="utf-8")
    with CONTROLS.including(tmp_path):
        assert "still" in controls_help() and "still" in parse_controls("all")
        done = compare([BRAIN], 2, 0, SHORT, controls=["still"], jobs=1)
        row, page = done.to_json()["agents"][BRAIN], report_html(done)
        assert f"{BRAIN}:still" in done.summaries
        assert done.summaries[f"{BRAIN}:still"]["speed_bl_per_s"] < 0.05
        assert row["p_vs_still"] is not None and row["p_vs_blind"] is None
        assert ">p still</th>" in page
    assert "still" not in CONTROLS and "p_vs_still" not in done.to_json()["agents"][BRAIN]
