"""A machine's build as KubeVirt describes it: the template where it says so, the running instance where it does not.

An instance type or a preference leaves CPU, memory and firmware out of the template; only the instance has them
expanded then (openshift.md 3.1).
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING
from typing import Any

from support.adapters.openshift.quantities import quantity, size
from support.domain.errors import ClusterError
from support.domain.machine import Bytes, Cpu, Firmware

Domain = Mapping[str, Any]


def cpu(template: Domain, instance: Domain) -> Cpu:
    """Sockets, cores and threads; each is 1 where a topology leaves it out."""
    topology = template.get("cpu") or {}
    if not _shaped(topology):
        topology = instance.get("cpu") or {}
    if _shaped(topology):
        return Cpu(
            sockets=topology.get("sockets") or 1, cores=topology.get("cores") or 1, threads=topology.get("threads") or 1
        )
    # Without a topology KubeVirt makes one socket per CPU that is asked for, rounded up.
    asked = _resource(template, "cpu") or _resource(instance, "cpu") or 1
    return Cpu(sockets=int(quantity(asked).to_integral_value(ROUND_CEILING)), cores=1)


def memory(template: Domain, instance: Domain) -> Bytes:
    """What the guest sees; raises ClusterError when neither side says."""
    for domain in (template, instance):
        guest = (domain.get("memory") or {}).get("guest") or _resource(domain, "memory")
        if guest:
            return size(guest)
    raise ClusterError("the machine's memory is told neither by its template nor by a running instance")


def firmware(template: Domain, instance: Domain) -> tuple[Firmware, bool]:
    """Firmware, and whether it is secure boot: EFI boots securely unless told not to, no boot loader means BIOS."""
    loader = _loader(template) or _loader(instance)
    if "efi" not in loader:
        return Firmware.BIOS, False
    secure = (loader["efi"] or {}).get("secureBoot")
    return Firmware.UEFI, secure is not False


def serial(template: Domain, instance: Domain) -> str | None:
    """The BIOS serial number, in whatever form it was given."""
    found = (template.get("firmware") or {}).get("serial") or (instance.get("firmware") or {}).get("serial")
    return str(found) if found else None


def uuid(template: Domain, instance: Domain) -> str | None:
    """The firmware's uuid; one that is made of the name is told by a running instance only (openshift.md 3.1)."""
    found = (template.get("firmware") or {}).get("uuid") or (instance.get("firmware") or {}).get("uuid")
    return str(found).lower() if found else None


def _shaped(topology: Mapping[str, Any]) -> bool:
    return any(topology.get(part) for part in ("sockets", "cores", "threads"))


def _loader(domain: Domain) -> Mapping[str, Any]:
    loader: Mapping[str, Any] = (domain.get("firmware") or {}).get("bootloader") or {}
    return loader


def _resource(domain: Domain, name: str) -> str | None:
    resources = domain.get("resources") or {}
    found = (resources.get("limits") or {}).get(name) or (resources.get("requests") or {}).get(name)
    return str(found) if found else None
