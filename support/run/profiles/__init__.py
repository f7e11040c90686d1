"""Source profiles: the file people have, checked as a whole, and the one profile that a run uses."""
