"""Claims, volumes and storage profiles (checklist items 7, 8 and 14 of facts/openshift.md section 9)."""

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.lab_virtualization.conftest import Destination, Yard

Object = dict[str, Any]
CLAIM = "PersistentVolumeClaim"


def phase(obj: Object) -> str:
    return str(obj.get("status", {}).get("phase", ""))


def bound(obj: Object) -> bool:
    return phase(obj) == "Bound"


def test_a_claim_binds_at_once(destination: "Destination", yard: "Yard") -> None:
    """Item 8: Pending, then Bound to a volume named after the claim's uid."""
    start = partial(destination.lab.store.create, yard.claim("a", size="20Gi"))
    seen = destination.until(CLAIM, "a", bound, after=start)
    claim = seen[-1]
    volume = destination.get("PersistentVolume", f"pvc-{claim['metadata']['uid']}", "")
    assert volume is not None
    assert "Pending" in [phase(item) for item in seen]
    assert seen[-1]["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    assert seen[-1]["status"]["capacity"] == {"storage": "20Gi"}
    assert volume["spec"]["claimRef"]["uid"] == claim["metadata"]["uid"]
    assert volume["spec"]["csi"]["driver"] == "lab.csi"


def test_a_claim_of_a_late_class_waits_for_its_first_pod(destination: "Destination", yard: "Yard") -> None:
    """Item 8: WaitForFirstConsumer."""
    destination.create(yard.claim("late", "lab-wffc"))
    destination.create(yard.claim("early"))
    destination.until(CLAIM, "early", bound)
    waiting = destination.get(CLAIM, "late")
    assert waiting is not None
    assert phase(waiting) == "Pending"
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "user", "namespace": "demo"},
        "spec": {
            "containers": [{"name": "c", "image": "i"}],
            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "late"}}],
        },
    }
    destination.create(pod)
    last = destination.until(CLAIM, "late", bound)[-1]
    assert last["metadata"]["annotations"]["volume.kubernetes.io/selected-node"] == "worker-0"


def test_a_claim_in_use_outlives_its_deletion(destination: "Destination", yard: "Yard") -> None:
    """Item 7: pvc-protection holds while a pod uses the claim."""
    destination.create(yard.claim("busy"))
    destination.until(CLAIM, "busy", bound)
    spec = {
        "containers": [{"name": "c", "image": "i"}],
        "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "busy"}}],
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "user", "namespace": "demo"}, "spec": spec}
    destination.create(pod)
    destination.until(
        CLAIM,
        "busy",
        lambda it: "deletionTimestamp" in it["metadata"],
        after=lambda: destination.lab.store.delete(CLAIM, "demo", "busy"),
    )
    assert destination.get(CLAIM, "busy") is not None
    destination.gone(CLAIM, "busy", after=lambda: destination.lab.store.delete("Pod", "demo", "user"))


def test_a_claim_that_is_not_bound_is_held_by_no_pod(destination: "Destination", yard: "Yard") -> None:
    claim = yard.claim("waiting")
    claim["spec"]["dataSourceRef"] = {"apiGroup": "forklift.konveyor.io", "kind": "None", "name": "nobody"}
    destination.create(claim)
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": "waiting"}}]
    spec = {"containers": [{"name": "c", "image": "i"}], "volumes": volumes}
    destination.create(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "w", "namespace": "demo"}, "spec": spec}
    )
    destination.until(CLAIM, "waiting", lambda it: bool(it["metadata"].get("finalizers")))
    destination.gone(CLAIM, "waiting", after=lambda: destination.lab.store.delete(CLAIM, "demo", "waiting"))


def test_a_released_volume_is_removed(destination: "Destination", yard: "Yard") -> None:
    """Item 7: reclaim policy Delete, after the volume was seen Released."""
    uid = destination.create(yard.claim("a"))["metadata"]["uid"]
    destination.until(CLAIM, "a", bound)
    assert uid in destination.world.volumes
    destination.until(
        "PersistentVolume",
        f"pvc-{uid}",
        lambda it: phase(it) == "Released",
        after=lambda: destination.lab.store.delete(CLAIM, "demo", "a"),
    )
    if destination.get("PersistentVolume", f"pvc-{uid}", "") is not None:
        destination.gone("PersistentVolume", f"pvc-{uid}")
    assert uid not in destination.world.volumes


def test_a_retained_volume_stays_released(destination: "Destination", yard: "Yard") -> None:
    """Item 7: reclaim policy Retain keeps volume and content for ever."""
    klass = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "kept"},
        "provisioner": "lab.csi",
        "reclaimPolicy": "Retain",
        "volumeBindingMode": "Immediate",
    }
    destination.create(klass)
    kept = destination.create(yard.claim("kept", "kept"))["metadata"]["uid"]
    dropped = destination.create(yard.claim("dropped"))["metadata"]["uid"]
    for name in ("kept", "dropped"):
        destination.until(CLAIM, name, bound)
    destination.delete(CLAIM, "kept")
    destination.gone(
        "PersistentVolume",
        f"pvc-{dropped}",
        after=lambda: destination.lab.store.delete(CLAIM, "demo", "dropped"),
    )
    volume = destination.get("PersistentVolume", f"pvc-{kept}", "")
    assert volume is not None
    assert phase(volume) == "Released"
    assert kept in destination.world.volumes


def test_a_volume_can_be_taken_over_by_another_claim(destination: "Destination", yard: "Yard") -> None:
    """Item 8: how every populator hands over its prime claim; the content goes with the volume."""
    first = destination.create(yard.claim("first"))
    destination.until(CLAIM, "first", bound)
    uid = first["metadata"]["uid"]
    destination.on_loop(lambda: setattr(destination.world.volumes[uid], "digest", "copied"))
    second = yard.claim("second")
    reference = {"apiGroup": "forklift.konveyor.io", "kind": "VSphereXcopyVolumePopulator", "name": "second"}
    second["spec"]["dataSourceRef"] = reference
    made = destination.create(second)
    destination.until(CLAIM, "second", lambda it: phase(it) == "Pending")
    owner = {"kind": CLAIM, "apiVersion": "v1", "namespace": "demo", "name": "second", "uid": made["metadata"]["uid"]}
    destination.patch("PersistentVolume", f"pvc-{uid}", {"spec": {"claimRef": owner}}, "")
    destination.until(CLAIM, "second", bound)
    destination.until(CLAIM, "first", lambda it: phase(it) == "Lost")
    assert destination.world.volumes[made["metadata"]["uid"]].digest == "copied"
    assert uid not in destination.world.volumes


def test_a_profile_can_be_overridden_and_restored(destination: "Destination") -> None:
    """Item 14: `spec` wins over what CDI detected, for as long as it is there."""

    def effective(obj: Object) -> Any:
        return obj["status"]["claimPropertySets"]

    detected = [{"accessModes": ["ReadWriteMany"], "volumeMode": "Filesystem"}]
    wanted = [{"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem"}]
    destination.until("StorageProfile", "nfs", lambda it: effective(it) == detected)
    destination.patch("StorageProfile", "nfs", {"spec": {"claimPropertySets": wanted}}, "")
    destination.until("StorageProfile", "nfs", lambda it: effective(it) == wanted)
    destination.patch("StorageProfile", "nfs", {"spec": {"claimPropertySets": None}}, "")
    destination.until("StorageProfile", "nfs", lambda it: effective(it) == detected)


@pytest.mark.parametrize("name", ["lab-block", "nfs", "lab-file", "lab-wffc"])
def test_every_class_has_a_recognized_profile(destination: "Destination", name: str) -> None:
    """Item 14."""
    profile = destination.get("StorageProfile", name, "")
    assert profile is not None
    assert profile["status"]["storageClass"] == name
    assert profile["status"]["conditions"][0]["status"] == "True"
