"""One machine of a running migration: what it is, where its status stands and how its objects are marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from lab.cluster.clients import Objects
from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.kernel.service import Lab
from lab.mtv.pipeline import fail, step_named
from lab.mtv.plan_view import PlanView, VmView
from lab.mtv.toolkit import Toolkit
from lab.virtualization.anatomy import annotation
from lab.world.model import Disk, Machine

DISK_SOURCE, DISK_INDEX = "forklift.konveyor.io/disk-source", "forklift.konveyor.io/disk-index"


@dataclass(frozen=True, kw_only=True)
class VmRun:
    vm: VmView
    status: Object
    """Its entry in `status.migration.vms` of the Plan; changed in place and written at the end of a pass."""
    migration: str
    """Uid of the Migration."""

    @property
    def view(self) -> PlanView:
        return self.vm.view

    @property
    def toolkit(self) -> Toolkit:
        return self.vm.view.toolkit

    @property
    def lab(self) -> Lab:
        return self.vm.view.lab

    @property
    def client(self) -> Objects:
        """Objects of the cluster on which the machine lands."""
        return self.vm.view.destination.client

    @property
    def id(self) -> str:
        return str(self.status["id"])

    @property
    def disks(self) -> Sequence[Disk]:
        """Its disks in the order in which MTV makes and attaches them."""
        return self.view.source.disk_order(self.vm.machine.disks)

    def disk_name(self, disk: Disk) -> str:
        """What MTV calls a disk."""
        return self.view.disk_name(disk)

    @property
    def source(self) -> Machine | None:
        """The machine itself, not what the inventory knows of it."""
        return self.view.source.machines().get(self.id)

    @property
    def cutover(self) -> str:
        """When the Migration wants a warm machine to be cut over; empty while it does not say."""
        for item in self.lab.store.list("Migration", self.view.namespace):
            if item["metadata"]["uid"] == self.migration:
                return str(item["spec"].get("cutover") or "")
        return ""

    @property
    def namespace(self) -> str:
        """Where everything is made for it."""
        ignored = chosen(self.lab, Fault.NAMESPACE_IGNORED)
        return self.view.namespace if ignored else self.view.target_namespace

    @property
    def prefix(self) -> str:
        return f"{self.view.name}-{self.id}-"

    @property
    def target_name(self) -> str:
        return str(self.status.get("newName") or self.vm.machine.name)

    @property
    def root_index(self) -> int:
        """Number of the boot disk that the Plan names like /dev/sda; the first unless it names one."""
        letter = str(self.status.get("rootDisk") or "").removeprefix("/dev/sd")[:1]
        return ord(letter) - ord("a") if letter.isalpha() else 0

    @property
    def identity(self) -> dict[str, str]:
        """The labels by which a machine's objects are found."""
        return {"migration": self.migration, "vmID": self.id}

    def labels(self, resource: str = "vm-config") -> dict[str, str]:
        """Labels of everything made for this machine (facts/forklift.md 3.1)."""
        common = self.identity | {"plan": self.view.uid, "resource": resource}
        if not self.toolkit.release.labels_plan_name:
            return common
        return common | {"plan-name": self.view.name, "plan-namespace": self.view.namespace}

    def objects(self, kind: str, **more: str) -> list[Object]:
        """What was made for this machine in the target namespace."""
        return self.client.list(kind, self.namespace, self.identity | more)

    def claims(self) -> dict[str, Object]:
        """Its claims by the source file of their disk."""
        found = self.objects("PersistentVolumeClaim")
        return {source: claim for claim in found if (source := annotation(claim, DISK_SOURCE))}

    def step(self, name: str) -> Object:
        found = step_named(self.status, name)
        if found is None:
            raise LookupError(f"machine {self.id} has no step {name}")
        return found

    def fail(self, step: str, reason: str) -> None:
        """A step error; the machine's own error follows from it."""
        fail(self.step(step), str(self.status["phase"]), reason)
        fail(self.status, str(self.status["phase"]), reason)
