"""The way from a number back to its sources."""
