"""Cooperation of the members of an airshed: what they owe each other and a common body."""
