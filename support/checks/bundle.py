"""All checks by name in the order of the report, and how they are run."""

from collections.abc import Iterable, Mapping

from support.checks.aftermath import snapshots, source_power
from support.checks.comparison import Check, Comparison, NotRun
from support.checks.devices import disks, nics
from support.checks.guest import asked_guest_agent, guest_agent, ssh
from support.checks.hardware import cpu, firmware, identity, memory, power
from support.checks.surroundings import provider_tls, residue
from support.domain.errors import SuiteError
from support.domain.finding import CheckResult, Report

CHECKS: Mapping[str, Check] = {
    "power": power,
    "cpu": cpu,
    "memory": memory,
    "nics": nics,
    "disks": disks,
    "identity": identity,
    "firmware": firmware,
    "guest agent": guest_agent,
    "ssh": ssh,
    "provider TLS": provider_tls,
    "source power": source_power,
    "snapshots": snapshots,
    "residue": residue,
}
MATCHES_ITS_SOURCE = tuple(CHECKS)
"""The bundle: every check runs or says why it did not."""
_ASKED: Mapping[str, Check] = {"guest agent": asked_guest_agent}
"""Checks that promise more when a sentence names them."""


def run_checks(comparison: Comparison, names: Iterable[str] = MATCHES_ITS_SOURCE) -> Report:
    """Run checks of a bundle. Raises SuiteError for a name that is none."""
    return _report(comparison, names, CHECKS)


def run_asked(comparison: Comparison, name: str) -> Report:
    """Run the one check that a sentence named; a report in which it did not run is not clean."""
    return _report(comparison, (name,), {**CHECKS, **_ASKED})


def _report(comparison: Comparison, names: Iterable[str], table: Mapping[str, Check]) -> Report:
    wanted = tuple(names)
    unknown = [name for name in wanted if name not in table]
    if unknown:
        raise SuiteError(f"no check is called {', '.join(unknown)}; there are: {', '.join(table)}")
    return Report(
        subject=comparison.source.name, results=tuple(_result(comparison, name, table[name]) for name in wanted)
    )


def _result(comparison: Comparison, name: str, check: Check) -> CheckResult:
    try:
        return CheckResult(check=name, findings=tuple(check(comparison)))
    except NotRun as reason:
        return CheckResult(check=name, not_run=str(reason))
