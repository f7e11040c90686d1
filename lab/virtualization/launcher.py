"""The virt-launcher pod of a machine instance."""

import json

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import name_of, namespace_of, owner_reference, phase_of, uid_of
from lab.virtualization.attachments import ASKED, wanted
from lab.virtualization.quantities import parse, show

_OVERHEAD = 256 * 1024**2
"""Bytes that libvirt and qemu need beside the guest's memory."""
_OWN_NODES = {"kubevirt.io/schedulable": "true", "kubernetes.io/arch": "amd64"}
"""What KubeVirt itself asks of a node."""


def launcher_pod(instance: Object) -> Object:
    """Labels of the instance are on the pod, as are selector, affinity and tolerations (facts 3.1, 3.2)."""
    spec, name = instance["spec"], name_of(instance)
    labels = (instance["metadata"].get("labels") or {}) | {
        "kubevirt.io": "virt-launcher",
        "kubevirt.io/created-by": uid_of(instance),
        "vm.kubevirt.io/name": name[:63],
        "vmi.kubevirt.io/id": name[:63],
    }
    pod_spec: Object = {
        "restartPolicy": "Never",
        "containers": [
            {
                "name": "compute",
                "image": "registry.lab.test/cnv/virt-launcher:4.20",
                "resources": {"requests": {"cpu": _cpu(spec), "memory": _memory(spec)}},
            }
        ],
        "volumes": [_volume(volume) for volume in spec.get("volumes") or []],
    }
    attached = wanted(instance)
    placement = {key: spec[key] for key in ("affinity", "tolerations") if key in spec}
    placement["nodeSelector"] = {**_OWN_NODES, **(spec.get("nodeSelector") or {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": f"virt-launcher-{name}-",
            "namespace": namespace_of(instance),
            "labels": labels,
            "annotations": {"kubevirt.io/domain": name} | ({ASKED: json.dumps(attached)} if attached else {}),
            "ownerReferences": [owner_reference(instance)],
        },
        "spec": pod_spec | placement,
    }


def _cpu(spec: Object) -> str:
    cpu = spec["domain"].get("cpu") or {}
    count = int(cpu.get("sockets", 1)) * int(cpu.get("cores", 1)) * int(cpu.get("threads", 1))
    return f"{count * 100}m"


def _memory(spec: Object) -> str:
    guest = (spec["domain"].get("memory") or {}).get("guest", "1Gi")
    return show(parse(guest) + _OVERHEAD)


def _volume(volume: Object) -> Object:
    claim = volume.get("persistentVolumeClaim", {}).get("claimName") or volume.get("dataVolume", {}).get("name")
    if claim:
        return {"name": volume["name"], "persistentVolumeClaim": {"claimName": claim}}
    return {"name": volume["name"], "emptyDir": {}}


def live_launcher(lab: Lab, instance: Object) -> Object | None:
    """The pod that runs the instance, None before it exists and after it ended."""
    pods = lab.store.list("Pod", namespace_of(instance), {"kubevirt.io/created-by": uid_of(instance)})
    return next((pod for pod in pods if phase_of(pod) not in ("Succeeded", "Failed")), None)


def running_status(address: str, stamp: str) -> Object:
    """Status of a launcher pod whose container runs."""
    types = ("PodScheduled", "Initialized", "ContainersReady", "Ready")
    return {
        "phase": "Running",
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": stamp,
        "conditions": [{"type": type_, "status": "True", "lastTransitionTime": stamp} for type_ in types],
        "containerStatuses": [
            {
                "name": "compute",
                "ready": True,
                "started": True,
                "restartCount": 0,
                "image": "registry.lab.test/cnv/virt-launcher:4.20",
                "state": {"running": {"startedAt": stamp}},
            }
        ],
    }


def unschedulable_status(message: str, stamp: str) -> Object:
    """Status of a pod that fits on no node."""
    blocked = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": message,
        "lastTransitionTime": stamp,
    }
    return {"phase": "Pending", "conditions": [blocked]}
