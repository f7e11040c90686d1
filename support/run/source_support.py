"""What no profile can change: which tags a kind of source never fits, and why. The rest is the profile's to offer."""

from collections.abc import Mapping

from support.domain.source import ProviderKind

_VSPHERE, _OVIRT, _OPENSTACK, _OPENSHIFT = (
    ProviderKind.VSPHERE,
    ProviderKind.OVIRT,
    ProviderKind.OPENSTACK,
    ProviderKind.OPENSHIFT,
)
_ALL = frozenset(ProviderKind)


def _except(reason: str, *able: ProviderKind) -> Mapping[ProviderKind, str]:
    """The same reason for every kind but those that are able."""
    return dict.fromkeys(_ALL - set(able), reason)


NEVER: Mapping[str, Mapping[ProviderKind, str]] = {
    "warm": _except("MTV migrates warm from vSphere and RHV only", _VSPHERE, _OVIRT),
    "remote": {
        # kubev2v/forklift 2.12.5, .../plan/adapter/openstack/builder.go: it creates them with its own client.
        ProviderKind.OPENSTACK: "MTV makes the claims of a machine from OpenStack on its own cluster, wherever the "
        "machine is to go"
    },
    "copyoffload": _except("only disks of vSphere are copied by the storage array", _VSPHERE),
    "needs.static_addresses": _except("MTV keeps static addresses of machines from vSphere only", _VSPHERE),
    "needs.placing": {
        _OPENSHIFT: "MTV takes over the template of a machine from OpenShift whole, and loses labels, affinity and "
        "node of the plan"
    },
    "needs.disk_names": _except("MTV names disks after their number or file for machines from vSphere only", _VSPHERE),
}
"""Tag -> kind -> reason (reference/03, 13; forklift.md 3.7, 3.8; its builders up to 2.12).

A tag that is not here fits every kind.
"""

WARM_ONCE_CLOSED = {_OVIRT: "MTV-2846"}
"""Kinds that migrate warm once an issue is closed (reference/13)."""

COPIED_BY_VDDK = frozenset({_VSPHERE})
"""Kinds whose disks MTV may need a VDDK image for."""
