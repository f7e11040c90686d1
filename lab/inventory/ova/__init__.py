"""The OVA inventory: what a provider server has read out of descriptors (facts/forklift.md 5.7)."""
