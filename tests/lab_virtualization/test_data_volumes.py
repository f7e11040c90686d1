"""DataVolumes (checklist item 8 of facts/openshift.md section 9, section 4.1)."""

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

Object = dict[str, Any]


def phase(obj: Object) -> str:
    return str(obj.get("status", {}).get("phase", ""))


def succeeded(obj: Object) -> bool:
    return phase(obj) == "Succeeded"


def test_a_blank_volume_goes_through_its_phases(destination: "Destination", yard: "Yard") -> None:
    """Item 8: each phase is a version of its own, and progress only grows."""
    start = partial(destination.lab.store.create, yard.data_volume("d"))
    seen = destination.until("DataVolume", "d", succeeded, after=start)
    phases = list(dict.fromkeys(phase(item) for item in seen if phase(item)))
    progress = [item["status"]["progress"] for item in seen if phase(item) == "ImportInProgress"]
    assert phases == ["Pending", "ImportScheduled", "ImportInProgress", "Succeeded"]
    assert progress == sorted(progress)
    assert len(progress) > 3
    assert seen[-1]["status"]["progress"] == "100.0%"
    assert seen[-1]["status"]["claimName"] == "d"


def test_the_claim_carries_labels_and_annotations_of_its_volume(destination: "Destination", yard: "Yard") -> None:
    """Item 8: what pairs disks after a migration is on the claim, too."""
    source = {"forklift.konveyor.io/disk-source": "[ds] a/a.vmdk"}
    destination.create(yard.data_volume("d", labels={"vmID": "vm-1"}, annotations=source))
    destination.until("DataVolume", "d", succeeded)
    claim = destination.get("PersistentVolumeClaim", "d")
    assert claim is not None
    assert claim["metadata"]["labels"]["vmID"] == "vm-1"
    assert claim["metadata"]["labels"]["app"] == "containerized-data-importer"
    assert source.items() <= claim["metadata"]["annotations"].items()
    assert claim["metadata"]["ownerReferences"][0]["kind"] == "DataVolume"
    assert phase(claim) == "Bound"


def test_a_prime_claim_appears_and_vanishes(destination: "Destination", yard: "Yard") -> None:
    """Item 8: `prime-<uid>` is owned by the claim and Lost before it goes."""
    destination.create(yard.data_volume("d"))
    destination.until("DataVolume", "d", lambda it: phase(it) == "ImportInProgress")
    claim = destination.get("PersistentVolumeClaim", "d")
    assert claim is not None
    name = f"prime-{claim['metadata']['uid']}"
    assert name in destination.names("PersistentVolumeClaim")
    assert f"importer-{name}" in destination.names("Pod")
    seen = destination.until("PersistentVolumeClaim", name, lambda it: phase(it) == "Lost")
    assert seen[-1]["metadata"]["ownerReferences"][0]["uid"] == claim["metadata"]["uid"]
    destination.until("DataVolume", "d", succeeded)
    assert name not in destination.names("PersistentVolumeClaim")
    assert destination.names("Pod") == set()


def test_a_volume_that_is_deleted_while_it_is_copied_leaves_nothing(destination: "Destination", yard: "Yard") -> None:
    """The importer goes with it, or it would hold the prime claim by which it is owned."""
    destination.create(yard.data_volume("d"))
    destination.until("DataVolume", "d", lambda it: phase(it) == "ImportInProgress")
    (importer,) = destination.names("Pod")
    prime = importer.removeprefix("importer-")
    delete = partial(destination.lab.store.delete, "DataVolume", destination.home, "d")
    destination.gone("PersistentVolumeClaim", prime, after=delete)
    assert destination.names("Pod") == set()


def test_gaps_are_filled_from_the_profile(destination: "Destination", yard: "Yard") -> None:
    """Item 8: modes of the profile, the default class for machines, overhead of a filesystem."""
    destination.create(yard.data_volume("block"))
    destination.create(yard.data_volume("file", storage={"storageClassName": "nfs"}))
    for name in ("block", "file"):
        destination.until("DataVolume", name, succeeded)
    block, file = (destination.get("PersistentVolumeClaim", name) for name in ("block", "file"))
    assert block is not None
    assert file is not None
    assert (block["spec"]["storageClassName"], block["spec"]["volumeMode"]) == ("lab-block", "Block")
    assert block["spec"]["resources"]["requests"]["storage"] == "1Gi"
    assert (file["spec"]["accessModes"], file["spec"]["volumeMode"]) == (["ReadWriteMany"], "Filesystem")
    assert file["spec"]["resources"]["requests"]["storage"] == "1090Mi"


def test_a_volume_of_a_late_class_parks_until_somebody_needs_it(destination: "Destination", yard: "Yard") -> None:
    """Item 8: PendingPopulation, and bind.immediate.requested to overrule it."""
    late = {"storageClassName": "lab-wffc"}
    now = {"cdi.kubevirt.io/storage.bind.immediate.requested": ""}
    destination.create(yard.data_volume("parked", storage=late))
    destination.create(yard.data_volume("hurried", storage=late, annotations=now))
    destination.until("DataVolume", "hurried", succeeded)
    destination.until("DataVolume", "parked", lambda it: phase(it) == "PendingPopulation")
    destination.create(yard.machine("user", claims=("parked",)))
    destination.until("DataVolume", "parked", succeeded)
    destination.until("VirtualMachineInstance", "user", lambda it: phase(it) == "Running")


def test_a_warm_import_pauses_between_its_checkpoints(destination: "Destination", yard: "Yard") -> None:
    """Item 8: Paused after each checkpoint, Succeeded after the final one, content of the last snapshot."""
    disk = freeze(destination, "snapshot-1")
    warm = {"cdi.kubevirt.io/storage.usePopulator": "false"}
    source = {"vddk": {"backingFile": disk, "uuid": "u", "url": "https://vc", "secretRef": "s", "thumbprint": "t"}}
    first = {"previous": "", "current": "snapshot-1"}
    destination.create(
        yard.data_volume("w", source=source, annotations=warm, checkpoints=[first], finalCheckpoint=False)
    )
    seen = destination.until("DataVolume", "w", lambda it: phase(it) == "Paused")
    assert "ImportInProgress" in [phase(item) for item in seen]
    freeze(destination, "snapshot-2")
    second = {"previous": "snapshot-1", "current": "snapshot-2"}
    change = {"spec": {"checkpoints": [first, second], "finalCheckpoint": True}}
    destination.patch("DataVolume", "w", change)
    destination.until("DataVolume", "w", succeeded)
    claim = destination.get("PersistentVolumeClaim", "w")
    assert claim is not None
    content = destination.world.volumes[claim["metadata"]["uid"]]
    assert content.digest == "frozen in snapshot-2"
    assert content.guest is not None
    assert content.guest.hostname == "mtv-rhel8"


def freeze(destination: "Destination", moref: str) -> str:
    """Give the first machine a snapshot with content of its own; returns the file of its disk."""
    from lab.world.model import Layer, Snapshot

    def add() -> str:
        machine = destination.world.machine_named("mtv-tests-rhel8")
        assert machine is not None
        disk = machine.disks[0]
        layer = Layer(file=disk.file, parents=(), digest=f"frozen in {moref}")
        number = len(machine.snapshots) + 1
        machine.snapshots.append(Snapshot(id=number, moref=moref, name=moref, layers={disk.key: layer}))
        return disk.file

    return destination.on_loop(add)


def test_a_source_nobody_serves_is_refused_loudly(destination: "Destination", yard: "Yard") -> None:
    """Unknown requests are counted, never quietly fulfilled."""
    destination.create(yard.data_volume("odd", source={"gcs": {"url": "gs://bucket"}}))
    destination.until("DataVolume", "odd", lambda it: phase(it) == "ImportScheduled")
    assert destination.lab.requests.refused["DataVolume source gcs"] >= 1


def test_a_machine_is_cloned_from_the_golden_image(destination: "Destination", yard: "Yard") -> None:
    """Items 8 and 14: DataSource rhel9, a template volume owned by its machine, instancetype expanded in the VMI."""
    template = {
        "metadata": {"name": "root"},
        "spec": {
            "sourceRef": {
                "kind": "DataSource",
                "name": "rhel9",
                "namespace": "openshift-virtualization-os-images",
            },
            "storage": {"resources": {"requests": {"storage": "30Gi"}}},
        },
    }
    machine = yard.machine("cloned", dataVolumeTemplates=[template])
    spec = machine["spec"]["template"]["spec"]
    spec["volumes"] = [{"name": "root", "dataVolume": {"name": "root"}}]
    del spec["domain"]["cpu"], spec["domain"]["memory"]
    machine["spec"]["instancetype"] = {"kind": "VirtualMachineClusterInstancetype", "name": "u1.small"}
    machine["spec"]["preference"] = {"kind": "VirtualMachineClusterPreference", "name": "rhel.9"}
    start = partial(destination.lab.store.create, machine)
    seen = destination.until(
        "VirtualMachine", "cloned", lambda it: bool(it.get("status", {}).get("ready")), after=start
    )
    assert "Provisioning" in [item.get("status", {}).get("printableStatus") for item in seen]
    volume, instance = destination.get("DataVolume", "root"), destination.get("VirtualMachineInstance", "cloned")
    assert volume is not None
    assert instance is not None
    assert volume["metadata"]["ownerReferences"][0]["name"] == "cloned"
    assert instance["spec"]["domain"]["memory"] == {"guest": "2Gi"}
