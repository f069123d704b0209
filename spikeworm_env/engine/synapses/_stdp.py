"""Spike-timing-dependent weight changes that several types share."""

from __future__ import annotations

from spikeworm_env.kernels.binding import inner
from spikeworm_env.kernels.elementary import pow

PAIR_STATE = {"pre_trace": 0.0, "post_trace": 0.0}  # traces of source and target spikes
PAIR_DECAY_TABLES = {"pre_fade": "tau_plus", "post_fade": "tau_minus"}


@inner
def decay_pair(syn, p, ticks):
    """Decay of both traces over ``ticks`` ticks."""
    syn.pre_trace *= p.pre_fade[ticks]
    syn.post_trace *= p.post_fade[ticks]


@inner
def soft_bounded(w, step, w_min, w_max, softness):
    """The weight after ``step · (room / span) ** softness``; room is the distance to the bound ahead of it.

    A positive step strengthens: it moves an excitatory weight to w_max, an inhibitory one (w_max <= 0) to
    w_min. No step passes a bound, so a weight never changes sign. With softness 1 weights settle where
    potentiation and depression balance; softness 0 means hard bounds, at which competing weights end.
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
    """Long-term depression when the source fires, in proportion to the trace of earlier target spikes."""
    syn.w = soft_bounded(
        syn.w, -plasticity * p.learning_rate * p.ltd_ratio * syn.post_trace, p.w_min, p.w_max, 1.0
    )


@inner
def potentiate(syn, p, plasticity):
    """Long-term potentiation when the target fires, in proportion to the trace of earlier source spikes."""
    syn.w = soft_bounded(syn.w, plasticity * p.learning_rate * syn.pre_trace, p.w_min, p.w_max, 1.0)
