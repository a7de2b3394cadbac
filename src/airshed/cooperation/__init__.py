"""Coalitions of players that share their air: what they gain, how it is divided, and whether they stay."""
