"""MTV's must-gather image: its pods, its scripts and what they find."""
