"""Which of a profile's guest credentials are for a guest, or which keys would hold them."""

from support.domain.access import GuestAccess
from support.domain.machine import OsFamily
from support.ports.guest import Login

_KEYS = {
    OsFamily.LINUX: "guest_vm_linux_user and guest_vm_linux_password",
    OsFamily.WINDOWS: "guest_vm_win_user and guest_vm_win_password",
}


def login_for(family: OsFamily, access: GuestAccess) -> Login | None:
    """The login for a family, None when the profile has none; a guest of an unknown one is tried as Linux."""
    if family is OsFamily.WINDOWS:
        user, password = access.windows_user, access.windows_password
    else:
        user, password = access.linux_user, access.linux_password
    return Login(user=user, password=password, family=family) if user and password else None


def keys_for(family: OsFamily) -> str:
    """Names of the profile's keys, for messages."""
    return _KEYS.get(family, " or ".join(_KEYS.values()))


def no_login(family: OsFamily) -> str:
    """Why nobody could log in."""
    return f"the profile gives no guest credentials ({keys_for(family)})"
