"""A service that explains failures by artificial intelligence, and who is to think for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisAccess:
    """Where the service is.

    Attributes:
        provider, model: whose model reads the report, in the service's own words.
        seconds: how long its answer may take.
    """

    url: str
    provider: str
    model: str
    seconds: float
