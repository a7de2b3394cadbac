"""Control measures: what they remove and cost, cost curves, and the plan that reaches targets at least cost."""
