"""virt-v2v pods: they wait for their claims, convert the guest, copy disks where nobody else does, and end."""

from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.defects.catalogue import chosen, defect_of
from lab.defects.model import Fault
from lab.kernel.service import Lab
from lab.mtv import static_addresses
from lab.mtv.toolkit import Toolkit
from lab.mtv.v2v_words import BROKEN_COPY, CONTAINER, NO_GUEST, Speech
from lab.mtv.vm_run import DISK_SOURCE
from lab.virtualization.anatomy import annotation, claims_of, name_of, namespace_of, phase_of, uid_of
from lab.world.disk_order import by_controller
from lab.world.model import GIB, Disk, Guest, Machine, Volume
from lab.world.sources import any_machine

APP, APP_NAME = "forklift.app", "virt-v2v"
_START_SECONDS, _CONVERSION_SECONDS, _SECONDS_PER_GIB = 3.0, 15.0, 1.0
_PORTIONS = 10


class ConversionPods:
    """Facts/forklift.md 2.5; what the metrics port would tell stands in `Toolkit.metrics`."""

    watches: tuple[str, ...] = ("Pod", "PersistentVolumeClaim")

    def __init__(self, toolkit: Toolkit, cluster: Lab) -> None:
        """`cluster` is the one on whose nodes the pods run."""
        self._toolkit, self._lab = toolkit, cluster

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] == "Pod":
            return (Ref("Pod", namespace_of(obj), name_of(obj)),) if _ours(obj) else ()
        pods = self._lab.store.list("Pod", namespace_of(obj), {APP: APP_NAME})
        waiting = [pod for pod in pods if name_of(obj) in claims_of(pod["spec"])]
        return [Ref("Pod", namespace_of(pod), name_of(pod)) for pod in waiting]

    async def reconcile(self, ref: Ref) -> float | None:
        pod = self._lab.store.get("Pod", ref.namespace, ref.name)
        if pod is None or not _ours(pod):
            return None
        match phase_of(pod):
            case "":
                self._phase(pod, "Pending")
            case "Pending" if self._bound(pod):
                await self._work(pod, _START_SECONDS, "conversion pod start")
                self._phase(pod, "Running")
            case "Running":
                await self._convert(pod)
        return None

    def _claims(self, pod: Object) -> list[Object]:
        namespace = namespace_of(pod)
        found = (self._lab.store.get("PersistentVolumeClaim", namespace, name) for name in claims_of(pod["spec"]))
        return [claim for claim in found if claim is not None]

    def _bound(self, pod: Object) -> bool:
        claims = self._claims(pod)
        return bool(claims) and all(phase_of(claim) == "Bound" for claim in claims)

    async def _work(self, pod: Object, seconds: float, what: str) -> None:
        await self._lab.clock.work(seconds, owner=pod["metadata"]["labels"]["vmID"], what=what)

    async def _convert(self, pod: Object) -> None:
        speech = Speech(self._lab.clock.speed)
        self._say(pod, *speech.beginning(_source(pod)))
        if chosen(self._lab, Fault.HANG):
            return
        await self._work(pod, _CONVERSION_SECONDS, "guest conversion")
        machine = any_machine(self._lab.world, pod["metadata"]["labels"]["vmID"])
        if machine is None or chosen(self._lab, Fault.CONVERSION):
            self._say(pod, *NO_GUEST)
            self._phase(pod, "Failed")
            return
        self._say(pod, *speech.converting(machine))
        if annotation(pod, "forklift.konveyor.io/conversion-type") == "Remote":
            await self._copy(pod, machine, speech)
            return
        self._convert_in_place(pod)
        self._say(pod, speech.finishing())
        self._phase(pod, "Succeeded")

    def _say(self, pod: Object, *lines: str) -> None:
        self._lab.logs.append(uid_of(pod), CONTAINER, *lines)

    def _convert_in_place(self, pod: Object) -> None:
        """Somebody else has copied the disks; what changes is the guest on them."""
        if not self._alive(pod):
            return
        for claim in self._claims(pod):
            volume = self._lab.world.volumes.get(uid_of(claim))
            if volume is not None and volume.guest is not None:
                volume.guest = self._converted(pod, volume.guest)

    def _converted(self, pod: Object, guest: Guest) -> Guest:
        found = static_addresses.arrived(guest, _addresses(pod))
        edit = defect_of(self._lab).guest
        if edit is not None:
            edit(found)
        return found

    async def _copy(self, pod: Object, machine: Machine, speech: Speech) -> None:
        disks = by_controller(machine.disks)
        shares = self._toolkit.metrics[uid_of(pod)] = [0.0] * len(disks)
        for index, disk in enumerate(disks):
            self._say(pod, speech.stage(f"Copying disk {index + 1}/{len(disks)}"))
            for portion in range(1, _PORTIONS + 1):
                await self._work(pod, max(3.0, disk.size / GIB * _SECONDS_PER_GIB) / _PORTIONS, "copy disk")
                if not self._alive(pod):
                    return
                shares[index] = portion * 100 / _PORTIONS
                if portion > 1 and chosen(self._lab, Fault.DISK_TRANSFER):
                    self._say(pod, *BROKEN_COPY)
                    self._phase(pod, "Failed")
                    return
        self._arrive(pod, machine, disks)
        self._say(pod, speech.stage("Creating output metadata"), speech.finishing())
        self._phase(pod, "Succeeded")

    def _alive(self, pod: Object) -> bool:
        current = self._lab.store.get("Pod", namespace_of(pod), name_of(pod))
        return current is not None and uid_of(current) == uid_of(pod)

    def _arrive(self, pod: Object, machine: Machine, disks: list[Disk]) -> None:
        """Content is written to the claims that say which disk they are for; the guest sits on the first disk."""
        claims = {annotation(claim, DISK_SOURCE): claim for claim in self._claims(pod)}
        for index, disk in enumerate(disks):
            guest = self._converted(pod, machine.guest) if index == 0 else None
            volume = Volume(
                size=disk.size, digest=disk.digest, files=disk.files, guest=guest, source_machine=machine.id
            )
            self._lab.world.volumes[uid_of(claims[disk.file])] = volume

    def _phase(self, pod: Object, phase: str) -> None:
        if not self._alive(pod):
            return
        status: Object = {"phase": phase, "startTime": self._lab.clock.stamp()}
        if phase == "Running":
            status["podIP"] = "10.129.1.7"
        if phase in ("Succeeded", "Failed"):
            ended = {"exitCode": int(phase == "Failed"), "reason": "Completed" if phase == "Succeeded" else "Error"}
            status["containerStatuses"] = [{"name": CONTAINER, "state": {"terminated": ended}, "restartCount": 0}]
        self._lab.store.set_status("Pod", namespace_of(pod), name_of(pod), status)


def _ours(pod: Object) -> bool:
    return bool((pod["metadata"].get("labels") or {}).get(APP) == APP_NAME)


def _addresses(pod: Object) -> str:
    """The list of addresses that the pod was given; empty when the Plan keeps none."""
    return _told(pod, static_addresses.VARIABLE)


def _source(pod: Object) -> str:
    """Where virt-v2v reads, as it says it itself."""
    if _told(pod, "V2V_source") == "ova":
        return f"-i ova {_told(pod, 'V2V_diskPath')}"
    return f"-i libvirt {_told(pod, 'V2V_vmName')}"


def _told(pod: Object, variable: str) -> str:
    environment = pod["spec"]["containers"][0].get("env") or []
    return next((str(item["value"]) for item in environment if item["name"] == variable), "")
