"""The examples run: those of reinforcement learning with few steps, the thousand neurons in full."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import gymnasium
import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def example(monkeypatch):
    """``example(name, *packages)``: a script as a module; skips if a package is not installed."""

    def load(name: str, *needs: str):
        for package in needs:
            pytest.importorskip(package, reason="needs the extra rl")
        monkeypatch.syspath_prepend(str(EXAMPLES))
        spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module

    return load


def test_stable_baselines3_trains_evaluates_and_saves_curve_and_policy(example, tmp_path, capsys):
    module = example("ppo_sb3", "stable_baselines3", "matplotlib")
    module.main(
        ["--steps", "512", "--envs", "2", "--trials", "2", "--seconds", "5", "--out", str(tmp_path / "ppo")]
    )
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["PPO", "random", "oracle"]
    assert {file.name for file in (tmp_path / "ppo").iterdir()} == {
        "policy.zip",
        "normalisation.pkl",
        "curve.csv",
        "curve.png",
    }
    steps, seconds, index = np.loadtxt(tmp_path / "ppo" / "curve.csv", delimiter=",", skiprows=1).T
    assert len(steps) == 512 // 2 // 10 * 2  # of both worms; an episode of 5 s has ten decisions
    assert (np.diff(steps) >= 0).all()
    assert (np.diff(seconds) >= 0).all()
    assert (index <= 1).all()


def test_stable_baselines3_runs_worms_in_processes(example, capfd):
    module = example("sb3_in_processes", "stable_baselines3")
    module.main(["--envs", "2"])
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) == 2
    for i, line in enumerate(lines):  # the same worm in this process
        env = gymnasium.make("SpikeWorm/Steering-v0", frame_skip=500, duration_s=10.0)
        env.reset(seed=i)
        total = sum(env.step(np.array((0.0, 1.0), np.float32))[1] for _ in range(20))
        assert line == f"worm {i}: reward {total:.3f} in 20 decisions"


def test_cleanrl_returns_an_index_for_every_update_with_a_finished_episode(example, capsys):
    module = example("ppo_cleanrl", "torch")
    settings = module.read(["--steps", "128", "--envs", "2", "--horizon", "32", "--seconds", "5"])
    assert len(module.main(settings)) == 2
    assert "128 steps" in capsys.readouterr().out


def test_cleanrl_scales_by_mean_and_deviation_of_all_observations(example):
    module = example("ppo_cleanrl", "torch")
    rng = np.random.default_rng(0)
    seen = rng.normal(3.0, 2.0, (50, 7, 4))
    running = module.RunningMeanStd(4)
    for batch in seen:
        running.update(batch)
    flat = seen.reshape(-1, 4)
    np.testing.assert_allclose(running.mean, flat.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(running.std, flat.std(axis=0), rtol=1e-5)


def test_gymnasium_records_a_video(example, tmp_path):
    module = example("record_video", "moviepy")
    module.main(["crawl", "--seconds", "2", "--out", str(tmp_path / "video")])
    (video,) = (tmp_path / "video").glob("*.mp4")
    assert video.read_bytes()[4:8] == b"ftyp"


@pytest.fixture
def thousand(example):
    return example("thousand_neurons", "matplotlib")


def test_thousand_neurons_have_an_alpha_and_a_gamma_rhythm(thousand):
    """Izhikevich 2003: alpha of about 10 Hz and gamma of about 40 Hz, at rates of about 8 Hz."""
    runs = [thousand.run(seed) for seed in range(thousand.NETWORKS)]
    rhythm = thousand.measure(runs)
    assert 7 <= rhythm.alpha_hz <= 11
    assert rhythm.alpha > 2.5
    assert rhythm.gamma > 1.15
    assert rhythm.gamma_above > 4
    assert 6 < rhythm.inhibitory_hz < 9 and 6 < rhythm.excitatory_hz < 9

    times = np.random.default_rng(0)  # the same number of spikes of each neuron at random times has no rhythm
    random = [r._replace(ticks=times.integers(thousand.TICKS, size=r.ticks.size)) for r in runs]
    none = thousand.measure(random)
    assert none.alpha < 1.5 and none.gamma < 1.15 and none.gamma_above < 1.5


def test_thousand_neurons_fire_the_spikes_of_the_published_program(thousand):
    """``net.m`` of Izhikevich 2003 in NumPy, with the random numbers of the example.

    Sums have another order there. The difference of rounding grows and moves the first spikes after 900 ms.
    """
    rng = np.random.default_rng(0)
    n_e, n_i = 800, 200
    re, ri = rng.random(n_e), rng.random(n_i)
    a, b = np.append(np.full(n_e, 0.02), 0.02 + 0.08 * ri), np.append(np.full(n_e, 0.2), 0.25 - 0.05 * ri)
    c, d = np.append(-65 + 15 * re**2, np.full(n_i, -65.0)), np.append(8 - 6 * re**2, np.full(n_i, 2.0))
    weights = np.hstack([0.5 * rng.random((n_e + n_i, n_e)), -rng.random((n_e + n_i, n_i))])
    normal = rng.standard_normal((1000, n_e + n_i))
    v, u, firings = np.full(n_e + n_i, -65.0), -65.0 * b, []
    for t in range(501):
        current = np.append(5 * normal[t, :n_e], 2 * normal[t, n_e:])
        fired = np.flatnonzero(v >= 30)  # at the end of the millisecond before
        firings += [(t - 1, neuron) for neuron in fired]
        v[fired], u[fired] = c[fired], u[fired] + d[fired]
        current += weights[:, fired].sum(axis=1)
        v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current)
        v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current)
        u += a * (b * v - u)
    run = thousand.run(0)
    early = run.ticks < 500
    assert len(firings) > 3000
    assert list(zip(run.ticks[early], run.neurons[early], strict=True)) == firings


def test_thousand_neurons_draw_their_picture(thousand, tmp_path, capsys):
    thousand.main(["--networks", "1", "--out", str(tmp_path / "picture.png")])
    assert "alpha rhythm" in capsys.readouterr().out
    assert (tmp_path / "picture.png").read_bytes()[1:4] == b"PNG"
