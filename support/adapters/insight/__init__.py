"""Jenkins Job Insight, a service that explains the failures of a JUnit report."""
