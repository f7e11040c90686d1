"""An ESXi host's keys in memory."""

from dataclasses import dataclass, field

from support.domain.names import RunId

HOST = "esxi-1.test"


@dataclass
class MemoryKeys:
    """The port HostKeys; lines are (key, run), and somebody else's may do for MTV's key, too."""

    host: str = HOST
    lines: set[tuple[str, str]] = field(default_factory=set)
    lets_all_in: bool = False
    trouble: Exception | None = None
    reason: str | None = None
    stubborn: bool = False
    releases: list[str | None] = field(default_factory=list)

    def unfit(self, mtv_version: str | None) -> str | None:
        self.releases.append(mtv_version)
        return self.reason

    def must_answer(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    def add(self, public_key: str, mtv_version: str | None, run: RunId) -> bool:
        self.releases.append(mtv_version)
        if self.lets_all_in:
            return False
        self.lines.add((public_key, run))
        return True

    def remove(self, public_key: str, run: RunId) -> None:
        if not self.stubborn:
            self.lines.discard((public_key, run))

    def holds(self, public_key: str, run: RunId) -> bool:
        return (public_key, run) in self.lines
