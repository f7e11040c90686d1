"""Source profiles: the file people have, checked as a whole, and the one profile that a run uses."""

from support.run.profiles.loading import load_profile
from support.run.profiles.profile import Profile

__all__ = ["Profile", "load_profile"]
