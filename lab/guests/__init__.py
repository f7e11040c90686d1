"""SSH into the guests of migrated machines."""
