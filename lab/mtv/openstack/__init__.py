"""What MTV does differently for machines that come from OpenStack (facts/forklift.md 2.4, 3.6, 3.7)."""
