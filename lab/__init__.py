"""The embedded lab: one process that speaks the real wire protocols of sources and destination. Loopback only."""
