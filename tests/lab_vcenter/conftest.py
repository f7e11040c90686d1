"""An emulated vCenter, and an unmodified pyVmomi connected to it."""

import gc
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyVmomi
from pyVim import connect

from lab.kernel.service import Options
from lab.vcenter.service import VcenterService
from tests.harness.lab_in_thread import LabInThread

_package: Any = pyVmomi
vim, vmodl = _package.vim, _package.vmodl
PC = vmodl.query.PropertyCollector

SPEED = 40.0


class RunningVcenter(LabInThread):
    """One vCenter and clients of it."""

    def __init__(self, folder: Path, defect: str = "") -> None:
        self.service = VcenterService()
        super().__init__(folder, Options(speed=SPEED, defect=defect), [self.service])
        self._instances: list[Any] = []

    @property
    def port(self) -> int:
        return int(self.lab.endpoints["vcenter"].removesuffix("/sdk").rpartition(":")[2])

    def stop(self) -> None:
        for instance in self._instances:
            instance._stub.DropConnections()
        super().stop()
        with warnings.catch_warnings():
            # A refused login leaves the SDK's sockets to the collector.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    def connect(self, password: str = "lab-vcenter-password", **more: Any) -> Any:
        """A service instance over verified TLS."""
        context = ssl.create_default_context(cafile=str(self.lab.folder / "ca.crt"))
        sdk: Any = connect
        account = {"user": "administrator@vsphere.local", "pwd": password, **more}
        instance = sdk.SmartConnect(
            host="127.0.0.1", port=self.port, sslContext=context, httpConnectionTimeout=30, **account
        )
        self._instances.append(instance)
        return instance


class Conversation:
    """Bulk reads and waiting for tasks, as a careful client does them."""

    vim = vim
    vmodl = vmodl

    def __init__(self, instance: Any) -> None:
        self.instance = instance
        self.content = instance.RetrieveContent()

    def everything(self, kind: Any) -> Any:
        """A view on all objects of a type."""
        return self.content.viewManager.CreateContainerView(self.content.rootFolder, [kind], True)

    @staticmethod
    def spec(view: Any, kind: Any, paths: list[str]) -> Any:
        traversal = PC.TraversalSpec(name="view", type=vim.view.ContainerView, path="view", skip=False)
        return PC.FilterSpec(
            objectSet=[PC.ObjectSpec(obj=view, skip=True, selectSet=[traversal])],
            propSet=[PC.PropertySpec(type=kind, pathSet=paths)],
        )

    def retrieve(self, spec: Any, maximum: int | None = None) -> list[Any]:
        """All objects of a specification, page by page."""
        collector = self.content.propertyCollector
        result = collector.RetrievePropertiesEx([spec], PC.RetrieveOptions(maxObjects=maximum))
        objects = list(result.objects)
        while result.token:
            result = collector.ContinueRetrievePropertiesEx(result.token)
            objects += result.objects
        return objects

    def read(self, reference: Any, *paths: str) -> dict[str, Any]:
        """Properties of one object, absent when unset."""
        wanted = PC.FilterSpec(
            objectSet=[PC.ObjectSpec(obj=reference)],
            propSet=[PC.PropertySpec(type=type(reference), pathSet=list(paths))],
        )
        return {item.name: item.val for item in self.retrieve(wanted)[0].propSet}

    def named(self, path: str) -> Any:
        """A machine by name, or anything by its path below the datacentre."""
        below = path if "/" in path else f"vm/{path}"
        found = self.content.searchIndex.FindByInventoryPath(f"/DC0/{below}")
        assert found is not None, f"nothing at {path}"
        return found

    def watch(self, task: Any) -> list[dict[str, Any]]:
        """All states of a task's info, by one filter and WaitForUpdatesEx."""
        paths = ["info.state", "info.progress", "info.error", "info.result"]
        wanted = PC.FilterSpec(
            objectSet=[PC.ObjectSpec(obj=task)], propSet=[PC.PropertySpec(type=vim.Task, pathSet=paths)]
        )
        collector = self.content.propertyCollector.CreatePropertyCollector()
        collector.CreateFilter(wanted, partialUpdates=True)
        seen: list[dict[str, Any]] = [{}]
        version = ""
        while seen[-1].get("info.state") not in ("success", "error"):
            update = collector.WaitForUpdatesEx(version, PC.WaitOptions(maxWaitSeconds=10))
            assert update is not None, f"no news of {task} for 10 seconds; last {seen[-1]}"
            version = update.version
            changes = update.filterSet[0].objectSet[0].changeSet
            seen.append(seen[-1] | {change.name: change.val for change in changes})
        collector.DestroyPropertyCollector()
        return seen[1:]

    def done(self, task: Any) -> Any:
        """Wait for success and return the result; raise the task's fault otherwise."""
        last = self.watch(task)[-1]
        if last["info.state"] == "error":
            raise last["info.error"]
        return last.get("info.result")

    def clone(self, source: str, name: str, **more: Any) -> Any:
        """Start a clone into the cluster's pool; `location` has fields of the RelocateSpec."""
        machine = self.named(source)
        location = vim.vm.RelocateSpec(**{"pool": self.named("host/Cluster0/Resources"), **more.pop("location", {})})
        wanted = vim.vm.CloneSpec(location=location, powerOn=more.pop("on", False), template=False, **more)
        return machine.CloneVM_Task(folder=machine.parent, name=name, spec=wanted)

    @staticmethod
    def disks(machine: Any) -> list[Any]:
        devices = machine.config.hardware.device
        return [device for device in devices if isinstance(device, vim.vm.device.VirtualDisk)]

    @staticmethod
    def nics(machine: Any) -> list[Any]:
        devices = machine.config.hardware.device
        return [device for device in devices if isinstance(device, vim.vm.device.VirtualEthernetCard)]

    @property
    def datacenter(self) -> Any:
        return self.content.rootFolder.childEntity[0]

    def folder(self, path: str) -> None:
        """Make a folder of a datastore."""
        self.content.fileManager.MakeDirectory(path, self.datacenter, True)

    def reconfigure(self, name: str, **fields: Any) -> Any:
        """Change a machine and return it."""
        machine = self.named(name)
        self.done(machine.ReconfigVM_Task(vim.vm.ConfigSpec(**fields)))
        return machine

    def luns(self, number: int = 0) -> list[Any]:
        """Disks that a host sees."""
        host = self.named("host/Cluster0").host[number]
        return list(self.read(host.configManager.storageSystem, "storageDeviceInfo")["storageDeviceInfo"].scsiLun)

    def free_lun(self) -> Any:
        """A LUN that no datastore uses."""
        taken = {"lab-vmfs-1", "lab-vmfs-2", "lab-vmfs-3", "lab-local-2"}
        extents = {self.named(f"datastore/{name}").info.vmfs.extent[0].diskName for name in taken}
        return next(lun for lun in self.luns() if lun.canonicalName not in extents)

    @staticmethod
    def raw_disk(lun: Any, **backing: Any) -> Any:
        """A device spec that maps a LUN; the server fills in the size."""
        fields = {"fileName": "", "deviceName": lun.deviceName, "lunUuid": lun.uuid, "diskMode": "persistent"}
        mapping = vim.vm.device.VirtualDisk.RawDiskMappingVer1BackingInfo(
            **{"compatibilityMode": "virtualMode", **fields, **backing}
        )
        disk = vim.vm.device.VirtualDisk(key=-1, controllerKey=1000, capacityInKB=0, backing=mapping)
        return vim.vm.device.VirtualDeviceSpec(operation="add", fileOperation="create", device=disk)

    @staticmethod
    def new_disk(size_gib: float, file: str, *, unit: int | None = None, **backing: Any) -> Any:
        """A device spec that adds a disk to the first controller."""
        flat = {"fileName": file, "diskMode": "persistent", "thinProvisioned": True, **backing}
        return vim.vm.device.VirtualDeviceSpec(
            operation="add",
            fileOperation="create",
            device=vim.vm.device.VirtualDisk(
                key=-1,
                controllerKey=1000,
                unitNumber=unit,
                capacityInKB=int(size_gib * 1024**2),
                backing=vim.vm.device.VirtualDisk.FlatVer2BackingInfo(**flat),
            ),
        )


@pytest.fixture
def vcenter(tmp_path: Path) -> Iterator[RunningVcenter]:
    running = RunningVcenter(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(vcenter: RunningVcenter) -> Iterator[Conversation]:
    connected = vcenter.connect()
    yield Conversation(connected)
    sdk: Any = connect
    sdk.Disconnect(connected)
