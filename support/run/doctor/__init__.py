"""Looks at the surroundings of a run before anything is created, and says of each thing whether it is fit."""
