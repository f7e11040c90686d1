"""What the lab expects of each service, and what each service gets from the lab."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from lab.jitter.noise import Noise
from lab.kernel.logs import Logs
from lab.kernel.programs import Program
from lab.kernel.releases import at_least

if TYPE_CHECKING:
    from lab.cluster.store import Store
    from lab.cluster.tokens import Tokens
    from lab.kernel.clock import Clock
    from lab.kernel.requests import RequestJournal
    from lab.kernel.tls import Authority
    from lab.world.world import World

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How this lab was started."""

    speed: float = 10.0
    mtv: str = "2.12"
    ocp: str = "4.20"
    defect: str = ""
    jitter: str = ""
    array: str = "pureFlashArray"
    """Vendor of the storage array, as MTV calls it."""

    def since(self, mtv: str) -> bool:
        """Whether MTV is this release, such as `2.11`, or a later one."""
        return at_least(self.mtv, mtv)


@dataclass(slots=True, kw_only=True)
class Lab:
    """The context that all services of a cluster share; it lives on one asyncio loop, so nothing locks.

    A lab has one of these for its own cluster and, behind `remote`, one more for another cluster on the same estate.
    """

    folder: Path
    options: Options
    clock: "Clock"
    authority: "Authority"
    requests: "RequestJournal"
    world: "World"
    store: "Store"
    tokens: "Tokens"
    noise: Noise = field(default_factory=Noise)
    """What varies without being wrong, for `--jitter`."""
    logs: Logs = field(default_factory=Logs)
    """What pods print, on either cluster."""
    programs: dict[tuple[str, str], Program] = field(default_factory=dict)
    """What can be run inside containers, by the pod's uid and the container's name; all others take no commands."""
    cluster_name: str = "embedded-lab"
    """What the cluster calls itself in its Infrastructure object."""
    absent: frozenset[str] = frozenset()
    """API groups that nobody has installed on this cluster."""
    remote: "Lab | None" = None
    """The second cluster: store, tokens, destination and endpoints of its own, all else is shared."""
    endpoints: dict[str, str] = field(default_factory=dict)
    """Service name -> URL or host:port, filled while services start; written to endpoints.json."""
    _parts: dict[tuple[type, str], object] = field(default_factory=dict, init=False)

    def part(self, kind: type[Part], make: Callable[[], Part], name: str = "") -> Part:
        """What services keep for the whole lab, made on first use; `name` tells several of a kind apart."""
        found = self._parts.get((kind, name))
        if not isinstance(found, kind):
            found = self._parts[kind, name] = make()
        return found

    def parts(self, kind: type[Part]) -> list[Part]:
        """All of a kind that were made so far."""
        return [each for each in self._parts.values() if isinstance(each, kind)]


class Service(Protocol):
    """One emulated service."""

    name: str

    async def start(self, lab: Lab) -> None:
        """Bind to 127.0.0.1 on a free port and publish the endpoint in `lab.endpoints`."""
        ...

    async def stop(self) -> None: ...

    def fingerprint(self) -> Mapping[str, str]:
        """Path of every stored thing -> hash of its lasting content (no timestamps, no versions, no counters).

        `lab diff` compares this with the one taken when the lab was ready; hash the stores generically, so that
        nothing new can be forgotten.
        """
        ...
