"""Answers on how far all this can be trusted."""
