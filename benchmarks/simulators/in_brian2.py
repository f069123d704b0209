"""A network in Brian2: ``python in_brian2.py NETWORK.npz WARM_UP TICKS cython|cpp_standalone FOLDER``.

Prints a JSON line with the version when it is ready; then, for every line that it reads, runs the ticks after
the warm-up once more from the same state and prints CPU seconds and the number of spikes. Needs Brian2 alone.
"""

import json
import subprocess
import sys
import time

import brian2
import numpy as np
from brian2 import NeuronGroup, SpikeMonitor, Synapses, defaultclock, ms, prefs

# the engine's half steps, in its order of operations
NEURON = """v : 1
u : 1
I : 1
a : 1 (constant)
b : 1 (constant)
c : 1 (constant)
d : 1 (constant)
background : 1 (constant)"""
STEP = """push = 0.5 * (background + I - u) + 70.0
v = clip((0.02 * v + 3.5) * v + push, -100, 35)
v = clip((0.02 * v + 3.5) * v + push, -100, 35)
u = u + a * (b * v - u)
I = 0"""
FIXED = ("w : 1", {"deliver": "I_post += w"}, None, ())
DEPRESSING = (
    "w : 1\nfactor : 1 (constant)\ntau_recovery : second (constant)\n"
    "dg/dt = (1 - g) / tau_recovery : 1 (event-driven)",
    {"deliver": "g *= factor\nI_post += w * g"},
    None,
    ("factor", "tau_recovery"),
)
FACILITATING = (
    "w : 1\nincrement : 1 (constant)\nmax_gain : 1 (constant)\ntau_recovery : second (constant)\n"
    "dg/dt = (1 - g) / tau_recovery : 1 (event-driven)",
    {"deliver": "g = clip(g + increment, 0, max_gain)\nI_post += w * g"},
    None,
    ("increment", "max_gain", "tau_recovery"),
)
PLASTIC = (
    "w : 1\nlow : 1 (constant)\nhigh : 1 (constant)\ndirection : 1 (constant)\nlearning_rate : 1 (constant)\n"
    "ltd_ratio : 1 (constant)\ntau_plus : second (constant)\ntau_minus : second (constant)\n"
    "dx/dt = -x / tau_plus : 1 (event-driven)\ndy/dt = -y / tau_minus : 1 (event-driven)",
    {
        "learn": "w = clip(w - direction * learning_rate * ltd_ratio * y * (int(direction > 0) * (w - low)"
        " + int(direction < 0) * (high - w)) / (high - low), low, high)\nx += 1",
        "deliver": "I_post += w",
    },
    "w = clip(w + direction * learning_rate * x * (int(direction > 0) * (high - w)"
    " + int(direction < 0) * (w - low)) / (high - low), low, high)\ny += 1",
    ("learning_rate", "ltd_ratio", "tau_plus", "tau_minus"),
)
TYPES = {"fixed": FIXED, "depressing": DEPRESSING, "facilitating": FACILITATING, "plastic": PLASTIC}


def network(columns):
    """The neurons, their spike monitor and the network that holds all."""
    neurons = NeuronGroup(columns["a"].size, NEURON, threshold="v >= 30", reset="v = c\nu += d")
    neurons.run_regularly(STEP, when="groups")
    for name in ("a", "b", "c", "d", "background"):
        setattr(neurons, name, columns[name])
    neurons.v = -65
    neurons.u = columns["b"] * -65
    made = [made_synapses(neurons, columns, name) for name in TYPES if f"{name}.source" in columns]
    monitor = SpikeMonitor(neurons, record=False)
    return monitor, brian2.Network(neurons, monitor, *made)


def made_synapses(neurons, columns, name):
    """The synapses of one type, with their values."""
    model, on_pre, on_post, parameters = TYPES[name]
    values = {key.partition(".")[2]: columns[key] for key in columns if key.startswith(f"{name}.")}
    synapses = Synapses(neurons, neurons, model, on_pre=on_pre, on_post=on_post)
    synapses.connect(i=values["source"], j=values["target"])
    synapses.w = values["weight"]
    for parameter in parameters:
        unit = ms if parameter.startswith("tau_") else 1
        setattr(synapses, parameter, values[parameter] * unit)
    if "dg/dt" in model:
        synapses.g = 1
    if name == "plastic":
        synapses.low, synapses.high = values["w_min"], values["w_max"]
        synapses.direction = np.where(values["w_max"] <= 0, -1, 1)
        synapses.learn.order, synapses.deliver.order, synapses.post.order = 0, 1, 2
    # an arrival in the slot "synapses" acts in the next step of the neurons
    synapses.deliver.delay = (values["delay"] - 1) * ms
    return synapses


def answers():
    """Wait for lines; yields once for each."""
    print(json.dumps({"version": f"Brian2 {brian2.__version__}"}), flush=True)
    for _ in sys.stdin:
        yield


def answer(seconds, spikes):
    """Print what a run took and how many spikes there were."""
    print(json.dumps({"seconds": seconds, "spikes": int(spikes)}), flush=True)


def run_cython(monitor, net, warm_up, ticks):
    """Run in this process, from the stored state after the warm-up."""
    net.run(warm_up * ms)
    net.store()
    before = monitor.num_spikes
    for _ in answers():
        net.restore()
        start = time.process_time()
        net.run(ticks * ms)
        answer(time.process_time() - start, monitor.num_spikes - before)


def run_standalone(monitor, net, warm_up, ticks, folder):
    """Build a program, and run it whole each time; it prints its CPU time and spikes around the ticks."""
    count = brian2.device.get_array_name(monitor.variables["N"], access_data=False)
    time_and_count = f'(double)std::clock() / CLOCKS_PER_SEC << " " << brian::{count}[0]'
    stamp = f'std::cout << "stamp " << {time_and_count} << std::endl;'
    net.run(warm_up * ms)
    brian2.device.insert_code("main", stamp)
    net.run(ticks * ms)
    brian2.device.insert_code("main", stamp)
    brian2.device.build(directory=folder, compile=True, run=True, debug=False, with_output=False)
    for _ in answers():
        ran = subprocess.run(["./main"], cwd=folder, capture_output=True, text=True, check=True)
        stamps = [line.split()[1:] for line in ran.stdout.splitlines() if line.startswith("stamp")]
        (begin, before), (end, after) = ((float(seconds), int(count)) for seconds, count in stamps)
        answer(end - begin, after - before)


def main():
    path, warm_up, ticks, target, folder = sys.argv[1:]
    columns = dict(np.load(path))
    defaultclock.dt = 1 * ms
    prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-march=native", "-ffp-contract=off"]
    if target == "cpp_standalone":
        brian2.set_device("cpp_standalone", build_on_run=False, directory=folder)
        prefs.devices.cpp_standalone.openmp_threads = 0
        run_standalone(*network(columns), int(warm_up), int(ticks), folder)
    else:
        prefs.codegen.target = "cython"
        run_cython(*network(columns), int(warm_up), int(ticks))


if __name__ == "__main__":
    main()
