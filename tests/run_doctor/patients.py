"""A patient in the best of health, whose surroundings are in memory; what a test spoils, a line has to tell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from unittest.mock import MagicMock

from support.domain.access import GuestAccess
from support.domain.errors import ClusterError, MachineNotFound
from support.domain.machine import OsFamily
from support.domain.names import MachineName, RoleName, StorageClass
from support.domain.permission import Permission
from support.domain.secret import Secret
from support.ports.examining import OperatorHealth
from support.run.doctor.patient import Patient, Wishes
from support.run.doctor.permissions import OFFLOAD, PLACEMENT, REMOTE, WARM
from support.run.profiles.profile import CopyOffload, Profile
from support.run.roles import COPY_OFFLOAD
from support.run.settings import Settings
from tests.workflow.landscape import ACCESS, Landscape
from tests.workflow.memory_keys import MemoryKeys
from tests.workflow.shapes import MemoryShapes
from tests.workflow.world import MemoryJournal

LINUX, WINDOWS = RoleName("RHEL 8"), RoleName("Windows Server 2019")
HEALTHY = OperatorHealth(name="o", phase="Deployed", version="1", available=True)
ARRAY = CopyOffload(
    vendor="ontap",
    datastore_id="datastore-1",
    hostname="array.test",
    username="admin",
    password=Secret("a"),
    vendor_fields={"ontap_svm": "svm1"},
)
GUESTS = GuestAccess(linux_user="root", linux_password=Secret("l"), windows_user="adm", windows_password=Secret("w"))


@dataclass
class MadeUpCluster:
    """The port Examines; fields are what a test may change."""

    server: str = "https://api.east.test:6443"
    forbidden: Callable[[Permission], bool] = lambda _permission: False
    operators: dict[str, OperatorHealth | None] = field(default_factory=lambda: {"KubeVirt": HEALTHY, "CDI": HEALTHY})
    kinds: set[str] = field(default_factory=lambda: {"NetworkAttachmentDefinition"})
    modes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"block": ("ReadWriteMany Block",), "nfs": ()})
    trouble: ClusterError | None = None
    lives: float | None = None
    """Seconds that the login's token does; None when nobody can tell."""
    life: list[str] = field(default_factory=list)

    def connect(self) -> None:
        self.life.append("connect")
        if self.trouble is not None:
            raise self.trouble

    def close(self) -> None:
        self.life.append("close")

    def refused(self, wanted: Sequence[Permission]) -> list[Permission]:
        if self.trouble is not None:
            raise self.trouble
        return [permission for permission in wanted if self.forbidden(permission)]

    def lends(self, seconds: float) -> bool:
        return self.lives is None or self.lives >= seconds

    def operator(self, kind: str) -> OperatorHealth | None:
        return self.operators[kind]

    def serves(self, kind: str) -> bool:
        return kind in self.kinds

    def claim_modes(self, storage_class: str) -> tuple[str, ...] | None:
        return self.modes.get(storage_class)


@dataclass
class Surroundings:
    """All that a patient is made of, to be spoiled before it is."""

    landscape: Landscape = field(default_factory=lambda: Landscape(offload_switch=True))
    cluster: MadeUpCluster = field(default_factory=MadeUpCluster)
    remote: MadeUpCluster | None = field(default_factory=lambda: MadeUpCluster(server="https://api.west.test:6443"))
    source: MadeUpCluster | None = field(default_factory=lambda: MadeUpCluster(server="https://api.south.test:6443"))
    """Of a source that is another cluster."""
    settings: Settings = field(
        default_factory=lambda: Settings(
            target="cluster", storage_class=StorageClass("block"), remote_ocp_cluster="test", source_provider="lab"
        )
    )
    profile: Profile = field(
        default_factory=lambda: Profile(
            access=ACCESS,
            guests=GUESTS,
            machines={
                LINUX: MachineName("rhel8"),
                WINDOWS: MachineName("win"),
                COPY_OFFLOAD: MachineName("template"),
            },
            vddk_init_image="registry.test/vddk:8",
            copy_offload=ARRAY,
        )
    )
    wishes: Wishes = field(
        default_factory=lambda: Wishes(
            roles=frozenset({LINUX, WINDOWS}), occasions=frozenset({WARM, REMOTE, PLACEMENT, OFFLOAD})
        )
    )
    version: str | None = "2.12.5"
    default_image: str | None = None
    there: set[str] = field(default_factory=lambda: {"rhel8", "win"})
    full: bool = False
    """The source has no room for clones of any shape."""
    host_keys: MemoryKeys | None = field(default_factory=MemoryKeys)
    mocks: dict[str, Any] = field(default_factory=dict)

    def raises(self, port: str, error: Exception) -> None:
        """Let a call such as `cluster.login.connect` fail."""
        self.mocks[port] = error

    def patient(self) -> Patient:
        ports = self.landscape.ports(MemoryJournal())
        shapes = MemoryShapes(self.landscape, full=self.full)
        ports = replace(ports, source=replace(ports.source, shapes=shapes, host_keys=self.host_keys))
        login = cast("MagicMock", ports.cluster.login)
        login.mtv_version.return_value = self.version
        login.openshift_version.return_value, login.cluster_name.return_value = "4.20.6", "east"
        cast("MagicMock", ports.cluster.controller).vddk_image.return_value = self.default_image
        cast("MagicMock", ports.source.platform).find.side_effect = self._find
        for path, error in self.mocks.items():
            place: Any = ports
            for name in path.split("."):
                place = getattr(place, name)
            place.side_effect = error
        remote = self.remote
        return Patient(
            settings=self.settings,
            profile=self.profile,
            ports=ports,
            cluster=self.cluster,
            source=self.source,
            remote=None if remote is None else lambda: remote,
            wishes=self.wishes,
        )

    def _find(self, name: str) -> str:
        if name not in self.there:
            raise MachineNotFound(f"no machine or template {name!r}; near names: rhel9")
        return f"vm-{name}"

    def without_guests_of(self, family: OsFamily) -> None:
        gone = "linux_password" if family is OsFamily.LINUX else "windows_password"
        self.profile = replace(self.profile, guests=replace(GUESTS, **cast("Any", {gone: None})))
