"""One picture of a result on axes of matplotlib: what the method ``plot`` of each result draws.

Each function takes the result and axes, or None for those of a new figure, and returns the axes.
"""
