"""One process per scenario: the run's own process holds the session, its workers join it."""
