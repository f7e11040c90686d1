"""What features call machines, and the names those have on a source unless a profile says otherwise."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from support.domain.errors import SuiteError
from support.domain.names import MachineName, RoleName
from support.domain.source import ProviderKind

COPY_OFFLOAD = RoleName("Copy-offload template")
"""The one role that `copyoffload.default_vm_name` renames, as in the reference suite."""

DEFAULTS: Mapping[RoleName, MachineName] = {
    RoleName("RHEL 8"): MachineName("mtv-tests-rhel8"),
    RoleName("RHEL 8 with two disks and two NICs"): MachineName("mtv-rhel8-warm-2disks2nics"),
    RoleName("Windows Server 2019"): MachineName("mtv-win2019-3disks"),
    RoleName("Windows Server 2019 with one disk"): MachineName("mtv-win2019-79"),
    RoleName("Windows Server 2022"): MachineName("mtv-win2022-ip-3disks"),
    COPY_OFFLOAD: MachineName("xcopy-template-test"),
}
"""Names of the reference suite (reference/10)."""

_RHEL = RoleName("RHEL 8")
_LINUX_ONLY: Mapping[ProviderKind, Mapping[RoleName, MachineName]] = {
    # A share has this one appliance, in which there is a RHEL (reference/09).
    ProviderKind.OVA: {_RHEL: MachineName("1nisim-rhel9-efi")},
    # A machine is made from the cluster's image of RHEL; the name is that of its DataSource (reference/04).
    ProviderKind.OPENSHIFT: {_RHEL: MachineName("rhel9")},
}


def defaults_for(kind: ProviderKind) -> Mapping[RoleName, MachineName]:
    """Names by role where a profile has none; a role that is not there stands for no machine on such a source."""
    return _LINUX_ONLY.get(kind, DEFAULTS)


def unnamed(machines: Mapping[RoleName, MachineName]) -> frozenset[RoleName]:
    """Roles that features know and that stand for nothing here."""
    return frozenset(DEFAULTS.keys() - machines.keys())


def known_role(text: str, roles: Iterable[RoleName] = DEFAULTS) -> RoleName | None:
    """The role of that name, whatever the case of its letters."""
    return next((role for role in roles if role.casefold() == text.casefold()), None)


def nearest_role(text: str, roles: Iterable[RoleName] = DEFAULTS) -> str:
    """What to say after an unknown role: the nearest one, else all."""
    names = {role.casefold(): role for role in roles}
    near = get_close_matches(text.casefold(), names, n=1)
    return f"did you mean {names[near[0]]!r}?" if near else f"known roles: {', '.join(names.values())}"


def machine_of(role: RoleName, machines: Mapping[RoleName, MachineName], profile: str) -> MachineName:
    """Source name of a role; raises SuiteError that says where to name one when there is none."""
    found = known_role(role, machines)
    if found is None:
        raise SuiteError(
            f"no machine is known for the role {role!r} ({nearest_role(role, machines)}); "
            f"name one in the block 'machines' of profile {profile!r}"
        )
    return machines[found]
