"""Hostile files: whatever a file holds, it loads and runs finitely or is one typed error."""
