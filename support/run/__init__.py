"""The facade that steps and hooks call; the only place that knows which adapters exist."""
