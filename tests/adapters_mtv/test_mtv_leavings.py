"""What a migration needed on its way and must not leave behind, told apart from what stays on purpose."""

from typing import Any

from support.adapters.openshift.targets import _helpers, _populators, _unowned

OURS, THEIRS = "uid-of-our-migration", "uid-of-another"


def obj(kind: str, name: str, migration: str | None = None) -> dict[str, Any]:
    labels = {"migration": migration} if migration else {}
    metadata = {"name": name, "namespace": "vms", "uid": f"uid-{name}", "labels": labels}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


def by_name(*objects: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in objects}


def test_prime_and_scratch_claims_of_our_claims_are_found_without_any_label() -> None:
    kind = "PersistentVolumeClaim"
    claims = by_name(
        obj(kind, "disk", OURS),
        obj(kind, "disk-of-others", THEIRS),
        obj(kind, "prime-uid-disk"),
        obj(kind, "prime-uid-disk-scratch"),
        obj(kind, "prime-uid-disk-of-others"),
    )
    found = {claim["metadata"]["name"] for claim in _helpers(claims, OURS)}
    assert found == {"prime-uid-disk", "prime-uid-disk-scratch"}


def test_populators_are_leavings_and_the_conversion_pod_is_not() -> None:
    pods = by_name(
        obj("Pod", "populate-uid-disk", OURS), obj("Pod", "populate-uid-x", THEIRS), obj("Pod", "plan-vm-1-abc", OURS)
    )
    assert {ref.name for ref in _populators(pods, OURS)} == {"populate-uid-disk"}


def test_a_secret_that_a_claim_owns_stays_with_it_and_the_machine_s_own_is_a_leaving() -> None:
    per_disk, others = obj("Secret", "plan-vm-1-abc-0", OURS), obj("Secret", "plan-vm-9-xyz", THEIRS)
    per_disk["metadata"]["ownerReferences"] = [{"kind": "PersistentVolumeClaim", "name": "disk"}]
    base = obj("Secret", "plan-vm-1-abc", OURS)
    base["metadata"]["labels"]["isPopulator"] = "true"
    base["metadata"]["ownerReferences"] = per_disk["metadata"]["ownerReferences"]
    secrets = by_name(obj("Secret", "plan-vm-1-xyz", OURS), base, per_disk, others)
    assert {ref.name for ref in _unowned(secrets, OURS)} == {"plan-vm-1-abc", "plan-vm-1-xyz"}
