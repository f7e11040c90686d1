"""The phases that an engine's machine goes through in its own way."""

from lab.cluster.store import Object
from lab.defects.catalogue import chosen, defect_of
from lab.defects.model import Fault
from lab.mtv import vm_objects
from lab.mtv.itineraries import step_of
from lab.mtv.ovirt.claims import ensure_claims
from lab.mtv.ovirt.snapshots import checkpoint, taken, user_of
from lab.mtv.ovirt.volumes import certificates, data_volumes
from lab.mtv.phases import disks as disk_phases
from lab.mtv.phases import target as target_phases
from lab.mtv.phases.handlers import handles, onward
from lab.mtv.phases.warm import DESCRIPTION
from lab.mtv.populators.consumers import forget_consumer, have_consumer
from lab.mtv.populators.progress import follow_claims, own_populators
from lab.mtv.precopies import begin_precopy
from lab.mtv.vm_run import VmRun
from lab.ovirt.engine import engine_of
from lab.ovirt.faults import Refused
from lab.ovirt.ids import snapshot_id
from lab.ovirt.operations.power import end_guest
from lab.ovirt.operations.snapshots import take
from lab.virtualization.anatomy import annotation, name_of, namespace_of
from lab.world.model import Disk

SOURCE = "ovirt"


@handles("PowerOffSource", source=SOURCE)
def power_off_source(run: VmRun) -> str | None:
    """The guest is asked to end; the engine pulls the plug of one that is not up."""
    source = run.source
    if source is None or source.power == "off" or chosen(run.lab, Fault.ENGINE_SOURCE_RUNS):
        return onward(run)
    try:
        end_guest(engine_of(run.lab), source, user_of(run))
    except Refused as refusal:
        run.fail(_step(run), refusal.detail)
        return None
    return onward(run)


@handles("WaitForPowerOff", source=SOURCE)
def wait_for_power_off(run: VmRun) -> str | None:
    source = run.source
    off = source is None or source.power == "off" or chosen(run.lab, Fault.ENGINE_SOURCE_RUNS)
    return onward(run) if off else None


@handles("CreateDataVolumes", source=SOURCE)
def create_disks(run: VmRun) -> str | None:
    """By populators where nobody has to bridge clusters or come back for changes, else by CDI."""
    if _populates(run):
        ensure_claims(run)
        have_consumer(run)
    elif not run.objects("DataVolume"):
        secret = name_of(run.client.create(vm_objects.secret(run, "isDV")))
        volumes = list(data_volumes(run, secret, name_of(run.client.create(certificates(run)))))
        edit = defect_of(run.lab).disks
        if edit is not None:
            edit(volumes)
        for volume in volumes:
            run.client.create(volume)
    return onward(run)


def _populates(run: VmRun) -> bool:
    return run.view.mode == "cold" and run.view.to_host


@handles("CopyDisks", source=SOURCE)
def copy_disks(run: VmRun) -> str | None:
    return follow_claims(run, run.claims()) if _populates(run) else disk_phases.copy_disks(run)


@handles("CreateInitialSnapshot", "CreateSnapshot", "CreateFinalSnapshot", source=SOURCE)
def create_snapshot(run: VmRun) -> str | None:
    """An engine that is busy with the machine is asked again."""
    source = run.source
    if source is None:
        run.fail(_step(run), "VM source lookup failed")
        return None
    try:
        snapshot = take(engine_of(run.lab), source, DESCRIPTION, user_of(run))
    except Refused:
        return None
    begin_precopy(run, run.step(_step(run)), snapshot_id(source, snapshot))
    return onward(run)


@handles("WaitForInitialSnapshot", "WaitForSnapshot", "WaitForFinalSnapshot", source=SOURCE)
def wait_for_snapshot(run: VmRun) -> str | None:
    """Until its job at the engine is done."""
    id_ = run.status["warm"]["precopies"][-1]["snapshot"]
    if run.source is None or taken(run.source, id_) is None:
        run.fail(_step(run), "Snapshot creation failed!")
        return None
    return None if id_ in engine_of(run.lab).locked else onward(run)


@handles("AddCheckpoint", source=SOURCE)
def add_checkpoint(run: VmRun) -> str | None:
    return _checkpointed(run, final=False)


@handles("AddFinalCheckpoint", source=SOURCE)
def add_final_checkpoint(run: VmRun) -> str | None:
    return _checkpointed(run, final=True)


def _checkpointed(run: VmRun, *, final: bool) -> str | None:
    disks = {run.disk_name(disk): disk for disk in run.disks}
    for volume in run.objects("DataVolume"):
        disk = disks.get(annotation(volume, "forklift.konveyor.io/disk-source"))
        if disk is not None and not _add(run, volume, disk, final=final):
            return None
    return onward(run) if final else "CopyDisks"


def _add(run: VmRun, volume: Object, disk: Disk, *, final: bool) -> bool:
    try:
        added = checkpoint(run, disk)
    except LookupError as gone:
        run.fail(_step(run), str(gone))
        return False
    others = [item for item in volume["spec"]["checkpoints"] if item["current"] != added["current"]]
    change = {"spec": {"checkpoints": [*others, added], "finalCheckpoint": final}}
    run.client.patch("DataVolume", namespace_of(volume), name_of(volume), change)
    return True


@handles("CreateVM", source=SOURCE)
def create_vm(run: VmRun) -> str | None:
    """As for any source; then each populator goes with its claim, and nobody waits for the claims any more."""
    after = target_phases.create_vm(run)
    if after is not None and run.view.to_host:
        own_populators(run)
        forget_consumer(run)
    return after


def _step(run: VmRun) -> str:
    return step_of(run.vm, str(run.status["phase"]))
