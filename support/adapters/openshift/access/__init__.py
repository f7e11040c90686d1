"""How the suite gets into a cluster: which address and certificates it trusts, who it is, and for how long."""
