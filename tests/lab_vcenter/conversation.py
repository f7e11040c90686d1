"""What every conversation with a vCenter needs: bulk reads and waiting for tasks, as a careful client does them."""

from typing import Any

import pyVmomi

vim: Any = pyVmomi.__dict__["vim"]
vmodl: Any = pyVmomi.__dict__["vmodl"]

PC = vmodl.query.PropertyCollector


def everything(content: Any, kind: Any) -> Any:
    """A view on all objects of a type."""
    return content.viewManager.CreateContainerView(content.rootFolder, [kind], True)


def spec(view: Any, kind: Any, paths: list[str]) -> Any:
    traversal = PC.TraversalSpec(name="view", type=vim.view.ContainerView, path="view", skip=False)
    return PC.FilterSpec(
        objectSet=[PC.ObjectSpec(obj=view, skip=True, selectSet=[traversal])],
        propSet=[PC.PropertySpec(type=kind, pathSet=paths)],
    )


def read(content: Any, reference: Any, *paths: str) -> dict[str, Any]:
    """Properties of one object, absent when unset."""
    wanted = PC.FilterSpec(
        objectSet=[PC.ObjectSpec(obj=reference)], propSet=[PC.PropertySpec(type=type(reference), pathSet=list(paths))]
    )
    result = content.propertyCollector.RetrievePropertiesEx([wanted], PC.RetrieveOptions())
    return {item.name: item.val for item in result.objects[0].propSet}


def named(content: Any, name: str) -> Any:
    found = content.searchIndex.FindByInventoryPath(f"/DC0/vm/{name}")
    assert found is not None, f"no machine {name}"
    return found


def watch(content: Any, task: Any) -> list[dict[str, Any]]:
    """All states of a task's info, by one filter and WaitForUpdatesEx."""
    wanted = PC.FilterSpec(
        objectSet=[PC.ObjectSpec(obj=task)],
        propSet=[PC.PropertySpec(type=vim.Task, pathSet=["info.state", "info.progress", "info.error", "info.result"])],
    )
    collector = content.propertyCollector.CreatePropertyCollector()
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


def result_of(content: Any, task: Any) -> Any:
    """Wait for success and return the result; the task's fault otherwise."""
    last = watch(content, task)[-1]
    if last["info.state"] == "error":
        raise last["info.error"]
    return last.get("info.result")


def clone(content: Any, source: str, name: str, **more: Any) -> Any:
    """Start a clone on the source's pool; `location` holds fields of the RelocateSpec."""
    machine = named(content, source)
    pool = named_pool(content)
    location = vim.vm.RelocateSpec(**{"pool": pool, **more.pop("location", {})})
    wanted = vim.vm.CloneSpec(location=location, powerOn=more.pop("on", False), template=False, **more)
    return machine.CloneVM_Task(folder=machine.parent, name=name, spec=wanted)


def named_pool(content: Any) -> Any:
    return content.searchIndex.FindByInventoryPath("/DC0/host/Cluster0/Resources")


def datastore(content: Any, name: str) -> Any:
    return content.searchIndex.FindByInventoryPath(f"/DC0/datastore/{name}")


def disks(machine: Any) -> list[Any]:
    return [item for item in machine.config.hardware.device if isinstance(item, vim.vm.device.VirtualDisk)]


def nics(machine: Any) -> list[Any]:
    return [item for item in machine.config.hardware.device if isinstance(item, vim.vm.device.VirtualEthernetCard)]


def new_disk(size_gib: float, file: str, **backing: Any) -> Any:
    """A device spec that adds a disk."""
    return vim.vm.device.VirtualDeviceSpec(
        operation="add",
        fileOperation="create",
        device=vim.vm.device.VirtualDisk(
            key=-1,
            controllerKey=1000,
            unitNumber=None,
            capacityInKB=int(size_gib * 1024**2),
            backing=vim.vm.device.VirtualDisk.FlatVer2BackingInfo(
                **{"fileName": file, "diskMode": "persistent", "thinProvisioned": True, **backing}
            ),
        ),
    )
