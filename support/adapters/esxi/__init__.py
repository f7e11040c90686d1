"""ESXi hosts over SSH: the keys of their root."""
