"""Copy-offload: disks of a vSphere that a storage array copies for MTV (facts/forklift.md 4)."""
