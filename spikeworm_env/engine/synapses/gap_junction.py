"""gap_junction: an electrical synapse; current flows in both directions in every tick, without spikes.

    I_self = g (v_other − v_self)

taken from the membrane potentials before the tick's update, equal and opposite at the two ends.
Source: ohmic gap junction, e.g. Bennett & Zukin 2004.

| symbol | meaning | unit |
|---|---|---|
| g (weight) | conductance, >= 0; 0.1 is a usual value | model current per mV |
"""

ELECTRICAL = True


def current(g, v_self, v_other):
    return g * (v_other - v_self)
