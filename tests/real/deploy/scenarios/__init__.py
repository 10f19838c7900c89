"""What happens, and what has to come of it. A function of a world alone is a scenario."""
