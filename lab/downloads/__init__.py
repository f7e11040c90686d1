"""The virtctl archive."""
