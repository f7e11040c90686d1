"""What MTV does with machines of an oVirt engine in a way of its own (facts/forklift.md 2, 3)."""
