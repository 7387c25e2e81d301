"""Decide which place each mention means, and say why."""
