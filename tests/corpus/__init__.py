"""Hostile inputs: one file a group, one line an input."""

from tests.corpus import arrays_and_sounds, brains, recipes, states, stored
from tests.corpus._input import Input

INPUTS: list[Input] = [
    *recipes.INPUTS,
    *brains.INPUTS,
    *stored.INPUTS,
    *states.INPUTS,
    *arrays_and_sounds.INPUTS,
]
