"""Power, CPU, memory, firmware and identity of a machine are what they were on the source."""

from collections.abc import Iterator
from uuid import UUID

from support.checks.comparison import Comparison, NotRun, differs
from support.domain.finding import Finding, Gap
from support.domain.machine import size_text
from support.domain.release import release_of
from support.domain.source import ProviderKind

_VMWARE_SERIAL_SINCE = (4, 20)
_WITHOUT_NVRAM = (ProviderKind.OVIRT, ProviderKind.OPENSTACK)
"""Sources whose machines arrive without it (Forklift's builders, mapFirmware)."""


def power(comparison: Comparison) -> Iterator[Finding]:
    """The target is as the plan asked, else as the source was (forklift.md 3.4), and it came to rest."""
    wanted = comparison.wanted_power.value
    yield from differs(comparison, "power of the target", wanted, comparison.target.power.value)
    if comparison.unsettled is not None:
        yield from differs(comparison, "rest after the move", f"{wanted} and at rest", comparison.unsettled)


def cpu(comparison: Comparison) -> Iterator[Finding]:
    """Sockets, cores and threads each, not their product."""
    before, after = comparison.source.cpu, comparison.target.cpu
    yield from differs(comparison, "sockets", before.sockets, after.sockets)
    yield from differs(comparison, "cores per socket", before.cores, after.cores)
    yield from differs(comparison, "threads per core", before.threads, after.threads)


def memory(comparison: Comparison) -> Iterator[Finding]:
    """Bytes, to the byte."""
    before, after = size_text(comparison.source.memory), size_text(comparison.target.memory)
    yield from differs(comparison, "size of the memory", before, after)


def firmware(comparison: Comparison) -> Iterator[Finding | Gap]:
    """BIOS or UEFI, and secure boot where the source tells it and MTV carries it over."""
    before = comparison.source
    if before.firmware is None:
        raise NotRun("the source does not report its firmware")
    yield from differs(comparison, "boot firmware", before.firmware.value, comparison.target.firmware.value)
    if before.secure_boot and before.kind in _WITHOUT_NVRAM:
        yield Gap(what="secure boot", reason="MTV switches it off, since the keys stay behind with the source's NVRAM")
    elif before.secure_boot is not None:
        yield from differs(
            comparison, "secure boot", _switch(before.secure_boot), _switch(comparison.target.secure_boot)
        )


def identity(comparison: Comparison) -> Iterator[Finding]:
    """The BIOS serial is the source's own, else derived from its uuid.

    For vSphere firmware.uuid is never set (forklift.md 3.7); oVirt may have a serial number
    of its own (sources.md 1.9).
    """
    before = comparison.source
    if before.kind is ProviderKind.OPENSTACK:
        raise NotRun("MTV does not carry over the BIOS serial from OpenStack")
    if before.uuid is None:
        raise NotRun("the source does not report the machine's uuid")
    expected = before.serial or before.uuid
    if before.kind is ProviderKind.VSPHERE:
        release = release_of(comparison.openshift)
        if release is None:
            raise NotRun("the cluster's version is unknown, and the form of the serial depends on it")
        expected = vmware_serial(before.uuid) if release >= _VMWARE_SERIAL_SINCE else before.uuid
    actual = comparison.target.serial
    # Forklift writes lower case, other tools upper case: the serial is the same (sources.md 1.9).
    if (actual or "").lower() != expected.lower():
        yield from differs(comparison, "BIOS serial", expected, actual or "none")


def _switch(on: bool) -> str:
    return "on" if on else "off"


def vmware_serial(uuid: str) -> str:
    """A uuid as VMware's BIOS shows it; what is no canonical uuid passes unchanged (sources.md 1.9)."""
    try:
        octets = UUID(uuid).bytes
    except ValueError:
        return uuid
    return f"VMware-{octets[:8].hex(' ')}-{octets[8:].hex(' ')}"
