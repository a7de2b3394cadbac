"""Who affects whom: source-receptor relations, downscaling, observation bias and attribution."""
