"""What MTV's inventory knows of an oVirt engine (facts/forklift.md 5.5)."""
