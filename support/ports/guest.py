"""Commands inside a guest of a cluster, over SSH through the cluster's tunnel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from support.domain.contents import GuestFile, TargetContents
from support.domain.machine import OsFamily
from support.domain.secret import Secret
from support.domain.target import GuestIdentity, GuestNic


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    user: str
    password: Secret
    family: OsFamily


class Guests(Protocol):
    def prepare(self) -> None:
        """Have at hand what reaching a guest needs, such as a program. Raises StartError."""
        ...

    def identify(self, namespace: str, name: str, login: Login, seconds: float) -> GuestIdentity:
        """Log in and ask who it is; retries while sshd is not up, fails at once on refused credentials.

        Raises GuestUnreachable or GuestLoginRefused.
        """
        ...

    def network(self, namespace: str, name: str, login: Login, seconds: float) -> tuple[GuestNic, ...]:
        """Its NICs as the guest has them set up, those with a MAC; raises as `identify`."""
        ...

    def contents(self, namespace: str, name: str, login: Login, paths: Sequence[str], seconds: float) -> TargetContents:
        """The disks as the guest sees them, and the text of the files that are there; raises as `identify`."""
        ...

    def write(self, namespace: str, name: str, login: Login, files: Sequence[GuestFile], seconds: float) -> None:
        """Write files, folders included, and bring them to the disks; raises as `identify`, and SuiteError.

        Only on a source that is a cluster: nothing is written in a migrated guest.
        """
        ...
