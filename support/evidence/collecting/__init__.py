"""What is kept when something failed: gathered within a budget, readable without a cluster."""
