"""Answers on what could be done, and what it costs."""
