"""Demographic measures on NumPy arrays: every function states its shapes, units and source."""
