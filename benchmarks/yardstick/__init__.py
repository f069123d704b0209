"""The yardstick of the engine's speed: a simulator of the same networks, written by hand in C++."""

from benchmarks.yardstick.simulator import NoCompilerError, Yardstick

__all__ = ["NoCompilerError", "Yardstick"]
