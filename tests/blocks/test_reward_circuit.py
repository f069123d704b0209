"""reward_circuit: reward against its prediction."""

import numpy as np

START, STOP, END = 300, 500, 600


def counts(block, reward=False, prediction=False):
    """(seeds, 3) spikes of reward, dopamine and punishment; reward comes 0 to 19 ms after prediction."""

    def story(late):
        def drive(t):
            return {
                "reward_in": 12.0 if reward and START + late <= t < STOP + late else 0.0,
                "prediction_in": 12.0 if prediction and START <= t < STOP else 0.0,
            }

        return drive

    outputs = [block.terminals[name] for name in ("reward_out", "dopamine_out", "punishment_out")]
    rasters = [block.spikes(END, story(seed % 20), seed) for seed in block.seeds]
    return np.array([[raster[:, ids].sum() for ids in outputs] for raster in rasters])


def test_an_unexpected_reward_bursts_and_a_predicted_one_bursts_less(bench):
    block = bench("reward_circuit")
    reward, rpe, _ = counts(block, reward=True).T
    _, expected, _ = counts(block, reward=True, prediction=True).T
    assert (reward >= 5).all()
    assert (rpe >= 3 * reward).all()  # two cells, most of the time two spikes each
    assert (expected <= 0.7 * rpe).all()


def test_the_punishment_cell_fires_only_for_a_prediction_without_reward(bench):
    block = bench("reward_circuit")
    missing = counts(block, prediction=True)
    assert (missing[:, 2] >= 4).all()
    assert (missing[:, 1] == 0).all()
    assert (counts(block, reward=True, prediction=True)[:, 2] <= 1).all()
    assert (counts(block, reward=True)[:, 2] == 0).all()
    assert (counts(block) == 0).all()


def test_without_the_cancel_synapse_a_predicted_reward_causes_a_full_burst(bench):
    block = bench("reward_circuit", without=("cancel", "dopamine"))
    _, rpe, _ = counts(block, reward=True).T
    _, expected, _ = counts(block, reward=True, prediction=True).T
    assert (expected >= 0.9 * rpe).all()


def test_without_its_synapses_the_punishment_cell_ignores_reward_or_prediction(bench):
    block = bench("reward_circuit", without=("received", "punishment"))
    assert (counts(block, reward=True, prediction=True)[:, 2] >= 4).all()
    block = bench("reward_circuit", without=("prediction", "punishment"))
    assert (counts(block, prediction=True)[:, 2] == 0).all()
