"""Emissions: inventories kept apart, the harmonised baseline, aggregation, changes and growth."""
