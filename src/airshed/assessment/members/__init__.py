"""What single members do together: partners, budgets, schedules, support."""
