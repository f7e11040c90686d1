"""Validation of a Plan: itself, the names it gives, its machines and their concerns (facts/forklift.md 1.6)."""
