"""When to look at tasks, on whose behalf, and what one look is."""
