"""All checks by name in the order of the report, and how they are run."""

from collections.abc import Iterable, Iterator, Mapping

from support.checks.aftermath import snapshots, source_disks, source_power
from support.checks.comparison import Check, Comparison, NotPromised, NotRun, NotTold
from support.checks.data import data
from support.checks.devices import disks, nics
from support.checks.disk_concerns import ASKED as ASKED_OF_CONCERNS
from support.checks.disk_concerns import disk_concerns
from support.checks.guest import asked_guest_agent, guest_agent, ssh
from support.checks.hardware import cpu, firmware, identity, memory, power
from support.checks.naming import disk_names
from support.checks.offload import ASKED as ASKED_OF_OFFLOAD
from support.checks.offload import copy_offload
from support.checks.placing import affinity, labels, placement
from support.checks.static_ip import static_ip
from support.checks.surroundings import provider_tls, residue
from support.checks.target_name import target_name
from support.domain.errors import SuiteError
from support.domain.finding import CheckResult, Finding, Gap, Report

CHECKS: Mapping[str, Check] = {
    "power": power,
    "cpu": cpu,
    "memory": memory,
    "nics": nics,
    "disks": disks,
    "data": data,
    "copy-offload": copy_offload,
    "disk concerns": disk_concerns,
    "disk names": disk_names,
    "target name": target_name,
    "identity": identity,
    "firmware": firmware,
    "guest agent": guest_agent,
    "ssh": ssh,
    "static ip": static_ip,
    "placement": placement,
    "labels": labels,
    "affinity": affinity,
    "provider TLS": provider_tls,
    "source power": source_power,
    "snapshots": snapshots,
    "source disks": source_disks,
    "residue": residue,
}
MATCHES_ITS_SOURCE = tuple(CHECKS)
"""The bundle: every check runs or says why it did not."""
_ASKED: Mapping[str, Check] = {"guest agent": asked_guest_agent, **ASKED_OF_OFFLOAD, **ASKED_OF_CONCERNS}
"""Checks that promise more, or less, when a sentence names them."""


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
    results = [result for name in wanted for result in _results(comparison, name, table[name])]
    return Report(subject=comparison.source.name, results=tuple(results))


def _results(comparison: Comparison, name: str, check: Check) -> Iterator[CheckResult]:
    """One for what the check looked at, and one for each part that it could not look at."""
    try:
        seen = tuple(check(comparison))
    except NotRun as reason:
        promised, told = not isinstance(reason, NotPromised), not isinstance(reason, NotTold)
        yield CheckResult(check=name, not_run=str(reason), promised=promised, told=told)
        return
    yield CheckResult(check=name, findings=tuple(each for each in seen if isinstance(each, Finding)))
    yield from (CheckResult(check=name, not_run=str(each)) for each in seen if isinstance(each, Gap))
