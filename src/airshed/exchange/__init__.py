"""Formats of others: readers and writers only."""
