"""Find the mentions of places in an article."""
