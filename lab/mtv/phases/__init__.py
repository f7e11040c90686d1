"""What a machine does in each phase (facts/forklift.md 2.3), where its source has no way of its own."""
