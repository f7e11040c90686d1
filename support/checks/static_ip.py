"""Static addresses of the source's guest are still set on the same NIC: address, prefix, gateway and DNS servers."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from support.checks.comparison import Comparison, NotPromised, NotRun
from support.domain.finding import Finding, Gap
from support.domain.machine import Address, IpOrigin, Mac, OsFamily, Power, mac
from support.domain.source import SourceNic
from support.domain.target import GuestNic, TargetNic

_POD = "pod"


def static_ip(comparison: Comparison) -> Iterator[Finding | Gap]:
    """As the guest itself says, else as far as its agent tells, which is the bare address (openshift.md 6.3)."""
    promised = _promised(comparison)
    if comparison.target.power is not Power.ON:
        raise NotRun("powered off")
    if comparison.guest_nics is not None:
        yield from _told(comparison, promised, comparison.guest_nics)
    else:
        yield from _reported(comparison, promised)


def _promised(comparison: Comparison) -> list[SourceNic]:
    if comparison.options.preserve_static_ips is False:
        raise NotPromised("the plan does not keep static addresses")
    nics = comparison.source.nics
    promised = [nic for nic in nics if nic.static_addresses]
    if promised:
        return promised
    addresses = [address for nic in nics for address in nic.addresses]
    if not addresses:
        raise NotRun("the source's guest reported no address when it was recorded")
    if any(address.origin is IpOrigin.UNKNOWN for address in addresses):
        raise NotRun("the source's guest tools do not report which addresses are static")
    raise NotRun("the source's guest has no static address")


def _told(comparison: Comparison, promised: list[SourceNic], nics: tuple[GuestNic, ...]) -> Iterator[Finding]:
    found = {mac(nic.mac): nic for nic in nics}
    for before in promised:
        place = _Place(before, comparison)
        after = found.get(mac(before.mac))
        if after is None:
            yield place.finding("NIC", f"one with {before.mac}", ", ".join(found) or "none")
            continue
        yield from _kept(place, before, after)


def _kept(place: "_Place", before: SourceNic, after: GuestNic) -> Iterator[Finding]:
    wanted, found = before.static_addresses, {_same(each.address): each for each in after.addresses}
    for address in wanted:
        arrived = found.get(_same(address.address))
        if arrived is None:
            yield place.finding("address", address.address, ", ".join(found) or "none")
        else:
            yield from _settings(place, address, arrived)
            yield from _name_servers(place, address, arrived)
    known = {_same(each.address) for each in before.addresses}
    for text, extra in found.items():
        if extra.origin is IpOrigin.STATIC and text not in known and _is_address(text):
            yield place.finding("further static address", "none", text)


def _settings(place: "_Place", before: Address, after: Address) -> Iterator[Finding]:
    """What the source's tools did not tell is not compared."""
    text = before.address
    if after.origin is IpOrigin.DHCP:
        yield place.finding(f"origin of {text}", "set by hand", "DHCP")
    if before.prefix is not None and after.prefix != before.prefix:
        yield place.finding(f"prefix of {text}", before.prefix, _or_none(after.prefix))
    if before.gateway is not None and _same(after.gateway or "") != _same(before.gateway):
        yield place.finding(f"gateway of {text}", before.gateway, _or_none(after.gateway))


def _name_servers(place: "_Place", before: Address, after: Address) -> Iterator[Finding]:
    """Windows keeps them per NIC; on Linux another NIC's may stand among them, as one list serves all."""
    wanted, found = [_same(each) for each in before.dns], [_same(each) for each in after.dns]
    kept = found if place.comparison.source.guest.family is OsFamily.WINDOWS else [x for x in found if x in wanted]
    if wanted and kept != wanted:
        yield place.finding(f"DNS servers of {before.address}", ", ".join(wanted), ", ".join(found) or "none")


def _reported(comparison: Comparison, promised: list[SourceNic]) -> Iterator[Finding | Gap]:
    """By the agent; behind the pod network's masquerade KubeVirt shows the pod's address and not the guest's."""
    found = {mac(nic.mac): nic for nic in comparison.target.nics}
    seen = [nic for nic in promised if not _masqueraded(found.get(mac(nic.mac)))]
    unread = comparison.guest_nics_unread or "nobody asked the guest"
    if not seen:
        raise NotRun(f"the pod network's masquerade hides the guest's addresses, and {unread}")
    if not comparison.target.guest.connected:
        raise NotRun(f"no guest agent tells addresses, and {unread}")
    for before in seen:
        yield from _tells(_Place(before, comparison), before, found.get(mac(before.mac)))
    yield Gap(what="prefix, gateway and DNS servers", reason=f"no guest agent tells them, and {unread}")
    for nic in promised:
        if nic not in seen:
            yield Gap(what=nic.label, reason=f"the pod network's masquerade hides the guest's addresses, and {unread}")


def _tells(place: "_Place", before: SourceNic, after: TargetNic | None) -> Iterator[Finding]:
    addresses = [_same(each.partition("/")[0]) for each in after.addresses] if after is not None else []
    for address in before.static_addresses:
        if _same(address.address) not in addresses:
            yield place.finding("address", address.address, ", ".join(addresses) or "none")


def _masqueraded(nic: TargetNic | None) -> bool:
    return nic is not None and nic.network.kind == _POD


def _same(text: str) -> str:
    """One spelling for each address; what is none, such as one that is in conflict, stays as it is."""
    return str(ip_address(text.partition("%")[0])) if _is_address(text) else text


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _or_none(value: object) -> object:
    return "none" if value is None else value


@dataclass(frozen=True, slots=True)
class _Place:
    nic: SourceNic
    comparison: Comparison

    def finding(self, what: str, expected: object, actual: object) -> Finding:
        where = f"{self.comparison.where}, guest's NIC {Mac(mac(self.nic.mac))}"
        return Finding(what=f"{self.nic.label}: {what}", expected=expected, actual=actual, where=where)
