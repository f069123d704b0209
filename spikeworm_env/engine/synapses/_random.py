"""The brain's random stream for synapse rules: SplitMix64, whose state is one 64-bit word.

The stream is independent of the neurons' noise, starts anew with each seed and continues from a checkpoint.
Source: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators".
"""

from __future__ import annotations

import numpy as np

from spikeworm_env.kernels.binding import shared

STREAM = 1  # key of this stream among those of a brain's seed; the noise has the seed itself
HALF, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
STEP_HIGH, STEP_LOW = np.uint64(0x9E3779B9), np.uint64(0x7F4A7C15)
FIRST_HIGH, FIRST_LOW = np.uint64(0xBF58476D), np.uint64(0x1CE4E5B9)
SECOND_HIGH, SECOND_LOW = np.uint64(0x94D049BB), np.uint64(0x133111EB)
SHIFT_1, SHIFT_2, SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
DROPPED, UNIT = np.uint64(11), 2.0**-53  # 53 bits, as many as a float in [0, 1) has


def initial_word(seed: int) -> np.uint64:
    """The state of the stream at the start of a brain with this seed."""
    return np.random.SeedSequence(seed, spawn_key=(STREAM,)).generate_state(1, np.uint64)[0]


@shared
def uniform(context):
    """A random number in [0, 1): the next of the brain's stream; for ``on_pre`` and ``on_post``."""
    word = next_word(context.random)
    return float(word >> DROPPED) * UNIT


@shared
def next_word(state):
    """The next 64 random bits; ``state``, a (1,) array of one word, advances.

    Words are multiplied and added in halves, so that nothing overflows in plain Python either.
    """
    high, low = state[0] >> HALF, state[0] & LOW
    low += STEP_LOW
    high = (high + STEP_HIGH + (low >> HALF)) & LOW
    z = (high << HALF) | (low & LOW)
    state[0] = z
    z = times(z ^ (z >> SHIFT_1), FIRST_HIGH, FIRST_LOW)
    z = times(z ^ (z >> SHIFT_2), SECOND_HIGH, SECOND_LOW)
    return z ^ (z >> SHIFT_3)


@shared
def times(z, factor_high, factor_low):
    """z times a factor, modulo 2**64."""
    high, low = z >> HALF, z & LOW
    product = low * factor_low
    high = ((high * factor_low) & LOW) + ((low * factor_high) & LOW) + (product >> HALF)
    return ((high & LOW) << HALF) | (product & LOW)
