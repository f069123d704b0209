"""binary_decision and command_decision_v2, which differ only in their names.

A brief input latches one side until the other is triggered; modulators tip a tie.
"""

from dataclasses import dataclass

import numpy as np
import pytest


@dataclass(frozen=True)
class Names:
    """What a block calls its two sides; the first side comes first."""

    block: str
    sides: tuple[str, str]
    senses: tuple[str, str]
    outputs: tuple[str, str]

    @property
    def modulators(self):
        return tuple(f"modulator_{side}_in" for side in self.sides)

    def link(self, source, target, side=0):
        """A synapse to lesioned: from a neuron of one side to one of the first."""
        return f"{source}_{self.sides[side]}", f"{target}_{self.sides[0]}"


BLOCKS = (
    Names(
        "binary_decision",
        sides=("a", "b"),
        senses=("sensory_a_in", "sensory_b_in"),
        outputs=("option_a_out", "option_b_out"),
    ),
    Names(
        "command_decision_v2",
        sides=("fwd", "bwd"),
        senses=("fwd_sensory_in", "bwd_sensory_in"),
        outputs=("forward_out", "backward_out"),
    ),
)


@pytest.fixture(params=BLOCKS, ids=lambda names: names.block)
def names(request):
    return request.param


def on(block, names, ticks, drive, seed):
    """(ticks, 2) whether either output fired."""
    raster = block.spikes(ticks, drive, seed)
    return np.stack([raster[:, block.terminals[out]].any(axis=1) for out in names.outputs], axis=1)


def first_second_first(names, seed):
    """20 ms of input to one side at 200, to the other near 500, to the first again near 800."""
    phase = seed % 7

    def drive(t):
        if 200 <= t < 220 or 800 + phase <= t < 820 + phase:
            return {names.senses[0]: 15.0}
        return {names.senses[1]: 15.0} if 500 + phase <= t < 520 + phase else {}

    return drive


def ambiguous(names, modulator=None):
    """40 ms of the same weak input to both sides at 300, and perhaps a modulator around it."""

    def drive(t):
        drives = dict.fromkeys(names.senses, 2.0) if 300 <= t < 340 else {}
        return drives | ({modulator: 0.5} if modulator and 150 <= t < 400 else {})

    return drive


def choices(block, names, drive):
    """(seeds, 2) which outputs are on long after the input."""
    return np.array([on(block, names, 500, drive, seed)[450:].any(axis=0) for seed in block.seeds])


def test_a_brief_input_latches_its_option_until_the_other_is_triggered(bench, names):
    block = bench(names.block)
    for seed in block.seeds:
        first, second = on(block, names, 1100, first_second_first(names, seed), seed).T
        assert not first[:200].any() and not second[:500].any()
        assert np.diff(np.flatnonzero(first[:500])).max() <= 10 and first[490:500].any()
        assert not first[550:800].any() and second[790:800].any()
        assert first[1090:].any() and not second[850:].any()
        overlap_ms = np.flatnonzero(first[:800])[-1] - np.flatnonzero(second)[0]
        assert overlap_ms <= 5
        assert np.flatnonzero(second)[-1] - np.flatnonzero(first[800:])[0] - 800 <= 5


def test_simultaneous_inputs_never_leave_both_options_active(bench, names):
    block = bench(names.block)
    for lag in range(20):
        first, second = on(
            block,
            names,
            500,
            lambda t, lag=lag: (
                ({names.senses[0]: 15.0} if 200 <= t < 220 else {})
                | ({names.senses[1]: 15.0} if 200 + lag <= t < 220 + lag else {})
            ),
            lag,
        ).T
        recent = np.ones(7)
        both = (np.convolve(first, recent)[:500] > 0) & (np.convolve(second, recent)[:500] > 0)
        assert both.sum() <= 5


def test_without_the_ring_the_option_does_not_persist(bench, names):
    block = bench(names.block, without=names.link("latch", "latch"))
    for seed in block.seeds:
        first = on(block, names, 500, first_second_first(names, seed), seed)[:, 0]
        assert first[200:250].any() and not first[300:].any()


def test_without_the_cross_kill_both_options_are_active(bench, names):
    block = bench(names.block, without=names.link("cross_kill", "latch", side=1))
    for seed in block.seeds:
        first, second = on(block, names, 800, first_second_first(names, seed), seed).T
        assert first[700:].sum() >= 10 and second[700:].sum() >= 10


def test_a_modulator_alone_selects_nothing_and_biases_an_ambiguous_input(bench, names):
    block = bench(names.block)
    assert not choices(block, names, lambda t: {names.modulators[0]: 0.5} if t >= 150 else {}).any()
    unmodulated = choices(block, names, ambiguous(names))
    assert (unmodulated.sum(axis=0) <= 12).all()
    towards_first = choices(block, names, ambiguous(names, names.modulators[0]))
    assert (towards_first == [True, False]).all(axis=1).sum() >= 17
    towards_second = choices(block, names, ambiguous(names, names.modulators[1]))
    assert (towards_second == [False, True]).all(axis=1).sum() >= 17


def test_without_its_trigger_a_modulated_side_is_not_selected(bench, names):
    block = bench(names.block, without=names.link("integrate", "trigger"))
    assert not choices(block, names, ambiguous(names, names.modulators[0]))[:, 0].any()


def test_the_cross_kill_keeps_the_other_side_from_being_selected_later(bench, names):
    intact = choices(bench(names.block), names, ambiguous(names, names.modulators[0]))
    lesioned = choices(
        bench(names.block, without=names.link("trigger", "cross_kill")),
        names,
        ambiguous(names, names.modulators[0]),
    )
    assert intact[:, 1].sum() <= 1
    assert lesioned[:, 1].sum() >= 3


def test_a_clear_input_overrides_a_modulator(bench, names):
    def drive(t):
        drives = {names.senses[1]: 15.0} if 300 <= t < 320 else {}
        return drives | ({names.modulators[0]: 0.5} if 150 <= t < 400 else {})

    assert (choices(bench(names.block), names, drive) == [False, True]).all()
