"""The ground floor: packs of cited tables, their schema, checks, codes, units and sources."""
