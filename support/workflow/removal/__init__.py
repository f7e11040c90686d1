"""Removing all that a scenario or a run made, on both sides, and looking afterwards for what is left of it."""
