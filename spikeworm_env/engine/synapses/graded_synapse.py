"""graded_synapse: a current that follows the source's membrane potential in every tick, without spikes.

    I_target = w / (1 + exp(−(v_source − v_half) / slope))

taken from the membrane potential before the tick's update. Half of w flows at v_half, 12 to 88% of it from
two slopes below to two slopes above. A positive w is excitatory, a negative one inhibitory.
Source: Wicks, Roehrig & Rankin 1996, with their resting potential of −35 mV as v_half and activation without
delay; slope 8 mV (0.125 per mV) after Kunert, Shlizerman & Kutz 2014.

| symbol | meaning | unit |
|---|---|---|
| w | weight: the greatest current | model current |
| v_half | potential of the source at which half of w flows | mV |
| slope | change of potential by which the odds grow e-fold | mV |
"""

from spikeworm_env.engine.synapses._parameters import Parameter
from spikeworm_env.kernels.elementary import exp

PARAMETERS = {
    "v_half": Parameter(-35.0, "mV", -1e3, 1e3, "potential of the source at which half of w flows"),
    "slope": Parameter(8.0, "mV", 1e-3, 1e6, "change of potential by which the odds grow e-fold"),
}
CONTINUOUS = True


def current(w, p, v_source, v_target):
    return w / (1.0 + exp((p.v_half - v_source) / p.slope))
