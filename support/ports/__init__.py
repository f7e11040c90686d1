"""What the workflow needs from the outside, one capability per Protocol."""
