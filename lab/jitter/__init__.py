"""Variations in which nothing is wrong, and which must change no verdict: how often, decided by a seed."""
