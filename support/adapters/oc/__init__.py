"""The program oc, where it is at hand."""
