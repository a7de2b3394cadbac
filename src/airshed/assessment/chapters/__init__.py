"""Chapters of the report as tables."""
