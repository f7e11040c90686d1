"""The OpenStack half of the inventory (facts/forklift.md 5.6)."""
