"""What an ESXi host shows to those who log in by SSH: files of its own, among them whose keys it takes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lab.world.model import Account, File, Host, Volume
from lab.world.trees import Mount, Tree

KEYS_FILE = "/etc/ssh/keys-root/authorized_keys"
"""Home directories are not consulted (facts/sources.md 2.1)."""
_FOREIGN = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEj4WvUPNn3sRcVxzlKmWcUQBEF9iqGNJgrTO1cMzRrJ backup@site\n"
"""A line that somebody else put there."""
_INSTALLED = datetime(2026, 1, 5, 8, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Console:
    """The console of one host."""

    host: str
    """Id of the host."""
    name: str
    account: Account
    disk: Volume = field(default_factory=lambda: _disk(_FOREIGN))
    address: str = ""
    """`127.0.0.1:PORT` of its SSH server."""

    @property
    def tree(self) -> Tree:
        return Tree("linux", (Mount(number=0, point="/", media=self.disk),))

    @property
    def contents(self) -> dict[str, bytes]:
        """What is in all its files, whenever it was written."""
        return {path: file.content for path, file in (self.disk.files or {}).items()}

    @property
    def keys(self) -> str:
        """Text of the file of keys; empty when there is none."""
        return self.tree.read(KEYS_FILE).decode(errors="replace") if self.tree.is_file(KEYS_FILE) else ""


def _disk(keys: str) -> Volume:
    below = KEYS_FILE.removeprefix("/")
    files = {
        "etc/ssh/": File(written=_INSTALLED),
        "etc/ssh/keys-root/": File(written=_INSTALLED),
        below: File(keys.encode(), _INSTALLED),
    }
    return Volume(size=0, digest="", files=files)


def consoles(hosts: Iterable[Host], account: Account) -> dict[str, Console]:
    """One for each host, by the host's id."""
    return {host.id: Console(host=host.id, name=host.name, account=account) for host in hosts}
