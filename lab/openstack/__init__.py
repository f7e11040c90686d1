"""Emulated OpenStack: identity, compute, block storage, image and network on the world's cloud."""
