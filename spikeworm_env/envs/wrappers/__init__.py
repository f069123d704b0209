"""Wrappers of the environments that Gymnasium does not have itself."""

from spikeworm_env.envs.wrappers.sensor_noise import SensorNoise

__all__ = ["SensorNoise"]
