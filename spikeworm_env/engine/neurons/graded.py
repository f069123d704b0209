"""graded: a leaky membrane without spikes, as most neurons of the nematode have.

    tau v' = v_rest − v + tau I

v takes the exact step for a current that is constant throughout a tick: its distance from v_rest + tau I
shrinks by the factor exp(−1 / tau). It is bounded to [−1000, 1000] mV, far outside any membrane, so that
numbers stay finite where gap junctions are too strong for steps of 1 ms. The neuron never fires: its output
goes through synapses that follow v, such as ``graded_synapse`` and ``gap_junction``.
Source: passive membrane of C. elegans, Wicks, Roehrig & Rankin 1996: C 1.5 pF, leak 10 pS, rest −35 mV.

| symbol | meaning | unit |
|---|---|---|
| v | membrane potential | mV |
| I | current, in the model's own unit | mV per ms |
"""

from spikeworm_env.engine.neurons._preset import EXCITATORY, INHIBITORY, Preset
from spikeworm_env.engine.parameters import Parameter
from spikeworm_env.kernels.elementary import exp

PARAMETERS = {
    "v_rest": Parameter(-35.0, "mV", -1e3, 1e3, "membrane potential without current"),
    "tau": Parameter(150.0, "ms", 0.1, 1e6, "membrane time constant, capacitance / leak conductance"),
}
STATE = {"v": lambda v_rest: v_rest}
PRESETS = {
    "graded": Preset({}, EXCITATORY, "leaky membrane without spikes"),
    "graded_inhibitory": Preset({}, INHIBITORY, "the same, inhibitory under proximity wiring"),
}
V_FINITE = 1e3  # mV


def step(v, v_rest, tau, current):
    goal = v_rest + tau * current
    v = goal + (v - goal) * exp(-1.0 / tau)
    return (min(max(v, -V_FINITE), V_FINITE),)
