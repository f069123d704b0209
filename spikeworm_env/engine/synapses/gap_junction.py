"""gap_junction: an electrical synapse; current flows in both directions in every tick, without spikes.

    I_target = g (v_source − v_target)        I_source = −I_target

taken from the membrane potentials before the tick's update.
Source: ohmic gap junction, e.g. Bennett & Zukin 2004.

| symbol | meaning | unit |
|---|---|---|
| g (weight) | conductance, >= 0; 0.1 is a usual value | model current per mV |
"""

CONTINUOUS = True
SYMMETRIC = True


def current(w, p, v_source, v_target):
    return w * (v_source - v_target)
