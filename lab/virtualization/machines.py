"""VirtualMachines: keep the instance that the run strategy asks for, and tell how it is going."""

from collections.abc import Iterable
from copy import deepcopy

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.admission import gaps_of, instance_of
from lab.virtualization.anatomy import VM_FINALIZER, deleting, name_of, namespace_of, owner_reference, phase_of, uid_of
from lab.virtualization.events import emit
from lab.virtualization.machine_status import filling, status_of
from lab.virtualization.strategies import FINAL, Wish, requests_of, strategy_of, wish

_KIND, _INSTANCE = "VirtualMachine", "VirtualMachineInstance"


class Machines:
    """Facts/openshift.md 3.1 and 4.4."""

    watches: tuple[str, ...] = (_KIND, _INSTANCE, "DataVolume", "PersistentVolumeClaim")

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] in (_KIND, _INSTANCE):
            return (Ref(_KIND, namespace_of(obj), name_of(obj)),)
        machines = self._lab.store.list(_KIND, namespace_of(obj))
        return [Ref(_KIND, namespace_of(obj), name_of(item)) for item in machines if name_of(obj) in _volumes(item)]

    async def reconcile(self, ref: Ref) -> float | None:
        store = self._lab.store
        machine = store.get(_KIND, ref.namespace, ref.name)
        if machine is None:
            return None
        instance = self._instance(machine)
        if deleting(machine):
            self._remove(machine, instance)
            return None
        gaps = gaps_of(machine)
        if gaps:
            machine = store.patch(_KIND, ref.namespace, ref.name, gaps) or machine
        self._make_volumes(machine)
        instance = self._act(machine, instance)
        self._tell(machine, instance)
        return None

    def _instance(self, machine: Object) -> Object | None:
        """The instance of this machine; one of the same name that somebody else owns does not count."""
        found = self._lab.store.get(_INSTANCE, namespace_of(machine), name_of(machine))
        owners = (found or {"metadata": {}})["metadata"].get("ownerReferences") or []
        return found if any(owner["uid"] == uid_of(machine) for owner in owners) else None

    def _remove(self, machine: Object, instance: Object | None) -> None:
        """The machine waits for its instance; its claims follow by their owner references."""
        key = (_KIND, namespace_of(machine), name_of(machine))
        if instance is not None:
            self._tell(machine, instance)
            self._lab.store.delete(_INSTANCE, *key[1:], uid=uid_of(instance))
            return
        left = [item for item in machine["metadata"].get("finalizers") or [] if item != VM_FINALIZER]
        self._lab.store.patch(*key, {"metadata": {"finalizers": left}})

    def _make_volumes(self, machine: Object) -> None:
        for template in machine["spec"].get("dataVolumeTemplates") or []:
            name = template["metadata"]["name"]
            if self._lab.store.get("DataVolume", namespace_of(machine), name) is not None:
                continue
            metadata = deepcopy(template["metadata"])
            metadata |= {"namespace": namespace_of(machine), "ownerReferences": [owner_reference(machine)]}
            header = {"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume", "metadata": metadata}
            self._lab.store.create(header | {"spec": self._resolved(template["spec"], namespace_of(machine))})

    def _resolved(self, spec: Object, namespace: str) -> Object:
        """A reference to a DataSource becomes what the DataSource stands for now (facts 3.1)."""
        reference = spec.get("sourceRef")
        if reference is None:
            return deepcopy(spec)
        found = self._lab.store.get("DataSource", reference.get("namespace", namespace), reference["name"])
        source = ((found or {}).get("spec") or {}).get("source")
        plain = {key: value for key, value in deepcopy(spec).items() if key != "sourceRef"}
        return plain | {"source": deepcopy(source)} if source else deepcopy(spec)

    def _act(self, machine: Object, instance: Object | None) -> Object | None:
        namespace, name = namespace_of(machine), name_of(machine)
        match wish(machine, instance):
            case Wish.START if not filling(self._lab.store, machine):
                self._unhalt(machine)
                made = self._lab.store.create(instance_of(self._lab.store, machine))
                message = f"Started the virtual machine by creating the new virtual machine instance {name}"
                emit(self._lab, machine, "SuccessfulCreate", message)
                return made
            case Wish.STOP if instance is not None and not deleting(instance):
                self._rerun(machine, instance)
                self._lab.store.delete(_INSTANCE, namespace, name, uid=uid_of(instance))
                message = f"Stopped the virtual machine by deleting the virtual machine instance {name}"
                emit(self._lab, machine, "SuccessfulDelete", message)
                return self._instance(machine)
        return instance

    def _unhalt(self, machine: Object) -> None:
        if strategy_of(machine) == "Halted":
            change = {"spec": {"runStrategy": "Always"}}
            self._lab.store.patch(_KIND, namespace_of(machine), name_of(machine), change)

    def _rerun(self, machine: Object, instance: Object) -> None:
        """RerunOnFailure: a failed instance is started again once it is gone."""
        if strategy_of(machine) == "RerunOnFailure" and phase_of(instance) == FINAL[1]:
            status = machine.setdefault("status", {})
            status["stateChangeRequests"] = [*requests_of(machine), {"action": "Start"}]

    def _tell(self, machine: Object, instance: Object | None) -> None:
        status = status_of(self._lab.store, machine, instance, self._lab.clock.stamp())
        self._lab.store.set_status(_KIND, namespace_of(machine), name_of(machine), status)


def _volumes(machine: Object) -> set[str]:
    volumes = machine["spec"]["template"]["spec"].get("volumes") or []
    names = {volume.get("persistentVolumeClaim", {}).get("claimName") for volume in volumes}
    return {name for name in names | {volume.get("dataVolume", {}).get("name") for volume in volumes} if name}
