"""What a run is told from outside, read once: `-D`, then environment, then behave.ini."""

from support.run.settings.loading import load_settings
from support.run.settings.model import THIS_MACHINE, Settings

__all__ = ["THIS_MACHINE", "Settings", "load_settings"]
