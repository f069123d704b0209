"""A network of fixed synapses in NEST, run alone: ``python in_nest.py NETWORK.npz WARM_UP TICKS``.

The neurons are NEST's ``izhikevich`` with ``consistent_integration=False``, the engine's
``izhikevich_2003``; NEST's default takes one step of 1 ms and adds a spike's weight to V_m. Prints a JSON
line when it is ready; then, for every line that it reads, builds the network anew, runs the warm-up, and
prints CPU seconds and spikes of the ticks after it. Needs NEST alone.
"""

import json
import sys
import time

import nest
import numpy as np


def build(columns):
    """The network, in a kernel of one thread with steps of 1 ms; its neurons and spike recorder."""
    nest.ResetKernel()
    nest.set(resolution=1.0, local_num_threads=1)
    n = columns["a"].size
    neurons = nest.Create("izhikevich", n, {"consistent_integration": False})
    state = {"V_m": np.full(n, -65.0), "U_m": columns["b"] * -65.0, "I_e": columns["background"]}
    neurons.set({**{name: columns[name] for name in "abcd"}, **state})
    ids = np.array(neurons.tolist())
    each = {"weight": columns["fixed.weight"], "delay": columns["fixed.delay"].astype(float)}
    nest.Connect(ids[columns["fixed.source"]], ids[columns["fixed.target"]], "one_to_one", each)
    recorder = nest.Create("spike_recorder", params={"record_to": "memory"})
    nest.Connect(neurons, recorder)
    return recorder


def main():
    nest.set_verbosity("M_ERROR")
    columns = dict(np.load(sys.argv[1]))
    warm_up, ticks = map(int, sys.argv[2:4])
    print(json.dumps({"version": f"NEST {nest.__version__}"}), flush=True)
    for _ in sys.stdin:
        recorder = build(columns)
        nest.Prepare()
        nest.Run(float(warm_up))
        start = time.process_time()
        nest.Run(float(ticks))
        seconds = time.process_time() - start
        nest.Run(2.0)  # a spike reaches the recorder a step later
        nest.Cleanup()
        # the spike of tick t has the time stamp t + 1
        times = np.asarray(recorder.events["times"])
        spikes = np.count_nonzero((times > warm_up) & (times <= warm_up + ticks))
        print(json.dumps({"seconds": seconds, "spikes": int(spikes)}), flush=True)


if __name__ == "__main__":
    main()
