"""The test of a Provider's connection, and how it can end otherwise than well (facts/forklift.md 1.1)."""
