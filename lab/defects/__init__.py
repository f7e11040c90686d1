"""Ways in which the product can be wrong, and variations of it that are right; by name, for `--defect`."""
