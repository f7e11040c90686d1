"""The inner half of a VirtualMachine, which each source platform fills in its own way (facts/forklift.md 3.7)."""
