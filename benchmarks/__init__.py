"""Benchmarks: ``python -m benchmarks [--quick]``, from the root of a checkout.

All times are CPU time of one thread; every row is the median of several repeats after a warm-up.
"""
