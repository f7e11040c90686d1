"""The cluster's monitoring: a query service over what the lab itself knows."""
