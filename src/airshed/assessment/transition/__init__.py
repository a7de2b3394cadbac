"""The green transition over the tables of a pack: CO2, targets, imports, technology, vehicles."""
