"""Where the engine's API is."""

ROOT = "/ovirt-engine/api"
