"""The green transition: CO2, decomposition, targets, import dependence, technology regions, vehicles."""
