"""Guests of migrated machines, over SSH."""
