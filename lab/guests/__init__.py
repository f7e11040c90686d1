"""SSH servers of the destination's running guests."""
