"""Which way machines of each source platform go (facts/forklift.md 2.3): one module per platform, as data."""
