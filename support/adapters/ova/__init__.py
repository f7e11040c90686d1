"""Appliances on an NFS share as a source."""
