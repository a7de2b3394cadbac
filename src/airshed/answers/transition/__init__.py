"""Answers on the green transition."""
