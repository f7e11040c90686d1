"""Frozen values of the migration domain; imports nothing but the standard library."""
