"""One page for people who do not run anything: what was promised, what was kept, what is missing."""
