"""Least-cost plans, their paths, fronts, regret and cost curves."""
