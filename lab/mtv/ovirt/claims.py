"""Claims that a populator fills with the disks of a machine: a cold migration to the own cluster (forklift.md 3.6)."""

from lab.cluster.store import Object
from lab.defects.catalogue import defect_of
from lab.kernel.addresses import endpoint
from lab.mtv.populators.claims import Copied, claim_of, made_for, populator
from lab.mtv.populators.secrets import credentials
from lab.mtv.vm_run import DISK_SOURCE, VmRun

_POPULATOR = "OvirtVolumePopulator"


def ensure_claims(run: VmRun) -> None:
    """One per disk; those that an earlier pass made stay as they are."""
    secret = credentials(run)
    for disk in run.disks:
        id_ = run.disk_name(disk)
        copied = Copied(id_, "diskID", disk.size, disk.datastore, {DISK_SOURCE: id_})
        if made_for(run, _POPULATOR, copied):
            continue
        source = populator(run, _POPULATOR, copied, name=id_, spec=_spec(run, id_, secret))
        claim, edit = claim_of(run, copied, run.client.create(source)), defect_of(run.lab).claim
        if edit is not None:
            edit(claim, disk is run.disks[0])
        run.client.create(claim)


def _spec(run: VmRun, disk: str, secret: str) -> Object:
    at = endpoint(str((run.view.pair.source or {"spec": {}})["spec"].get("url", "")))
    return {"engineUrl": f"https://{at.host}:{at.port}", "engineSecretName": secret, "diskId": disk}
