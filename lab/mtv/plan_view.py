"""A Plan with everything it refers to, and the questions that validation and execution ask about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.kernel.service import Lab
from lab.mtv.destinations import Destination, destination_of, own
from lab.mtv.pairs import Pair
from lab.mtv.platforms import Knows, knowledge_of, platform_of
from lab.mtv.references import item
from lab.mtv.toolkit import Toolkit
from lab.virtualization.anatomy import name_of, namespace_of, uid_of
from lab.world.model import Disk, Machine
from lab.world.sources import Source

_OFFLOAD = "feature_copy_offload"
CONVERTED_SOURCES = ("vsphere", "ova", "hyperv", "ec2")


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """Read only; made anew for every pass."""

    toolkit: Toolkit
    plan: Object
    pair: Pair
    networks: Object | None
    """The NetworkMap, if there is one."""
    storage: Object | None
    """The StorageMap, if there is one."""

    @property
    def lab(self) -> Lab:
        return self.toolkit.lab

    @property
    def spec(self) -> Object:
        return dict(self.plan["spec"])

    @property
    def name(self) -> str:
        return name_of(self.plan)

    @property
    def namespace(self) -> str:
        return namespace_of(self.plan)

    @property
    def uid(self) -> str:
        return uid_of(self.plan)

    @property
    def target_namespace(self) -> str:
        return str(self.plan["spec"].get("targetNamespace") or "")

    @property
    def source_type(self) -> str:
        return str(self.pair.source["spec"]["type"]) if self.pair.source is not None else ""

    @cached_property
    def source(self) -> Source:
        """The platform itself, for what is done there."""
        return platform_of(self.lab, self.pair.source)

    @cached_property
    def sight(self) -> Knows:
        """What the inventory knows of it."""
        return knowledge_of(self.lab, self.pair.source)

    @property
    def to_host(self) -> bool:
        """Whether the destination is the own cluster."""
        return self.pair.destination is not None and not self.pair.destination["spec"].get("url")

    @cached_property
    def destination(self) -> Destination:
        """Where its machines land; its client raises Refused when MTV may not, or no longer, work there."""
        astray = chosen(self.lab, Fault.LANDS_LOCALLY)
        return own(self.lab) if astray else destination_of(self.lab, self.pair.destination)

    @property
    def mode(self) -> str:
        """cold, warm, conversion or live; `warm: true` beats `type: cold` (facts/forklift.md 1.5)."""
        if self.spec.get("warm") or self.spec.get("type") == "warm":
            return "warm"
        return str(self.spec.get("type") or "cold")

    @property
    def converts(self) -> bool:
        """Whether virt-v2v works on the guest."""
        return self.source_type in CONVERTED_SOURCES and not self.spec.get("skipGuestConversion")

    @property
    def offloads(self) -> bool:
        """Whether any datastore is mapped with a storage array's plugin."""
        return any(entry.get("offloadPlugin") for entry in _entries(self.storage))

    @property
    def imports_by_driver(self) -> bool:
        """Whether any datastore is mapped with what a CSI driver imports by itself."""
        return any((entry.get("offloadPlugin") or {}).get("csiVolumeImport") for entry in _entries(self.storage))

    @property
    def populates(self) -> bool:
        """Whether populators copy the disks, by way of a storage array (facts/forklift.md 4)."""
        unasked = self.toolkit.release.offloads_unasked
        return self.source_type == "vsphere" and self.offloads and self.toolkit.enabled(_OFFLOAD, default=unasked)

    @property
    def in_place(self) -> bool:
        """Whether virt-v2v only converts what others have copied."""
        return not self.v2v_copies or self.populates

    @property
    def v2v_copies(self) -> bool:
        """Whether the way is virt-v2v's, which copies the disks itself unless populators do (facts/forklift.md 2.3)."""
        if self.source_type == "ova":
            return True
        offload = self.offloads and self.toolkit.release.offload_excludes_v2v
        return (
            (self.source_type, self.mode) == ("vsphere", "cold")
            and self.to_host
            and bool(self.spec.get("migrateSharedDisks", True))
            and self.converts
            and not offload
        )

    def machine(self, reference: Object) -> Machine | None:
        """What the inventory knows of a machine that is named as its platform names machines."""
        known = self.source.key(reference)
        return self.sight.machine(known) if known else None

    def disk_name(self, disk: Disk) -> str:
        """What MTV calls a disk; only a warm plan leaves out the number of a snapshot's layer (forklift.md 2.4)."""
        cold = self.source_type == "vsphere" and self.mode != "warm"
        return disk.file if cold else self.source.disk_name(disk)

    def network_destinations(self, name: str) -> list[Object]:
        """All destinations that the source network of this name is mapped to."""
        return [
            entry["destination"] for entry in _entries(self.networks) if self._means(entry, name, self._network_ids)
        ]

    def storage_destination(self, name: str) -> Object | None:
        """Where disks on the store of this name go."""
        entry = self.storage_entry(name)
        return entry["destination"] if entry is not None else None

    def storage_entry(self, name: str) -> Object | None:
        """The entry of the storage map for the store of this name."""
        entries = (entry for entry in _entries(self.storage) if self.store_named(entry) == name)
        return next(entries, None)

    def store_named(self, entry: Object) -> str:
        """What machines call the source of an entry of the storage map."""
        key = self.source.key(entry.get("source") or {})
        return self._store_ids.get(key, key)

    def _means(self, entry: Object, name: str, ids: dict[str, str]) -> bool:
        """Whether the source of a map's entry is what machines call by this name."""
        key = self.source.key(entry.get("source") or {})
        return ids.get(key, key) == name

    @cached_property
    def _network_ids(self) -> dict[str, str]:
        return {id_: network.name for id_, network in self.source.networks().items()}

    @cached_property
    def _store_ids(self) -> dict[str, str]:
        return {id_: store.name for id_, store in self.source.stores().items()}


def _entries(map_: Object | None) -> Iterator[Object]:
    yield from (map_ or {"spec": {}})["spec"].get("map") or []


@dataclass(frozen=True, kw_only=True)
class VmView:
    """One machine of a Plan: its entry and what the inventory knows of it."""

    view: PlanView
    entry: Object
    """The entry of `spec.vms`, or the status that grew out of it."""
    machine: Machine

    @property
    def shown(self) -> str:
        """How conditions name it."""
        return item({"type": self.entry.get("type", ""), "id": self.machine.id, "name": self.machine.name})

    @property
    def windows(self) -> bool:
        return self.machine.guest.family == "windows"

    @property
    def target_power(self) -> str:
        """on, off or auto: the machine's wish before the Plan's."""
        if chosen(self.view.lab, Fault.POWER_STATE_IGNORED):
            return "auto"
        return str(self.entry.get("targetPowerState") or self.view.spec.get("targetPowerState") or "auto")

    @property
    def reboot_waited(self) -> bool:
        """Whether a Windows guest must have rebooted before the migration ends (facts/forklift.md 2.3)."""
        toolkit = self.view.toolkit
        flag = "feature_windows_wait_for_reboot"
        if chosen(self.view.lab, Fault.POWER_STATE_IGNORED):
            return False  # it may be off
        return self.windows and toolkit.release.waits_for_reboots and toolkit.enabled(flag, default=True)

    def hook(self, step: str) -> Object | None:
        """Reference of the Hook for PreHook or PostHook."""
        found = (hook["hook"] for hook in self.entry.get("hooks") or [] if hook.get("step") == step)
        return next(found, None)
