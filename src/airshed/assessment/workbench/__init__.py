"""Scenarios that are tried step by step."""
