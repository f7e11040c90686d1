"""Clone, plan, migrate, wait, own, clean up; knows only ports and domain."""
