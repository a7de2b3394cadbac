"""Answers on places: what they are, breathe and emit."""
