"""Pods of `oc adm must-gather`: the one image that is known here gathers, any other cannot be pulled."""

import hashlib
from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.kernel.archiving import archiver
from lab.mtv.furniture import must_gather_image
from lab.mtv.gathering import script
from lab.mtv.gathering.dump import Dump
from lab.mtv.toolkit import Toolkit
from lab.virtualization.anatomy import name_of, namespace_of, phase_of, uid_of
from lab.virtualization.launcher import unschedulable_status
from lab.virtualization.placement import place

_GATHER, _COPY = "gather", "copy"
_PULL_SECONDS, _GATHER_SECONDS = 4.0, 6.0
_FOLDER = "/must-gather"
_CHECKER = "[disk usage checker]"
_USAGE = (f"{_CHECKER} Started", f"{_CHECKER} Volume usage percentage: current = 26 ; allowed = 70")


class GatherPods:
    """The folder is served by the container `copy` once `gather` has ended; both share a volume."""

    watches: tuple[str, ...] = ("Pod",)

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit, self._lab = toolkit, toolkit.lab
        self._image = must_gather_image(toolkit.release)
        self._served: dict[Ref, str] = {}

    def refs(self, obj: Object) -> Iterable[Ref]:
        return (Ref("Pod", namespace_of(obj), name_of(obj)),) if _ours(obj) else ()

    async def reconcile(self, ref: Ref) -> float | None:
        pod = self._lab.store.get("Pod", ref.namespace, ref.name)
        if pod is None:
            self._lab.programs.pop((self._served.pop(ref, ""), _COPY), None)
        elif phase_of(pod) == "Pending" and "conditions" not in pod["status"]:
            await self._begin(ref, pod)
        return None

    async def _begin(self, ref: Ref, pod: Object) -> None:
        placed = place(self._lab.store, pod)
        if not placed.node:
            self._set(pod, unschedulable_status(placed.message, self._lab.clock.stamp()))
            return
        self._lab.store.patch("Pod", ref.namespace, ref.name, {"spec": {"nodeName": placed.node}})
        await self._lab.clock.work(_PULL_SECONDS, owner=ref.name, what="must-gather pull")
        if any(container["image"] != self._image for container in pod["spec"]["containers"]):
            self._set(pod, self._status(pod, dict.fromkeys((_GATHER, _COPY), _unknown(pod)), "Pending"))
            return
        self._served[ref] = uid_of(pod)
        await self._gather(pod)

    async def _gather(self, pod: Object) -> None:
        running, dump = {"running": {"startedAt": self._lab.clock.stamp()}}, Dump(self._lab)
        self._set(pod, self._status(pod, {_GATHER: running, _COPY: running}))
        self._lab.logs.append(uid_of(pod), _GATHER, *_USAGE)
        await self._lab.clock.work(_GATHER_SECONDS, owner=name_of(pod), what="must-gather")
        left = script.run(dump, pod)
        files = {f"{_FOLDER}/": b""} | {f"{_FOLDER}/{name}": content for name, content in left.items()}
        self._lab.logs.append(uid_of(pod), _GATHER, *dump.said, "Caches written to disk")
        if self._set(pod, self._status(pod, {_GATHER: self._ended(running), _COPY: running})):
            self._lab.programs[uid_of(pod), _COPY] = archiver(files)

    def _ended(self, running: Object) -> Object:
        times = {"startedAt": running["running"]["startedAt"], "finishedAt": self._lab.clock.stamp()}
        return {"terminated": {"exitCode": 0, "reason": "Completed", **times}}

    def _status(self, pod: Object, states: dict[str, Object], phase: str = "Running") -> Object:
        images = {item["name"]: item["image"] for item in pod["spec"]["containers"]}
        shown = [
            {
                "name": name,
                "state": state,
                "ready": "running" in state,
                "restartCount": 0,
                "image": images.get(name, ""),
                "imageID": "" if "waiting" in state else _digested(images[name]),
            }
            for name, state in states.items()
        ]
        placed = {"type": "PodScheduled", "status": "True", "lastTransitionTime": self._lab.clock.stamp()}
        return {"phase": phase, "conditions": [placed], "containerStatuses": shown}

    def _set(self, pod: Object, status: Object) -> bool:
        """False when the pod has been deleted meanwhile."""
        current = self._lab.store.get("Pod", namespace_of(pod), name_of(pod))
        if current is None or uid_of(current) != uid_of(pod):
            return False
        self._lab.store.set_status("Pod", namespace_of(pod), name_of(pod), status)
        return True


def _ours(pod: Object) -> bool:
    return bool((pod["metadata"].get("labels") or {}).get("app") == "must-gather")


def _unknown(pod: Object) -> Object:
    image = pod["spec"]["containers"][0]["image"]
    message = f"the embedded lab has no image {image}, only the one that MTV's operator names"
    return {"waiting": {"reason": "ErrImagePull", "message": message}}


def _digested(image: str) -> str:
    """A repository and a digest, which is how nodes name what they run."""
    return f"{image.rpartition(':')[0]}@sha256:{hashlib.sha256(image.encode()).hexdigest()}"
