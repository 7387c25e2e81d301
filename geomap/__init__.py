"""From news articles to a map of the places they report."""
