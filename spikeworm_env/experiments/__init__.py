"""Trials, indices, statistics and comparisons. Import from the modules: some are light, some are not."""
