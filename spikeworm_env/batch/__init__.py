"""Many trials: participants, compiled brains, workers on this machine or a cluster, results on disk."""
