"""Uncertainty: distributions of what a pack states, seeded designs, and work in blocks that do not change results."""
