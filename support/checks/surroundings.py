"""What a move must leave right around the machine: the Provider's TLS flag, and nothing else of its own."""

from collections.abc import Iterator

from support.checks.comparison import Comparison, NotRun
from support.domain.finding import Finding
from support.domain.source import ProviderKind


def provider_tls(comparison: Comparison) -> Iterator[Finding]:
    """The source Provider's Secret verifies exactly as the run's setting says; saying nothing is verifying."""
    if comparison.source.kind is ProviderKind.OVA:
        raise NotRun("MTV mounts the share of an OVA, where there is no certificate to verify")
    wanted, actual = _words(comparison.skip_tls), _words(bool(comparison.secret_skips_tls))
    if wanted != actual:
        yield Finding(what="insecureSkipVerify", expected=wanted, actual=actual, where=comparison.tls_where)


def _words(skips: bool) -> str:
    return "true, nothing is verified" if skips else "false, certificates are verified"


def residue(comparison: Comparison) -> Iterator[Finding]:
    """Nothing of the migration outlives it but what MTV keeps on purpose (forklift.md 3.2)."""
    if comparison.leftovers_kept is not None:
        raise NotRun(comparison.leftovers_kept)
    for left in comparison.leftovers:
        yield Finding(what="left behind by the migration", expected="none", actual=str(left), where=str(left))
    for copy in comparison.source_copies:
        yield Finding(what="left behind on the source", expected="none", actual=copy, where=copy)
