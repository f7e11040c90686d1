"""What can go wrong, cannot be told, or may vary where a plan has options."""

from dataclasses import replace
from typing import Any

from support.domain.machine import IpOrigin, Mac, Power
from support.domain.mapping import NetworkEntry
from support.domain.source import ProviderKind
from support.domain.target import TargetGuest, TargetNetwork
from tests.checks.changes import Change, disk, nic, on_pair, on_source, on_target
from tests.checks.offload_changes import plain
from tests.checks.pairs import AFFINITY, MARK, SIDE, STATIC, inside

_OTHER_AFFINITY: dict[str, object] = {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}
_OTHER_SIDE = TargetNetwork(kind="multus", namespace="ns", name="other-side")
_UNSEEN = on_pair(guest_nics=None, guest_nics_unread="no credentials")


def option(**fields: Any) -> Change:
    return lambda pair: replace(pair, options=replace(pair.options, **fields))


def set_up(**fields: Any) -> Change:
    """The static address as the guest has it after the move."""
    first, second = inside()
    return on_pair(guest_nics=(first, replace(second, addresses=(replace(STATIC, **fields),))))


def was(**fields: Any) -> Change:
    """The static address as the source told it."""

    def change(pair: Any) -> Any:
        first, second = pair.source.nics
        return on_source(nics=(first, replace(second, addresses=(replace(STATIC, **fields),))))(pair)

    return change


def both(first: Change, second: Change) -> Change:
    return lambda pair: second(first(pair))


def all_on_pod(pair: Any) -> Any:
    first, second = pair.target.nics
    maps = replace(pair.maps, networks=tuple(replace(each, target=first.network) for each in pair.maps.networks))
    return replace(on_target(nics=(first, replace(second, network=first.network)))(pair), maps=maps)


def _give_crossed(pair: Any) -> Any:
    first, second = inside()
    crossed = (replace(first, addresses=second.addresses), replace(second, addresses=first.addresses))
    return on_pair(guest_nics=crossed)(pair)


SUFFIXED = both(plain, option(pvc_name_generated_suffix=True))


def mapped_in_turn(*places: TargetNetwork) -> Change:
    """Both NICs are on one source network, which is mapped twice; the target has them where the places say."""

    def change(pair: Any) -> Any:
        (before, *_), nics = pair.source.nics, pair.target.nics
        sources = tuple(replace(each, network=before.network) for each in pair.source.nics)
        entries = tuple(NetworkEntry(source=before.network, target=each) for each in (SIDE, _OTHER_SIDE))
        arrived = tuple(replace(each, network=place) for each, place in zip(nics, places, strict=True))
        maps = replace(pair.maps, networks=entries)
        return replace(on_source(nics=sources)(on_target(nics=arrived)(pair)), maps=maps)

    return change


BROKEN: dict[str, tuple[str, Change]] = {
    "two NICs on one of two networks": ("nics", mapped_in_turn(SIDE, SIDE)),
    "two NICs on each other's networks": ("nics", mapped_in_turn(_OTHER_SIDE, SIDE)),
    "claim of another name": ("disk names", disk(claim="web-disk-7")),
    "suffix nobody asked for": ("disk names", disk(claim="web-disk-0-x4k7b")),
    "suffix missing": ("disk names", SUFFIXED),
    "suffix too short": ("disk names", lambda p: SUFFIXED(_claims(p, "web-disk-{}-x4k7"))),
    "name too long": (
        "disk names",
        lambda p: option(pvc_name_template="{{.DiskIndex}}" + "x" * 63)(_claims(p, "{}" + "x" * 63)),
    ),
    "on another node": ("placement", on_target(node="worker-2")),
    "on no node": ("placement", on_target(node=None)),
    "selector lost": ("placement", on_target(node_selector={})),
    "selector with another one": ("placement", on_target(node_selector={MARK.key: MARK.value, "zone": "a"})),
    "selector nobody asked for": ("placement", option(target_node_selector={})),
    "label lost": ("labels", on_target(labels={"app": "web", "kind": "test"})),
    "label of another value": ("labels", on_target(labels={"kind": "test", "owner": "auto-zz99"})),
    "affinity lost": ("affinity", on_target(affinity={})),
    "affinity weaker": ("affinity", on_target(affinity=_OTHER_AFFINITY)),
    "affinity nobody asked for": ("affinity", option(target_affinity={})),
    "affinity with more than asked for": ("affinity", on_target(affinity={**AFFINITY, "nodeAffinity": {}})),
    "static address lost": ("static ip", set_up(address="192.0.2.99")),
    "static address leased": ("static ip", set_up(origin=IpOrigin.DHCP)),
    "prefix wrong": ("static ip", set_up(prefix=16)),
    "prefix lost": ("static ip", set_up(prefix=None)),
    "gateway lost": ("static ip", set_up(gateway=None)),
    "DNS server lost": ("static ip", set_up(dns=("192.0.2.53",))),
    "DNS servers swapped": ("static ip", set_up(dns=STATIC.dns[::-1])),
    "static address on another NIC": ("static ip", _give_crossed),
    "guest without the NIC": ("static ip", on_pair(guest_nics=inside()[:1])),
    "guest that tells no NIC": ("static ip", on_pair(guest_nics=())),
    "static address doubled": (
        "static ip",
        on_pair(
            guest_nics=(inside()[0], replace(inside()[1], addresses=(STATIC, replace(STATIC, address="192.0.2.9"))))
        ),
    ),
    "agent tells another address": ("static ip", both(_UNSEEN, nic(addresses=("192.0.2.99",)))),
    "agent tells no address": ("static ip", both(_UNSEEN, nic(addresses=()))),
}
UNTOLD: dict[str, tuple[str, Change]] = {
    "no template": ("disk names", option(pvc_name_template=None)),
    "disks of another platform": ("disk names", on_source(kind=ProviderKind.OVIRT)),
    "no disk arrived": ("disk names", on_target(disks=())),
    "cold copy of snapshots by file name": ("disk names", option(pvc_name_template="{{.FileName}}")),
    "variable nobody knows here": ("disk names", option(pvc_name_template="{{.WinDriveLetter}}")),
    "no node asked for": ("placement", both(option(target_node_selector={}), on_target(node_selector={}))),
    "on no node, powered off": ("placement", on_target(power=Power.OFF)),
    "no label asked for": ("labels", option(target_labels={})),
    "no affinity asked for": ("affinity", both(option(target_affinity={}), on_target(affinity={}))),
    "labels of an OpenShift source": ("labels", on_source(kind=ProviderKind.OPENSHIFT)),
    "affinity of an OpenShift source": ("affinity", on_source(kind=ProviderKind.OPENSHIFT)),
    "addresses not to be kept": ("static ip", option(preserve_static_ips=False)),
    "powered off, addresses": ("static ip", on_target(power=Power.OFF)),
    "no static address": ("static ip", was(origin=IpOrigin.DHCP)),
    "origin untold": ("static ip", was(origin=IpOrigin.UNKNOWN)),
    "no address told": (
        "static ip",
        lambda p: on_source(nics=tuple(replace(n, addresses=()) for n in p.source.nics))(p),
    ),
    "hidden by the masquerade": ("static ip", both(_UNSEEN, all_on_pod)),
    "neither login nor agent": ("static ip", both(_UNSEEN, on_target(guest=TargetGuest(connected=False)))),
}
BENIGN: dict[str, Change] = {
    "two NICs of one network on two, in turn": mapped_in_turn(SIDE, _OTHER_SIDE),
    "generated suffix": lambda p: SUFFIXED(_claims(p, "web-disk-{}-x4k7b")),
    "generated suffix by default": lambda p: both(plain, option(pvc_name_generated_suffix=None))(
        _claims(p, "web-disk-{}-x4k7b")
    ),
    "long name cut before the suffix": lambda p: both(SUFFIXED, option(pvc_name_template="x" * 60 + "{{.DiskIndex}}"))(
        _claims(p, "x" * 58 + "x4k7b")
    ),
    "name after the file": lambda p: option(
        warm=True,
        pvc_name_template='{{.FileName | trimSuffix ".vmdk" | replace "_" "-"}}-{{.DiskIndex}}',
    )(on_target(disks=(replace(p.target.disks[0], claim="web-0"), replace(p.target.disks[1], claim="web-1-1")))(p)),
    "terms of the affinity in another order": on_target(
        affinity={
            "podAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 10, "podAffinityTerm": {"topologyKey": "topology.kubernetes.io/zone"}},
                    {
                        "weight": 50,
                        "podAffinityTerm": {"namespaces": ["b", "a"], "topologyKey": "kubernetes.io/hostname"},
                    },
                ]
            }
        }
    ),
    "guest's NICs in another order, MACs with dashes": on_pair(
        guest_nics=tuple(replace(each, mac=Mac(each.mac.upper().replace(":", "-"))) for each in inside()[::-1])
    ),
    "agent alone": _UNSEEN,
    "agent's address with its prefix": both(_UNSEEN, nic(addresses=("fe80::1", "192.0.2.41/24"))),
    "gateway and DNS untold by the source": was(gateway=None, dns=(), prefix=None),
}


def _claims(pair: Any, pattern: str) -> Any:
    disks = tuple(replace(each, claim=pattern.format(each.index)) for each in pair.target.disks)
    return on_target(disks=disks)(pair)
