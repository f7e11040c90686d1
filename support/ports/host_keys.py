"""What the workflow needs from an ESXi host on which MTV clones disks by SSH."""

from typing import Protocol

from support.domain.names import RunId


class HostKeys(Protocol):
    """The keys by which a host lets root in; all raise SourceError, SourceLoginError or SourceUnreachable."""

    @property
    def host(self) -> str:
        """Its name in vCenter."""
        ...

    def unfit(self, mtv_version: str | None) -> str | None:
        """Why MTV of that version cannot work by a key of its Provider; None when it can."""
        ...

    def must_answer(self) -> None:
        """Log in and read the keys once; changes nothing."""
        ...

    def add(self, public_key: str, mtv_version: str | None, run: RunId) -> bool:
        """Let MTV's key in for what that release does with it, marked with the run; False when another line does so."""
        ...

    def remove(self, public_key: str, run: RunId) -> None:
        """Take the line with this key and the run's mark out; every other byte stays. Absent is success."""
        ...

    def holds(self, public_key: str, run: RunId) -> bool:
        """Whether a line with this key and the run's mark is there."""
        ...
