"""What a move must leave right around the machine: the Provider's TLS flag, and nothing else of its own."""

from collections.abc import Iterator

from support.checks.comparison import Comparison, NotRun, differs
from support.domain.finding import Finding


def provider_tls(comparison: Comparison) -> Iterator[Finding]:
    """The source Provider's Secret verifies exactly as the run's setting says; saying nothing is verifying."""
    actual = bool(comparison.secret_skips_tls)
    yield from differs(comparison, "insecureSkipVerify of the source's Secret", comparison.skip_tls, actual)


def residue(comparison: Comparison) -> Iterator[Finding]:
    """Nothing of the migration outlives it but what MTV keeps on purpose (forklift.md 3.2)."""
    if comparison.leftovers_kept is not None:
        raise NotRun(comparison.leftovers_kept)
    for left in comparison.leftovers:
        yield Finding(what="left behind by the migration", expected="none", actual=str(left), where=comparison.where)
