"""The way from emissions to what places breathe: scenarios, relation, levels, parts, intervals."""
