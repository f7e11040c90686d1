"""The pods of provider servers: they start when the export can be mounted, and hang in ContainerCreating otherwise."""

from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.ova.objects import SERVER, provider_labels
from lab.virtualization.anatomy import (
    claims_of,
    deleting,
    name_of,
    namespace_of,
    owner_reference,
    phase_of,
    uid_of,
)
from lab.virtualization.events import emit

_START_SECONDS = 6.0
"""Until the first readiness probe, which is made after five."""


class ServerPods:
    """Deployment controller and kubelet for these Deployments alone: the lab's others are furniture."""

    watches: tuple[str, ...] = ("Deployment", "PersistentVolumeClaim", "Pod")

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        labels = obj["metadata"].get("labels") or {}
        if labels.get("subapp") != SERVER:
            return ()
        found = self._lab.store.list("Deployment", namespace_of(obj), provider_labels(str(labels.get("provider"))))
        return [Ref("Deployment", namespace_of(item), name_of(item)) for item in found]

    async def reconcile(self, ref: Ref) -> float | None:
        deployment = self._lab.store.get("Deployment", ref.namespace, ref.name)
        if deployment is None or deleting(deployment):
            return None
        pod = self._pod(deployment)
        if phase_of(pod) == "Pending" and self._mounts(pod):
            await self._lab.clock.work(_START_SECONDS, owner=uid_of(pod), what="provider server start")
            self._run(pod)
        self._count(deployment, phase_of(self._pod(deployment)) == "Running")
        return None

    def _pod(self, deployment: Object) -> Object:
        store, template = self._lab.store, deployment["spec"]["template"]
        found = store.list("Pod", namespace_of(deployment), template["metadata"]["labels"])
        if found:
            return found[0]
        metadata = template["metadata"] | {
            "generateName": f"{name_of(deployment)}-6c5f7d8b9-",
            "namespace": namespace_of(deployment),
            "ownerReferences": [owner_reference(deployment)],
        }
        spec = template["spec"] | {"nodeName": self._lab.world.nodes[0].name}
        waiting = {"name": "main", "ready": False, "restartCount": 0, "state": {"waiting": _CREATING}}
        status = {"phase": "Pending", "containerStatuses": [waiting]}
        return store.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status})

    def _mounts(self, pod: Object) -> bool:
        """Whether its volume is bound and the export is there; what fails is told as an event."""
        (name,) = claims_of(pod["spec"])
        claim = self._lab.store.get("PersistentVolumeClaim", namespace_of(pod), name)
        if claim is None or phase_of(claim) != "Bound":
            return False
        volume = self._lab.store.get("PersistentVolume", "", str(claim["spec"]["volumeName"]))
        export = volume["spec"]["nfs"] if volume is not None else {"server": "", "path": ""}
        problem = self._problem(str(export["server"]), str(export["path"]))
        if problem:
            message = f'MountVolume.SetUp failed for volume "{claim["spec"]["volumeName"]}" : mount failed: {problem}'
            emit(self._lab, pod, "FailedMount", message, warning=True)
        return not problem

    def _problem(self, server: str, path: str) -> str:
        known = self._lab.world.export
        if server != known.server:
            return f"mount.nfs: Failed to resolve server {server}: Name or service not known"
        if path.rstrip("/") != known.path:
            return f"mount.nfs: mounting {server}:{path} failed, reason given by server: No such file or directory"
        return ""

    def _run(self, pod: Object) -> None:
        current = self._lab.store.get("Pod", namespace_of(pod), name_of(pod))
        if current is None or uid_of(current) != uid_of(pod) or deleting(current):
            return
        running = {"name": "main", "ready": True, "restartCount": 0, "state": {"running": {}}}
        ready = {"type": "Ready", "status": "True"}
        status = {"phase": "Running", "podIP": "10.129.1.9", "conditions": [ready], "containerStatuses": [running]}
        self._lab.store.set_status("Pod", namespace_of(pod), name_of(pod), status)

    def _count(self, deployment: Object, up: bool) -> None:
        status: Object = {"replicas": 1, "updatedReplicas": 1}
        status |= {"readyReplicas": 1, "availableReplicas": 1} if up else {"unavailableReplicas": 1}
        current = self._lab.store.get("Deployment", namespace_of(deployment), name_of(deployment))
        if current is not None and current.get("status") != status:
            self._lab.store.set_status("Deployment", namespace_of(deployment), name_of(deployment), status)


_CREATING = {"reason": "ContainerCreating"}
