"""Weight changes that the learning types share."""

from __future__ import annotations

from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import pow

PAIR_STATE = {"pre_trace": 0.0, "post_trace": 0.0}  # recent spikes of source and target
PAIR_DECAY_TABLES = {"pre_fade": "tau_plus", "post_fade": "tau_minus"}


@inner
def fade_pair(syn, p, ticks):
    """Both traces ``ticks`` ticks later."""
    syn.pre_trace *= p.pre_fade[ticks]
    syn.post_trace *= p.post_fade[ticks]


@inner
def soft_bounded(w, step, w_min, w_max, softness):
    """The weight after ``step · (room / span) ** softness``; room is what is left to the bound it moves to.

    A positive step strengthens: an excitatory synapse moves to w_max, an inhibitory one (w_max <= 0) to
    w_min. No step passes a bound, so a weight never changes sign. Softness 1 holds weights where gains and
    losses are even; 0 is hard bounds, between which synapses compete until one has won.
    Source: soft (multiplicative) bounds, van Rossum, Bi & Turrigiano 2000; hard (additive) ones, Song, Miller
    & Abbott 2000; the exponent between them, Gütig et al. 2003.
    """
    span = w_max - w_min
    if span <= 0.0:
        return w
    if w_max <= 0.0:
        step = -step
    room = w_max - w if step > 0.0 else w - w_min
    change = step * room / span if softness == 1.0 else step * pow(room / span, softness)
    return min(max(w + change, w_min), w_max)


@inner
def depress(syn, p, plasticity):
    """Long-term depression when the source fires: it came after the target spikes that post_trace recalls."""
    syn.w = soft_bounded(
        syn.w, -plasticity * p.learning_rate * p.ltd_ratio * syn.post_trace, p.w_min, p.w_max, 1.0
    )


@inner
def potentiate(syn, p, plasticity):
    """Long-term potentiation when the target fires: the source spikes that pre_trace recalls came before."""
    syn.w = soft_bounded(syn.w, plasticity * p.learning_rate * syn.pre_trace, p.w_min, p.w_max, 1.0)
