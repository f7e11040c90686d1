"""What MTV makes in the cluster to read appliances: a server with the export mounted (facts/forklift.md 1.1)."""
