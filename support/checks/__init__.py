"""Pure comparisons of recorded facts."""
