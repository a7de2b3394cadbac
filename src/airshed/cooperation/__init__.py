"""Players, coalitions, shares of the gain, stability, partners and the budget of a common body."""
