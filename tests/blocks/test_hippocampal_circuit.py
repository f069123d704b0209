"""hippocampal_circuit: after both halves of a pattern were presented together, one half recalls the other."""

import numpy as np

from spikeworm_env.engine.brain import Brain

MEETING, GAP = 60, 240  # ms


class Subject:
    """A brain of this block alone, presented with halves of a pattern."""

    def __init__(self, block, seed):
        self.brain = Brain(block.network, seed=seed)
        self.at = block.terminals
        self.run(GAP)

    def run(self, ticks, halves=(), inhibit=0.0):
        current = np.zeros(self.brain.n_neurons)
        current[self.at["ec_in"][list(halves)]] = 12.0
        current[self.at["inhibit_in"]] = inhibit
        return self.brain.run(ticks, current).spike_counts()

    def presented(self, *halves, inhibit=0.0):
        """(n,) spikes while ``halves`` are present and shortly after."""
        counts = self.run(MEETING, halves, inhibit) + self.run(20, (), inhibit)
        self.run(GAP)
        return counts

    def learned(self, meetings=15):
        for _ in range(meetings):
            self.presented(0, 1)
        return self

    def recalled(self, **how):
        """Spikes of CA1 for the half that is not present."""
        return self.presented(0, **how)[self.at["ca1_out"][1]]


def test_after_learning_one_half_of_a_pattern_recalls_the_other(bench):
    block = bench("hippocampal_circuit")
    for seed in block.seeds:
        assert Subject(block, seed).recalled() == 0
        assert Subject(block, seed).learned().recalled() >= 1


def test_halves_presented_apart_do_not_recall_each_other(bench):
    block = bench("hippocampal_circuit")
    for seed in block.seeds:
        animal = Subject(block, seed)
        for meeting in range(30):
            animal.presented(meeting % 2)
        assert animal.recalled() == 0


def test_without_the_recurrent_synapses_nothing_is_recalled(bench):
    block = bench("hippocampal_circuit", without=("ca3_a", "ca3_b"))
    assert all(Subject(block, seed).learned().recalled() == 0 for seed in block.seeds)


def test_recall_ends_with_its_cue(bench):
    block = bench("hippocampal_circuit")
    for seed in block.seeds:
        animal = Subject(block, seed).learned()
        animal.presented(0)
        assert animal.run(500).sum() <= 1


def test_the_basket_cell_silences_ca3_and_ca1(bench):
    block, lesioned = bench("hippocampal_circuit"), bench("hippocampal_circuit", without=("basket", "ca3_a"))
    for seed in block.seeds:
        heard = Subject(block, seed).presented(0)[block.terminals["hippocampal_out"]]
        silenced = Subject(block, seed).presented(0, inhibit=20.0)[block.terminals["hippocampal_out"]]
        freed = Subject(lesioned, seed).presented(0, inhibit=20.0)[lesioned.terminals["ca3_out"]]
        assert heard.sum() >= 3
        assert silenced.sum() == 0
        assert freed.sum() >= 2


def test_the_novelty_cell_responds_to_the_first_presentation_and_not_to_a_repeat(bench):
    block, lesioned = bench("hippocampal_circuit"), bench("hippocampal_circuit", without=("ec_a", "novelty"))
    for seed in block.seeds:
        animal = Subject(block, seed)
        first, second = (animal.presented(0)[animal.at["novelty_out"]].sum() for _ in range(2))
        assert first >= 1
        assert second == 0
        assert Subject(lesioned, seed).presented(0)[lesioned.terminals["novelty_out"]].sum() == 0
