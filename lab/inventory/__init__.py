"""Forklift's inventory service behind its route."""
