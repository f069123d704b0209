"""What was done to a worm or an arena is in the result of the trial; other trials are not compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.agents.recording_agent import RecordingAgent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.edits import BY_HAND, UNKNOWN, brain_conditions, recorded
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.comparison.summary import ResultTable, check_same_trials
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.lesions import find_lesions
from spikeworm_env.lesions.scale_weights import WeightScaling, scale_weights
from spikeworm_env.store import load_brain, save_brain
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.metrics import figures_of
from spikeworm_env.trials.provenance import AS_NAMED, Provenance, remarks
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS, Trial

BRIEF = TRIALS["default"].with_changes(duration_s=0.3)


@pytest.fixture(scope="module")
def naive() -> CompiledBrain:
    return compile_recipe("learner_v1")


def halved(compiled: CompiledBrain) -> CompiledBrain:
    """The brain with half its weights, changed without a record."""
    network = compiled.network
    return replace(compiled, network=replace(network, weight=network.weight * 0.5))


def test_a_brain_as_compiled_has_no_conditions(naive: CompiledBrain, tmp_path: Path) -> None:
    save_brain(naive, tmp_path / "b.db")
    assert brain_conditions(naive) == brain_conditions(load_brain(tmp_path / "b.db")) == ()


def test_training_is_named_with_its_conditions(naive: CompiledBrain, tmp_path: Path) -> None:
    learner = Learner(naive)
    learner.run_episode(BRIEF, 0)
    again = Learner(learner.compiled, "no_reward")
    for seed in (1, 2):
        again.run_episode(BRIEF, seed)
    assert brain_conditions(learner.compiled) == ("trained for 1 episode under reward",)
    save_brain(again.compiled, tmp_path / "b.db")
    for brain in (again.compiled, load_brain(tmp_path / "b.db")):
        assert brain_conditions(brain) == ("trained for 3 episodes: 1 under reward, then 2 under no_reward",)


def test_recorded_edits_are_named_and_others_are_seen(naive: CompiledBrain, tmp_path: Path) -> None:
    source, target = "odour_left", "head"
    scaled = scale_weights(naive, [WeightScaling(source, target, 0.5)])
    assert brain_conditions(scaled) == (f"scaled {source}->{target}=0.5",)
    (lesion, *_) = find_lesions(naive, "projections")
    assert brain_conditions(lesion.apply(scaled)) == (*scaled.meta.edits, f"lesion of {lesion.name}")
    assert brain_conditions(halved(naive)) == (BY_HAND,)
    assert brain_conditions(halved(scaled)) == (*scaled.meta.edits, BY_HAND)
    assert brain_conditions(recorded(halved(naive), naive, "x")) == (BY_HAND, "x")
    save_brain(halved(scaled), tmp_path / "b.db")
    assert brain_conditions(load_brain(tmp_path / "b.db")) == (*scaled.meta.edits, BY_HAND)


@pytest.mark.parametrize(
    "change",
    [
        lambda brain: replace(brain, reward=None),
        lambda brain: replace(brain, receptors=brain.receptors[::-1]),
        lambda brain: replace(brain, muscle_map=replace(brain.muscle_map, gain=brain.muscle_map.gain * 2)),
        lambda brain: replace(brain, network=replace(brain.network, delay=brain.network.delay + 1)),
        lambda brain: replace(brain, network=replace(brain.network, noise=brain.network.noise + 1.0)),
    ],
)
def test_every_part_of_a_brain_is_seen(change, naive: CompiledBrain) -> None:
    assert brain_conditions(change(naive)) == (BY_HAND,)


def test_a_brain_without_a_hash_says_so(naive: CompiledBrain) -> None:
    assert brain_conditions(replace(naive, meta=replace(naive.meta, content_hash=""))) == (UNKNOWN,)


def test_a_trained_brain_whose_weights_were_changed_is_seen(naive: CompiledBrain) -> None:
    learner = Learner(naive)
    learner.run_episode(BRIEF, 0)
    assert brain_conditions(halved(learner.compiled))[-1] == BY_HAND


def test_a_result_says_what_was_done_and_whether_the_worm_learns(naive: CompiledBrain) -> None:
    plain = run_trial(SpikingAgent(naive), BRIEF, 0).provenance
    assert plain == Provenance(learning=True)
    assert run_trial(SpikingAgent(naive, learning=False), BRIEF, 0).provenance == AS_NAMED
    assert run_trial("crawler_v1", BRIEF, 0).provenance == AS_NAMED
    assert run_trial("crawl", BRIEF, 0).provenance == AS_NAMED
    jittered = run_trial(SpikingAgent(naive, weight_jitter=0.2), BRIEF, 0).provenance
    assert jittered.brain == ("weight jitter 0.2",)
    silent = run_trial(SpikingAgent(naive, reward_mode="none"), BRIEF, 0).provenance
    assert (silent.brain, silent.learning) == (("reward none",), False)
    recording = run_trial(RecordingAgent(SpikingAgent(halved(naive))), BRIEF, 0).provenance
    assert recording == Provenance((BY_HAND,), learning=True)


def test_what_an_agent_learned_in_its_last_trial_is_said_in_the_next(naive: CompiledBrain) -> None:
    agent = SpikingAgent(naive)
    first, second = (run_trial(agent, TRIALS["default"].with_changes(duration_s=2.0), 0) for _ in range(2))
    assert first.provenance.brain == ()
    assert second.provenance.brain == ("weights changed before the trial",)


@pytest.mark.parametrize(
    ("control", "learning"),
    [("blind", False), ("shuffled", True), ("no_learning", False), ("no_reward", False)],
)
def test_a_control_has_the_conditions_of_its_brain_and_no_more(
    control: str, learning: bool, naive: CompiledBrain
) -> None:
    found = CONTROLS[control]
    brain = scale_weights(naive, [WeightScaling("odour_left", "head", 0.5)])
    agent = SpikingAgent(brain) if found.from_brain is None else found.from_brain(brain)
    agent = agent if found.from_agent is None else found.from_agent(agent, BRIEF.layout())
    assert run_trial(agent, BRIEF, 0).provenance == Provenance(brain.meta.edits, learning=learning)


def test_food_moved_by_hand_a_state_and_given_places_are_said() -> None:
    with_clicks = run_trial("crawl", BRIEF, 0, observer=lambda env, info: env._move_food((1.0, 1.0)))
    assert with_clicks.provenance.arena == ("food moved by hand",)
    assert figures_of(with_clicks)["conditions"] == ["food moved by hand"]

    def jump(env, info) -> None:
        if info["tick"] == 100:
            env.set_state(env.get_state())

    assert run_trial("crawl", BRIEF, 0, observer=jump).provenance.arena == ("state set",)
    env = BRIEF.make_env()
    env.reset(seed=0, options={"food": [(1.0, 2.0)], "heading_rad": 0.0})
    assert env.interventions == ("heading_rad, food given to reset",)
    env.reset(seed=0)
    assert env.interventions == ()


def test_the_title_of_a_frame_says_what_was_done_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    from spikeworm_env.envs.viewer import Viewer

    titles: list[str] = []
    monkeypatch.setattr(Viewer, "draw", lambda self, *given: titles.append(given[3]))
    env = BRIEF.make_env(render_mode="rgb_array")
    env.reset(seed=0)
    env.render()
    env._move_food((1.0, 1.0))
    env.render()
    assert titles == ["SpikeWorm", "SpikeWorm · food moved by hand"]


@pytest.mark.parametrize(
    ("trial", "frame_skip", "label"),
    [
        (TRIALS["default"], 10, "default"),
        (TRIALS["default"].with_changes(duration_s=90.0), 10, "default"),
        (TRIALS["default"].with_changes(duration_s=30.0), 10, "default with duration 30 s"),
        (Trial("default", duration_s=30.0), 5, "default with duration 30 s, frame_skip 5"),
        (TRIALS["far"].with_changes(sigma=9.0, n_foods=2), 10, "far with sigma 9 BL, foods 2"),
        (TRIALS["far"].with_changes(arena_radius=40.0), 10, "far with arena radius 40 BL"),
        (replace(TRIALS["default"], food_position=(1.0, 2.0)), 10, "default with food at (1.0, 2.0)"),
        (replace(TRIALS["reversal"], marker=1), 10, "reversal with marker 1"),
        (Trial("mine", duration_s=3.0), 10, "mine"),
    ],
)
def test_a_label_names_what_differs_from_the_trial_of_that_name(
    trial: Trial, frame_skip: int, label: str
) -> None:
    assert trial.label(frame_skip) == label


def test_a_result_bears_the_label_of_its_trial() -> None:
    assert run_trial("crawl", BRIEF, 0, frame_skip=5).trial == "default with duration 0.3 s, frame_skip 5"


def test_rows_of_other_trials_are_not_compared() -> None:
    other = TRIALS["default"].with_changes(duration_s=0.4)
    moved = run_trial("crawl", BRIEF, 0, observer=lambda env, info: env._move_food((1.0, 1.0)))
    mine = ResultTable([run_trial("crawl", BRIEF, 0)], 1)
    check_same_trials(mine, ResultTable([run_trial("oracle", BRIEF, 0)], 1))
    for result in (run_trial("oracle", other, 0), run_trial("oracle", BRIEF, 0, frame_skip=5), moved):
        with pytest.raises(InputError, match="comparison: trial of"):
            check_same_trials(mine, ResultTable([result], 1))


def test_rows_of_which_the_same_is_said_share_a_sentence() -> None:
    trained, learns = Provenance(("trained",)), Provenance(learning=True)
    assert remarks({"a": AS_NAMED, "b": trained, "c": learns, "d": trained}) == (
        "b, d: trained.",
        "c: learns during the trial.",
    )


def test_a_row_says_what_holds_for_any_of_its_trials() -> None:
    parts = [AS_NAMED, Provenance(("x",)), Provenance(("x", "y"), ("moved",), learning=True)]
    assert Provenance.of_all(parts) == Provenance(("x", "y"), ("moved",), learning=True)


def test_the_hash_does_not_depend_on_the_width_of_integers(naive: CompiledBrain) -> None:
    narrow = replace(naive.network, source=naive.network.source.astype(np.int32))
    assert brain_conditions(replace(naive, network=narrow)) == ()
