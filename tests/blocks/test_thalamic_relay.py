"""thalamic_relay: a gate that passes or blocks the input; the end of blocking causes a burst."""

import numpy as np

GATE, RELEASE, END = 600, 900, 1000


def story(sensory, gate):
    def drive(t):
        return {
            "sensory_in": sensory if t >= 300 else 0.0,
            "gate_in": gate if GATE <= t < RELEASE else 0.0,
        }

    return drive


def counts(block, terminal, sensory, gate=12.0):
    """(seeds, 3) spikes in the 300 ms before the gate, in its last 280 ms, and 100 ms after release."""
    ids = block.terminals[terminal]
    found = []
    for seed in block.seeds:
        fired = block.spikes(END, story(sensory, gate), seed)[:, ids].sum(axis=1)
        found.append([fired[300:GATE].sum(), fired[GATE + 20 : RELEASE].sum(), fired[RELEASE:].sum()])
    return np.array(found)


def test_input_passes_with_the_gate_silent_and_not_with_it_driven(bench):
    block = bench("thalamic_relay")
    passed, held, after = counts(block, "relay_out", 10.0).T
    assert (passed >= 15).all()
    assert (held == 0).all()
    assert (after >= 5).all()
    assert (counts(block, "relay_out", 0.0, gate=0.0) <= 3).all()


def test_it_bursts_when_the_inhibition_ends(bench):
    before, held, after = counts(bench("thalamic_relay"), "rebound_out", 10.0).T
    assert (held == 0).all()
    assert (after >= before).all()  # 100 ms against 300 ms
    assert (after >= 12).all()


def test_without_the_synapses_of_the_gate_input_passes_and_there_is_no_rebound(bench):
    _, held, _ = counts(bench("thalamic_relay", without=("gate", "relay")), "relay_out", 10.0).T
    assert (held >= 15).all()
    _, _, after = counts(bench("thalamic_relay", without=("gate", "rebound")), "rebound_out", 10.0).T
    assert (after <= 6).all()
