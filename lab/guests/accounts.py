"""Who may log in to a guest."""

import hmac

from lab.world.model import Guest


def knows(guest: Guest, user: str, password: str) -> bool:
    """Whether the guest has this account with this password; Windows ignores capitals in names."""
    users = guest.users
    if guest.family == "windows":
        users, user = {name.lower(): secret for name, secret in users.items()}, user.lower()
    return user in users and hmac.compare_digest(users[user].encode(), password.encode())


def accepts(guest: Guest, user: str, key: str) -> bool:
    """Whether a public key, as a line of authorized_keys, logs this user in; comments do not matter."""
    return any(line.split()[:2] == key.split()[:2] for line in guest.keys.get(user, ()))
