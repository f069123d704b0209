"""Compilation of kernels, their cache, elementary functions and exactly reproducible random draws."""
