"""Forklift's controllers: providers, maps, plans, migrations."""
