"""Phases that machines of a cluster go through in their own way: switched off by their strategy, fetched as exports."""

from collections.abc import Iterator
from http import HTTPStatus

from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.defects.catalogue import defect_of
from lab.mtv.object_names import claim_names
from lab.mtv.openshift import exporting
from lab.mtv.openshift.belongings import bring
from lab.mtv.openshift.estate import switch
from lab.mtv.openshift.source import source_client, source_object
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.phases.target import create_vm as create_any
from lab.mtv.platforms import OPENSHIFT
from lab.mtv.vm_objects import opaque, plain
from lab.mtv.vm_run import DISK_INDEX, DISK_SOURCE, VmRun
from lab.virtualization.anatomy import name_of
from lab.virtualization.claims import IMMEDIATE
from lab.virtualization.quantities import show


@handles("PowerOffSource", source=OPENSHIFT)
def power_off_source(run: VmRun) -> str | None:
    """Off by its specification is off for MTV; that its guest is still on its way down shows at the export."""
    switch(source_client(run), run.id, on=False)
    return onward(run)


@handles("CreateDataVolumes", source=OPENSHIFT)
def create_data_volumes(run: VmRun) -> str | None:
    """Nothing until the export is ready; then the token and the authority first, since DataVolumes name them."""
    export = exporting.ensured(source_client(run), run.vm.machine.home, run.vm.machine.name)
    if not exporting.is_ready(export):
        return None
    if not run.objects("DataVolume"):
        _make(run, export)
    return onward(run)


@handles("CreateVM", source=OPENSHIFT)
def create_vm(run: VmRun) -> str | None:
    """What its volumes and credentials name comes along before it does."""
    bring(run, source_object(run)["spec"]["template"]["spec"])
    return create_any(run)


def _make(run: VmRun, export: Object) -> None:
    """A name that is taken is taken for one's own, whoever made it (adapter/ocp/builder.go, DataVolumes)."""
    fetched = exporting.urls(export)
    volumes = list(_volumes(run, export, fetched)) if fetched else []
    edit = defect_of(run.lab).disks
    if edit is not None:
        edit(volumes)
    for volume in volumes:
        try:
            run.client.create(volume)
        except Refused as clash:
            if clash.code != HTTPStatus.CONFLICT:
                raise


def _volumes(run: VmRun, export: Object, fetched: dict[str, str]) -> Iterator[Object]:
    header = exporting.token_header(source_client(run), export)
    secret = run.client.create(plain(run, "Secret", {"isDV": "true"}) | opaque({"token": header}))
    authority = run.client.create(plain(run, "ConfigMap", {}) | {"data": {"ca.pem": exporting.authority(export)}})
    trust = {"certConfigMap": name_of(authority), "secretExtraHeaders": [name_of(secret)]}
    for index, disk in enumerate(run.disks):
        labels = run.labels()
        annotations = labels | {
            DISK_SOURCE: run.disk_name(disk),
            DISK_INDEX: str(index),
            "cdi.kubevirt.io/storage.deleteAfterCompletion": "false",
            IMMEDIATE: "true",
        }
        metadata = {
            **claim_names(run, index, disk),
            "namespace": run.namespace,
            "labels": labels,
            "annotations": annotations,
        }
        wanted = run.view.storage_destination(disk.datastore) or {}
        storage: Object = {"resources": {"requests": {"storage": show(disk.size)}}}
        if wanted.get("storageClass"):
            storage |= {"storageClassName": wanted["storageClass"]}
        yield {
            "apiVersion": "cdi.kubevirt.io/v1beta1",
            "kind": "DataVolume",
            "metadata": metadata,
            "spec": {"source": {"http": {"url": fetched[disk.label], **trust}}, "storage": storage},
        }
