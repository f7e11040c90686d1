"""The system of a guest from VMware's name for it, such as `rhel9_64Guest`: vCenter and its exported files have it."""

from support.domain.machine import OsFamily

_LINUX = (
    *("linux", "rhel", "centos", "fedora", "ubuntu", "debian", "sles", "suse", "oracle", "rocky", "alma"),
    *("amazon", "coreos", "photon", "redhat", "red hat"),
)


def os_family(guest_id: str | None, full_name: str | None) -> OsFamily:
    """From the configured guest type; "darwin" contains "win" and is none of ours."""
    identifier, name = (guest_id or "").lower(), (full_name or "").lower()
    if identifier.startswith("win") or "windows" in name:
        return OsFamily.WINDOWS
    if any(word in identifier or word in name for word in _LINUX):
        return OsFamily.LINUX
    return OsFamily.UNKNOWN
