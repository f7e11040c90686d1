"""The vSphere half of the inventory (facts/forklift.md 5.4)."""
