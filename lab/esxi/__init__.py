"""ESXi hosts as one meets them by SSH: a small shell, keys of root, and commands that a key is bound to."""
