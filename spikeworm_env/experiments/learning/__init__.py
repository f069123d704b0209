"""Brains that learn by living: learners, the conditions that they live under, and studies of many."""
