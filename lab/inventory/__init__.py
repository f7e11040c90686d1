"""MTV's REST inventory: what it knows of the sources, as `forklift-inventory` serves it (facts/forklift.md 5)."""
