"""One API or SDK each, behind the ports."""
