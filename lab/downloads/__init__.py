"""Where people get virtctl from a cluster."""
