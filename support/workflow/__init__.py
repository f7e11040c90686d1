"""The one way a machine travels, and everything the run owns on that way."""
