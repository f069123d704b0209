"""Participants side by side on the same trial seeds."""
