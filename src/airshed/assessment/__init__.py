"""The whole chain for one question: emissions, concentrations, who affects whom, deaths; and what holds its result."""
