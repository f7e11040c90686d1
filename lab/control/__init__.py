"""The lab's own door: differences, request journal, spans of emulated work, stop."""
