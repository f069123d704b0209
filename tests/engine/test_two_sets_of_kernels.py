"""Two sets of kernels in one process: the shipped types, and these with a toy type of other records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from spikeworm_env.kernels.binding import PLAIN_PYTHON

TOP = Path(__file__).parents[2]
KEPT = json.loads((TOP / "tests/golden/digests.json").read_text(encoding="utf-8"))
CASE = "recipe learner_v1 42 learning"

TOY = '''
"""doubling: transmits twice its weight, and counts."""
from spikeworm_env.engine.synapses import Parameter

PARAMETERS = {
    "times": Parameter(2.0, "1", 0.0, 10.0, "factor"),
    "rate": Parameter(1.0, "1", 0.0, 10.0, "size of a step"),
    "least": Parameter(0.0, "model current", -1e4, 1e4, "least weight"),
    "most": Parameter(1e4, "model current", -1e4, 1e4, "greatest weight"),
}
STATE = {"count": 0, "trace": 0.0, "other": 0.0}
LEARNING_RATE = "rate"
BOUNDS = ("least", "most")


def decay(syn, p, ticks):
    syn.trace = 0.0


def on_pre(syn, p, context):
    syn.count += 1
    return p.times * syn.w


def on_reward(syn, p, reward):
    syn.w += 1000.0 * p.rate * reward
'''

PROGRAM = """
import importlib.util, json, sys
import numpy as np
from spikeworm_env.engine import brain, network
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters

spec = importlib.util.spec_from_file_location("golden_digests", sys.argv[1])
digests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(digests)

def toy_life():
    kind = network.SynapseClass("doubling", resolve_parameters("doubling"))
    columns = {name: np.full(2, value) for name, value in zip("abcd", (0.02, 0.2, -65.0, 8.0))}
    net = network.Network(
        neuron_type=np.array(["RS", "RS"]), **columns, background=np.array([20.0, 0.0]), noise=np.zeros(2),
        source=np.array([0]), target=np.array([1]), weight=np.array([30.0]), delay=np.array([1]),
        synapse_class=np.array([0]), classes=(kind,),
    )
    one = brain.Brain(net)
    one.advance(200)
    one.deliver_reward(1.0)
    return [int(one.synapse_state("doubling")["count"][0]), float(one.weights[0])]

results = {}
for step in sys.argv[3:]:
    if step == "toy":
        with SYNAPSE_TYPES.including(sys.argv[2]):
            results[step] = toy_life()
    else:
        results[step] = digests.digest_of(step)
print(json.dumps(results))
"""


@pytest.mark.long
@pytest.mark.skipif(PLAIN_PYTHON, reason="kernels are not compiled")
def test_a_training_ends_with_the_same_weights_whatever_kernels_were_compiled_or_loaded_before(tmp_path):
    folder = tmp_path / "types"
    folder.mkdir()
    (folder / "doubling.py").write_text(TOY)

    def run(*steps):
        environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(TOP)}
        digests = str(TOP / "tests/golden/digests.py")
        command = [sys.executable, "-c", PROGRAM, digests, str(folder), *steps]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    (count, weight) = run("toy")["toy"]  # compiled alone
    assert count > 2 and weight == 1030.0
    right = {"toy": [count, weight], CASE: KEPT[CASE]}
    assert run(CASE) == {CASE: KEPT[CASE]}  # compiled alone, in a process that has not seen the toy
    for steps in ((CASE, "toy"), ("toy", CASE)):
        assert run(*steps) == right  # both from the disk, in either order
    (folder / "doubling.py").write_text(TOY.replace("return p.times", "return 0.5 * p.times"))
    assert run("toy", CASE)[CASE] == KEPT[CASE]  # the toy compiled anew, then the other loaded
