"""What a run is told from outside, read once: `-D`, then environment, then behave.ini."""

from support.run.settings.loading import load_settings
from support.run.settings.model import Settings

__all__ = ["Settings", "load_settings"]
