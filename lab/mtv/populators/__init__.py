"""Volume populators: asked for by MTV, run by their controller, and what is read of them (facts/forklift.md 4.2)."""
