"""The 1,000 neurons of Izhikevich 2003: 800 excitatory and 200 inhibitory, all-to-all, with thalamic noise.

    python docs/examples/thousand_neurons.py --out runs/thousand_neurons.png

Builds the network of the paper's program ``net.m``: model ``izhikevich_2003``, one neuron class per neuron, a
delay of 1 ms. Runs it for 1,000 ms and draws the spikes, the population rate and its spectrum. The picture
needs ``pip install spikeworm[report]``.

Source: E. M. Izhikevich, "Simple model of spiking neurons", IEEE Trans. Neural Networks 14 (2003) 1569.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env import Brain
from spikeworm_env.engine.network import Network, NeuronClass, SynapseClass, neuron_columns
from spikeworm_env.engine.neurons import resolve_neuron
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.engine.synapses import resolve_parameters
from spikeworm_env.reports.figure_style import EXCITATORY, INHIBITORY, default_style, new_figure, save_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

N_EXCITATORY, N_INHIBITORY = 800, 200
N: Final = N_EXCITATORY + N_INHIBITORY
TICKS: Final = 1000  # ms
NETWORKS: Final = 10  # whose spectra are averaged
ALPHA, TROUGH, GAMMA, ABOVE = (5, 20), (12, 16), (25, 42), (60, 80)  # bands in Hz, ends included
SMOOTHING_HZ: Final = 5  # of the spectrum: a running mean


class Run(NamedTuple):
    """Spikes of one network."""

    ticks: NDArray[np.int64]
    neurons: NDArray[np.int64]

    @property
    def rate(self) -> NDArray[np.int64]:
        """(ticks,) spikes of all neurons in each ms."""
        return np.bincount(self.ticks, minlength=TICKS)


class Rhythm(NamedTuple):
    """What several runs have in common.

    Attributes:
        excitatory_hz, inhibitory_hz: mean rates of the neurons.
        alpha_hz: the frequency of the greatest power in the band ``ALPHA``.
        alpha: the power there, divided by the mean power of the band ``TROUGH`` between alpha and gamma.
        gamma: the mean power of the band ``GAMMA``, divided by that of ``TROUGH``.
        gamma_above: the same, divided by the mean power of the band ``ABOVE``.
        power: by frequency in Hz from 0: mean spectrum of the population rates, smoothed; its mean below
            100 Hz is 1.
    """

    excitatory_hz: float
    inhibitory_hz: float
    alpha_hz: int
    alpha: float
    gamma: float
    gamma_above: float
    power: NDArray[np.float64]


def build(rng: np.random.Generator) -> Network:
    """Neurons and synapses, drawn in the order of ``net.m``."""
    re, ri = rng.random(N_EXCITATORY), rng.random(N_INHIBITORY)
    from_excitatory, from_inhibitory = 0.5 * rng.random((N, N_EXCITATORY)), -rng.random((N, N_INHIBITORY))
    weights = np.hstack([from_excitatory, from_inhibitory])  # [target, source]
    excitatory = [_neuron("RS_2003", c=-65 + 15 * r**2, d=8 - 6 * r**2) for r in re]
    inhibitory = [_neuron("FS_2003", a=0.02 + 0.08 * r, b=0.25 - 0.05 * r) for r in ri]
    return Network(
        *neuron_columns([*excitatory, *inhibitory]),
        background=np.zeros(N),
        noise=np.zeros(N),
        source=np.repeat(np.arange(N), N),
        target=np.tile(np.arange(N), N),
        weight=weights.T.ravel(),
        delay=np.ones(N * N, np.int64),
        synapse_class=np.zeros(N * N, np.int64),
        classes=(SynapseClass("fixed", resolve_parameters("fixed")),),
    )


def _neuron(type_name: str, **parameters: float) -> NeuronClass:
    return NeuronClass(type_name, resolve_neuron(type_name, parameters))


def thalamic_input(rng: np.random.Generator) -> NDArray[np.float64]:
    """(ticks, n) normal currents of standard deviation 5 (excitatory) and 2 (inhibitory)."""
    return rng.standard_normal((TICKS, N)) * np.repeat([5.0, 2.0], [N_EXCITATORY, N_INHIBITORY])


def run(seed: int) -> Run:
    """One network under one thalamic input, for 1,000 ms."""
    rng = np.random.default_rng(seed)
    brain = Brain(build(rng))
    return Run(*brain.run(TICKS, thalamic_input(rng), Recorder(brain)).spikes)


def measure(runs: list[Run]) -> Rhythm:
    """Mean rates and the mean power spectrum of the population rates of several runs."""
    window = np.hanning(TICKS)
    power = np.mean([np.abs(np.fft.rfft(window * (r.rate - r.rate.mean()))) ** 2 for r in runs], axis=0)
    power = np.convolve(power, np.full(SMOOTHING_HZ, 1 / SMOOTHING_HZ), mode="same")
    power /= power[1:100].mean()
    trough, gamma, above = (power[low : high + 1].mean() for low, high in (TROUGH, GAMMA, ABOVE))
    alpha_hz = ALPHA[0] + int(np.argmax(power[ALPHA[0] : ALPHA[1] + 1]))
    spikes = np.bincount(np.concatenate([r.neurons for r in runs]), minlength=N) / (len(runs) * TICKS / 1000)
    return Rhythm(
        excitatory_hz=spikes[:N_EXCITATORY].mean(),
        inhibitory_hz=spikes[N_EXCITATORY:].mean(),
        alpha_hz=alpha_hz,
        alpha=power[alpha_hz] / trough,
        gamma=gamma / trough,
        gamma_above=gamma / above,
        power=power,
    )


def sentence(rhythm: Rhythm) -> str:
    """What was measured, in words."""
    return (
        f"Excitatory neurons fire at {rhythm.excitatory_hz:.1f} Hz, inhibitory ones at "
        f"{rhythm.inhibitory_hz:.1f} Hz. The population rate has an alpha rhythm: its spectrum has a peak at "
        f"{rhythm.alpha_hz} Hz, with {rhythm.alpha:.1f} times the power of {TROUGH[0]} to {TROUGH[1]} Hz. "
        f"Its gamma rhythm has no single frequency: from {GAMMA[0]} to {GAMMA[1]} Hz the power is "
        f"{rhythm.gamma:.1f} times that of {TROUGH[0]} to {TROUGH[1]} Hz and {rhythm.gamma_above:.1f} times "
        f"that of {ABOVE[0]} to {ABOVE[1]} Hz."
    )


def draw(first: Run, rhythm: Rhythm) -> Figure:
    """Spikes and population rate of one run, and the spectrum of all."""
    figure = new_figure(7.2, 6.4)
    raster, rate, spectrum = figure.subplots(3, 1, height_ratios=(2.2, 1, 1.2))
    for ink, name, part in (
        (EXCITATORY, "excitatory", first.neurons < N_EXCITATORY),
        (INHIBITORY, "inhibitory", first.neurons >= N_EXCITATORY),
    ):
        raster.plot(first.ticks[part], first.neurons[part], ".", color=ink, ms=1.2, label=name)
    raster.legend(frameon=False, loc="upper right", markerscale=6, ncols=2, bbox_to_anchor=(1, 1.14))
    raster.set(ylabel="neuron", xlim=(0, TICKS), ylim=(0, N))
    rate.plot(first.rate, color="0.3", lw=0.8)
    rate.set(ylabel="spikes per ms", xlabel="ms", xlim=(0, TICKS), ylim=(0, None))
    spectrum.plot(np.arange(1, 100), rhythm.power[1:100], color="0.3")
    spectrum.axvspan(*GAMMA, color="0.94", zorder=0)
    spectrum.annotate("gamma", (GAMMA[0] + 1, 0.9 * rhythm.power.max()))
    spectrum.annotate(f"alpha, {rhythm.alpha_hz} Hz", (rhythm.alpha_hz + 2, 0.9 * rhythm.power.max()))
    spectrum.set(ylabel="power (mean 1)", xlabel="Hz", xlim=(0, 100), ylim=(0, None))
    for axes in (raster, rate, spectrum):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=0, help="of the first network")
    parser.add_argument(
        "--networks", type=int, default=NETWORKS, help="number of networks, with the next seeds"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/thousand_neurons.png"))
    given = parser.parse_args(arguments)
    runs = [run(seed) for seed in range(given.seed, given.seed + given.networks)]
    rhythm = measure(runs)
    print(sentence(rhythm))
    with default_style(given.out.name):
        save_figure(draw(runs[0], rhythm), given.out)
    print(given.out)


if __name__ == "__main__":
    main()
