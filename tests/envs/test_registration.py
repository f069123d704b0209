"""Ids, import and public names."""

from __future__ import annotations

import subprocess
import sys

import pytest

import spikeworm_env
from spikeworm_env.envs import ENVIRONMENTS


def python(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_id_is_made_in_a_fresh_process_by_module_and_id(name):
    made = f"import gymnasium; print(gymnasium.make('spikeworm_env:{name}').spec.id)"
    assert python(made) == name


def test_ids_follow_from_the_names_of_the_files():
    assert ENVIRONMENTS["SpikeWorm/Chemotaxis-v0"] == "spikeworm_env.envs.chemotaxis_v0:ChemotaxisEnv"
    assert len(ENVIRONMENTS) == 6


def test_import_is_quick_and_loads_nothing_heavy():
    program = """
import sys, time
start = time.process_time()
import spikeworm_env
seconds = time.process_time() - start
print(seconds, *(name in sys.modules for name in ("numba", "pygame", "pydantic", "scipy")))
"""
    seconds, *heavy = python(program).split()
    assert float(seconds) < 1.0
    assert heavy == ["False"] * 4


def test_registering_again_is_harmless():
    spikeworm_env.envs.register()


@pytest.mark.parametrize("name", spikeworm_env.__all__)
def test_public_names_resolve(name):
    assert callable(getattr(spikeworm_env, name))
    assert name in dir(spikeworm_env)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'make_agents'"):
        spikeworm_env.make_agents  # noqa: B018
