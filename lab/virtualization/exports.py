"""VirtualMachineExports: the disks of a machine that is off are handed out by a pod, until the export goes."""

from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import claims_of, deleting, name_of, namespace_of, owner_named, phase_of, uid_of
from lab.virtualization.conditions import Condition, merged
from lab.virtualization.export_forms import (
    KIND,
    base_path,
    expires,
    exporter_pod,
    links,
    pod_name,
    service,
    token_secret,
    volume_path,
)
from lab.virtualization.strategies import FINAL
from lab.world.model import Served

ENDPOINT = "export"
"""Where the export proxy of a cluster listens, in `Lab.endpoints`."""
_MACHINE, _INSTANCE, _CLAIM = "VirtualMachine", "VirtualMachineInstance", "PersistentVolumeClaim"
_START_SECONDS = 5.0
"""The readiness probe of the exporter pod begins after as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disks:
    """What is to be exported, and why that cannot be done now (`reason` empty: it can)."""

    claims: tuple[Object, ...] = ()
    reason: str = ""
    message: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name_of(claim) for claim in self.claims)


@dataclass(slots=True)
class Exports:
    """As kubevirt/kubevirt, pkg/storage/export/export; a machine is the only source that the lab exports."""

    lab: Lab
    watches: tuple[str, ...] = field(default=(KIND, _MACHINE, _INSTANCE, _CLAIM, "Pod"), init=False)

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] == KIND:
            return (Ref(KIND, namespace_of(obj), name_of(obj)),)
        if obj["kind"] == "Pod":
            owner = owner_named(obj, KIND)
            return (Ref(KIND, namespace_of(obj), owner),) if owner else ()
        around = self.lab.store.list(KIND, namespace_of(obj))
        return [Ref(KIND, namespace_of(item), name_of(item)) for item in around]

    async def reconcile(self, ref: Ref) -> float | None:
        export = self.lab.store.get(KIND, ref.namespace, ref.name)
        if export is None or deleting(export):
            self._withdraw(ref.namespace, ref.name)
            return None
        source = export["spec"]["source"]
        if source["kind"] != _MACHINE:
            self.lab.requests.refused[f"VirtualMachineExport of a {source['kind']}"] += 1
            return None
        left = (expires(export) - datetime.now(UTC)).total_seconds()
        if left <= 0:
            self.lab.store.delete(KIND, ref.namespace, ref.name, uid=uid_of(export))
            return None
        self._ensure(service(export))
        disks = self._disks(export)
        if disks.reason:
            self._pause(export, disks)
        else:
            await self._serve(export, disks)
        return left

    # -- what is to be exported

    def _disks(self, export: Object) -> Disks:
        store, namespace, name = self.lab.store, namespace_of(export), export["spec"]["source"]["name"]
        machine, subject = store.get(_MACHINE, namespace, name), f"Virtual Machine {namespace}/{name}"
        if machine is None:
            return Disks(reason="VMNotFound", message=f"{subject} not found")
        wanted = list(claims_of(machine["spec"]["template"]["spec"]))
        claims = tuple(claim for it in wanted if (claim := store.get(_CLAIM, namespace, it)) is not None)
        if not wanted:
            return Disks(reason="VMNoVolumes", message=f"{subject} has no volumes")
        if len(claims) < len(wanted) or not all(self._filled(claim) for claim in claims):
            message = f"Not all volumes in the {subject} are populated"
            return Disks(claims=claims, reason="VolumesNotPopulated", message=message)
        instance = store.get(_INSTANCE, namespace, name)
        if instance is not None and phase_of(instance) not in FINAL:
            return Disks(claims=claims, reason="InUse", message=f"{subject} is running")
        return Disks(claims=claims)

    def _filled(self, claim: Object) -> bool:
        """By its DataVolume, if one fills it."""
        owner = owner_named(claim, "DataVolume")
        volume = self.lab.store.get("DataVolume", namespace_of(claim), owner) if owner else None
        return phase_of(claim) == "Bound" and (not owner or (volume is not None and phase_of(volume) == "Succeeded"))

    # -- handing it out

    def _pause(self, export: Object, disks: Disks) -> None:
        """Whoever serves a disk that is being written to stops; without any disk there is nothing to serve."""
        self._withdraw(namespace_of(export), name_of(export))
        pod = self.lab.store.get("Pod", namespace_of(export), pod_name(export))
        if pod is not None:
            self.lab.store.delete("Pod", namespace_of(pod), name_of(pod), uid=uid_of(pod))
        phase = "Skipped" if disks.reason in ("VMNoVolumes", "VMNotFound") else "Pending"
        self._report(export, phase, Condition("Ready", False, disks.reason, disks.message))

    async def _serve(self, export: Object, disks: Disks) -> None:
        token = self._ensure(token_secret(export))
        pod = self._ensure(exporter_pod(export, disks.names, name_of(token)))
        key = ("Pod", namespace_of(pod), name_of(pod))
        if phase_of(pod) != "Running":
            self._report(export, "Pending", Condition("Ready", False, "PodPending"), tokenSecretRef=name_of(token))
            self.lab.store.set_status(*key, {"phase": "Pending"})
            await self.lab.clock.work(_START_SECONDS, owner=uid_of(export), what="exporter start")
            ready = {"type": "Ready", "status": "True", "lastTransitionTime": self.lab.clock.stamp()}
            self.lab.store.set_status(*key, {"phase": "Running", "conditions": [ready]})
            return  # the pod's new phase brings the next visit
        host = self.lab.endpoints[ENDPOINT]
        for claim in disks.claims:
            self._hand_out(host + volume_path(export, name_of(claim)), claim, token)
        inside = f"{name_of(service(export))}.{namespace_of(export)}.svc"
        shown = links(export, disks.names, host=host, inside=inside, authority=self.lab.authority.ca_pem.strip())
        ready_now = Condition("Ready", True, "PodReady")
        self._report(export, "Ready", ready_now, tokenSecretRef=name_of(token), links=shown)

    def _hand_out(self, url: str, claim: Object, token: Object) -> None:
        volume = self.lab.world.volumes.get(uid_of(claim))
        if volume is not None:
            secret = b64decode(token["data"]["token"]).decode()
            self.lab.world.served[url] = Served(token=secret, volume=volume)

    def _withdraw(self, namespace: str, name: str) -> None:
        root = f"{self.lab.endpoints[ENDPOINT]}{base_path(namespace, name)}/"
        for url in [url for url in self.lab.world.served if url.startswith(root)]:
            del self.lab.world.served[url]

    def _ensure(self, wanted: Object) -> Object:
        found = self.lab.store.get(wanted["kind"], namespace_of(wanted), name_of(wanted))
        return found if found is not None else self.lab.store.create(wanted)

    def _report(self, export: Object, phase: str, ready: Condition, **more: object) -> None:
        key = (KIND, namespace_of(export), name_of(export))
        current = self.lab.store.get(*key)
        if current is None or uid_of(current) != uid_of(export):
            return
        before = (current.get("status") or {}).get("conditions", ())
        status = {
            "phase": phase,
            "serviceName": name_of(service(export)),
            "virtualMachineName": export["spec"]["source"]["name"],
            "links": {},
            "ttlExpirationTime": expires(export).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "conditions": merged(before, [ready], self.lab.clock.stamp()),
        }
        self.lab.store.set_status(*key, status | more)
