"""Crawling speed and frequency of the body wave, until food is reached; see `kinematics`."""

from __future__ import annotations

from spikeworm_env.trials.metrics._metric import Metric, Statistic, Summarised

METRIC = (
    Metric(
        name="speed_bl_per_s",
        unit="BL/s",
        about="speed of the drag centre along its path in windows of 2 s, until food is reached",
        measure=lambda result: result.speed_bl_per_s,
        order=80,
        low=0.0,
        per_trial=True,
        summaries=(
            Summarised(Statistic.MEAN, heading="speed BL/s"),
            Summarised(Statistic.INTERVAL, key="mechanism.speed_bl_per_s", heading="speed BL/s"),
        ),
    ),
    Metric(
        name="wave_frequency_hz",
        unit="Hz",
        about="peak of the power spectrum of the joint angles from 0.1 Hz up, until food is reached",
        measure=lambda result: result.wave_frequency_hz,
        order=90,
        low=0.1,
        high=10.0,
        per_trial=True,
        summaries=(Summarised(Statistic.INTERVAL, key="mechanism.wave_frequency_hz", heading="wave Hz"),),
    ),
)
