"""Lesions and other changes of a trained brain keep the training record of every remaining synapse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.learning.weight_changes import changes_by_origin
from spikeworm_env.lesions.component import lesion_component
from spikeworm_env.lesions.connection import connections, lesion_connection
from spikeworm_env.lesions.pruning import disable_pruning, prunable, prune_at_random, pruned
from spikeworm_env.lesions.shuffle_targets import shuffle_targets
from spikeworm_env.lesions.swap_sensors import has_sides, swap_sensors
from spikeworm_env.lesions.weight_noise import add_weight_noise

CELLS = {
    "name": "five",
    "description": "Five cells.",
    "neurons": [{"id": "cell", "type": "RS", "count": 5, "noise": 4.0, "background": 6.0}],
    "synapses": [],
    "terminals": {"inputs": {"in": ["cell"]}, "outputs": {"out": ["cell"]}},
}
EARLY = {
    "critical_period": 2000,
    "eval_interval": 500,
    "pruning_threshold": 0.9,
    "prune_reference": "target_max",
    "min_source_spikes": 3,
}


@pytest.fixture
def trained(build: Callable):
    """Three components, a developmental and a plastic projection between each two, after two seconds."""
    ways = [("a", "b"), ("b", "c"), ("c", "a")]
    developmental = [
        {"from": f"{a}.out", "to": f"{b}.in", "weight": 4, "type": "developmental", "parameters": EARLY}
        for a, b in ways
    ]
    plastic = [{"from": f"{a}.out", "to": f"{b}.in", "weight": 4, "type": "plastic"} for a, b in ways]
    compiled = build(
        extra_blocks={"five": CELLS},
        components=[{"id": name, "block": "five"} for name in "abc"],
        projections=[way for pair in zip(plastic, developmental, strict=True) for way in pair],
        proximity=[],
        receptors={
            "l": {"source": "concentration_left"},
            "r_b": {"source": "concentration_right_b"},
            "touch": {"source": "head_touch"},
        },
        senses=[],
        muscles=[],
        proprioception=[],
    )
    brain = Brain(compiled.network, seed=1)
    brain.advance(2000)
    grown = replace(compiled, network=brain.trained_network())
    assert 0 < pruned(grown.network).sum() < 75
    return grown


def records(compiled):
    """Every synapse by its ends and type: weight at birth, and what lasts of it."""
    network, experience = compiled.network, compiled.network.experience
    types = network.synapse_type
    rank = {name: np.cumsum(types == name) - 1 for name in set(types.tolist())}
    return {
        (int(network.source[k]), int(network.target[k]), str(types[k])): (
            float(network.weight[k]),
            float(experience.initial_weight[k]),
            *(
                (state, int(values[rank[types[k]][k]]))
                for state, values in experience.persistent.get(types[k], {}).items()
            ),
        )
        for k in range(network.n_synapses)
    }


def test_synapses_that_a_lesion_leaves_keep_their_training_record(trained):
    whole = records(trained)
    assert len(whole) == 150
    for cut in (
        lesion_connection(trained, "a", "b"),
        lesion_connection(trained, "b", "c"),
        lesion_component(trained, "c"),
    ):
        left = records(cut)
        assert 0 < len(left) < len(whole)
        assert left.items() <= whole.items()
        validate(cut.network)
        assert Brain(cut.network).ticks == 2000


def test_a_brain_without_any_synapse_left_still_has_its_age(trained):
    bare = lesion_component(trained, ["a", "b", "c"])
    assert connections(bare) == ()
    assert Brain(bare.network).ticks == 2000


def test_shuffled_and_noisy_brains_keep_their_training_record(trained):
    rng = np.random.default_rng(0)
    assert shuffle_targets(trained, rng).network.experience is trained.network.experience
    jittered = add_weight_noise(trained, 0.5, rng).network
    assert jittered.experience is trained.network.experience
    gone = pruned(trained.network)
    assert (jittered.weight[gone] == 0).all()
    assert (jittered.weight[~gone] != trained.network.weight[~gone]).any()
    validate(jittered)


def test_pruned_synapses_stay_pruned_where_bounds_exclude_zero(trained):
    classes = tuple(
        replace(kind, parameters={**kind.parameters, "w_min": 0.1}) for kind in trained.network.classes
    )
    network = replace(trained.network, classes=classes)
    jittered = add_weight_noise(replace(trained, network=network), 0.5, np.random.default_rng(0)).network
    assert (jittered.weight[pruned(network)] == 0).all()


def test_random_pruning_adds_to_pruned_synapses_up_to_the_count(trained):
    network = trained.network
    before = pruned(network)
    counts = np.bincount(network.target[before], minlength=15)
    counts = np.minimum(counts + 1, 5)
    more = prune_at_random(network, counts, np.random.default_rng(1))
    gone = pruned(more)
    assert gone[before].all()
    assert np.bincount(network.target[gone], minlength=15).tolist() == counts.tolist()
    assert (more.weight[gone] == 0).all() and (more.weight[~gone] == network.weight[~gone]).all()
    validate(more)


def test_random_pruning_depends_on_its_generator(trained):
    unharmed = Brain(disable_pruning(trained).network).trained_network()
    unharmed = replace(
        unharmed,
        experience=replace(
            unharmed.experience,
            persistent={
                "developmental": {
                    **unharmed.experience.persistent["developmental"],
                    "alive": np.ones(75, np.int32),
                }
            },
        ),
    )
    counts = np.full(15, 2)
    one, same, other = (
        pruned(prune_at_random(unharmed, counts, np.random.default_rng(seed))) for seed in (1, 1, 2)
    )
    assert (one == same).all() and (one != other).any()
    assert one.sum() == other.sum() == 30


def test_an_untrained_brain_has_no_pruned_synapses_and_cannot_be_pruned(compiled):
    assert not pruned(compiled.network).any()
    with pytest.raises(InputError, match="no trained synapses"):
        prune_at_random(compiled.network, np.zeros(1, int), np.random.default_rng(0))


def test_disabled_pruning_changes_the_threshold_alone(trained):
    kept = disable_pruning(trained)
    for before, after in zip(trained.network.classes, kept.network.classes, strict=True):
        assert before.type == after.type
        changed = {name for name, value in before.parameters.items() if after.parameters[name] != value}
        assert changed == ({"pruning_threshold"} if before.type == "developmental" else set())
    assert prunable(kept.network).size == 75


def test_swapping_sensors_twice_restores_them(trained):
    swapped = swap_sensors(trained)
    assert [receptor.source for receptor in swapped.receptors] == [
        "concentration_right",
        "concentration_left_b",
        "head_touch",
    ]
    assert swap_sensors(swapped).receptors == trained.receptors
    assert swapped.network is trained.network


def test_a_brain_without_left_and_right_sensors_cannot_be_swapped(trained):
    numb = replace(trained, receptors=trained.receptors[2:])
    assert has_sides(trained) and not has_sides(numb)
    with pytest.raises(InputError, match="no sensors to swap"):
        swap_sensors(numb)


def test_changes_of_weights_are_summed_up_by_origin(trained):
    network = trained.network
    parts = changes_by_origin(trained)
    assert [part.origin for part in parts] == list(trained.origins)
    assert sum(part.synapses for part in parts) == trained.can_change.sum() == 150
    assert sum(part.pruned for part in parts) == pruned(network).sum()
    for index, part in enumerate(parts):
        own = trained.origin == index
        assert part.initial_mean == 4.0
        assert part.mean == pytest.approx(np.abs(network.weight[own]).mean())
        assert part.largest_change == np.abs(network.weight[own] - 4.0).max() > 0


def test_a_brain_that_has_not_run_has_no_changes(compiled):
    assert changes_by_origin(compiled) == ()
