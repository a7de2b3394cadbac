"""Who gains by cooperating, how it is shared, and who would leave."""
