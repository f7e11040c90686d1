"""What every emulated service stands on: clock, certificates, request journal, life cycle."""
