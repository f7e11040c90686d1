"""OpenShift as a source: what MTV sees of a cluster's machines, and how it takes them along (facts/forklift.md 3.7)."""
