"""The volume and claim through which a conversion pod gets at the export; they stay until the Plan is archived.

kubev2v/forklift v2.12.5, pkg/controller/plan/kubevirt.go. The volume's label `migration` is a name where everything
else has the uid there.
"""

from collections.abc import Iterator

from lab.cluster.clients import Objects
from lab.cluster.store import Object
from lab.mtv.plan_view import PlanView
from lab.mtv.vm_run import VmRun
from lab.ova.objects import nfs_claim, nfs_volume
from lab.virtualization.anatomy import name_of, uid_of

VOLUME, MOUNT = "store-pv", "/ova"
_CLAIM, _PERSISTENT = {"ova": "nfs-pvc"}, {"ova": "nfs-pv"}


def export_claim(run: VmRun) -> str:
    """Make both unless a former pass has; returns the claim's name."""
    found = run.objects("PersistentVolumeClaim", **_CLAIM)
    if found:
        return name_of(found[0])
    provider = run.view.pair.source or {"metadata": {"name": ""}, "spec": {}}
    labels = run.labels() | {"provider": name_of(provider), "app": "forklift"}
    del labels["resource"]
    prefix = f"{name_of(provider)}-{run.view.name}-"
    named = labels | _PERSISTENT | {"migration": _migration(run)}
    volume = run.client.create(
        nfs_volume({"generateName": f"ova-store-pv-{prefix}", "labels": named}, str(provider["spec"]["url"]))
    )
    metadata = {
        "generateName": f"ova-store-pvc-{prefix}",
        "namespace": run.namespace,
        "labels": labels | _CLAIM,
    }
    return name_of(run.client.create(nfs_claim(metadata, name_of(volume))))


def _migration(run: VmRun) -> str:
    """The name of the Migration that runs."""
    found = run.lab.store.list("Migration", run.view.namespace)
    return next((name_of(item) for item in found if uid_of(item) == run.migration), "")


def left_of(view: PlanView, client: Objects) -> Iterator[Object]:
    """What archiving a Plan takes away, claims first."""
    plan = {"plan": view.uid}
    yield from client.list("PersistentVolumeClaim", view.target_namespace, plan | _CLAIM)
    yield from client.list("PersistentVolume", None, plan | _PERSISTENT)
