"""Providers, Secrets, maps and Plans of an oVirt engine before anything moves (forklift.md 1.1, 1.2, 1.6, 7.2)."""

from base64 import b64decode
from typing import Any

import pytest

from lab.cluster.refusals import Refused
from lab.inventory.sight import sight_of
from lab.kernel.tls import new_authority
from tests.lab_mtv.engines import RHEL, TWO_OF_EACH, EngineDesk, EngineProduct
from tests.lab_mtv.scene import conditions, forklift, has, pair
from tests.lab_mtv.test_mtv_webhooks import admitted

Object = dict[str, Any]
CHECKED = {"createdForResourceType": "providers", "createdForProviderType": "ovirt"}


def phase(obj: Object) -> str:
    return str(obj.get("status", {}).get("phase", ""))


@pytest.mark.parametrize(
    ("spec", "data", "expected"),
    [
        ({}, {"password": "wrong"}, ("ConnectionAuthFailed", "Request for token failed")),
        ({"url": "https://127.0.0.1:9/ovirt-engine/api"}, {}, ("ConnectionTestFailed", "connection refused")),
        ({}, {"user": "", "password": ""}, ("SecretNotValid", "")),
        ({}, {"ca__crt": ""}, ("SecretNotValid", "")),
    ],
)
def test_a_provider_says_what_is_wrong_with_it(
    engine_desk: EngineDesk,
    engine_product: EngineProduct,
    spec: Object,
    data: dict[str, str],
    expected: tuple[str, str],
) -> None:
    engine_desk.secret(**data)
    engine_desk.provider(**spec)
    failed = engine_product.until("Provider", "vc", lambda it: bool(phase(it)))[-1]
    type_, words = expected
    assert words in conditions(failed)[type_]["message"]
    if type_ == "SecretNotValid":
        assert conditions(failed)[type_]["items"] == (["user", "password"] if "user" in data else ["ca.crt"])
    assert not has(failed, "Ready")


def test_a_provider_that_skips_verification_needs_no_authority(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    engine_desk.secret(ca__crt="", insecureSkipVerify="true")
    engine_desk.provider()
    ready = engine_product.until("Provider", "vc", lambda it: phase(it) in ("Ready", "ConnectionFailed"))[-1]
    assert has(ready, "Ready", "ConnectionInsecure")


def test_an_authority_that_is_not_the_engines_is_not_trusted(
    engine_desk: EngineDesk, engine_product: EngineProduct, tmp_path: Any
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    engine_desk.secret(ca__crt=new_authority(folder).ca_pem)
    engine_desk.provider()
    failed = engine_product.until("Provider", "vc", lambda it: bool(phase(it)))[-1]
    assert "tls: failed to verify certificate" in conditions(failed)["ConnectionTestFailed"]["message"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"password": "wrong"}, "Invalid credentials"),
        ({"ca__crt": ""}, "CA certificate is required for oVirt provider in secure mode"),
        ({"ca__crt": "no PEM at all"}, "The certificate is not valid, can't proceed."),
        ({"url": "https://127.0.0.1:9/ovirt-engine/api"}, "connection refused"),
    ],
)
def test_the_webhook_refuses_a_secret_that_says_it_is_for_an_engine(
    engine_desk: EngineDesk, engine_product: EngineProduct, data: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        admitted(engine_product, engine_desk.secret_body(CHECKED, **data))


def test_the_webhook_adds_the_engines_authority_to_a_trusted_certificate(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    authority = engine_product.lab.authority
    secret = admitted(engine_product, engine_desk.secret_body(CHECKED, ca__crt="", cacert=authority.leaf_pem))
    assert authority.ca_pem in b64decode(secret["data"]["ca.crt"]).decode()
    assert "cacert" not in secret["data"]
    assert secret["metadata"]["labels"]["ca-cert-updated"] == "true"


def test_a_secret_that_trusts_the_engines_authority_is_left_alone(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    secret = admitted(engine_product, engine_desk.secret_body(CHECKED))
    assert "ca-cert-updated" not in secret["metadata"]["labels"]
    assert b64decode(secret["data"]["insecureSkipVerify"]) == b"false"


def test_maps_resolve_networks_by_path_and_domains_by_name(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    engine_desk.providers()
    networks = [{"source": {"name": "MTV-CNV/ovirtmgmt"}, "destination": {"type": "pod"}}]
    stores = [{"source": {"name": "ovirt-data-1"}, "destination": {"storageClass": "lab-block"}}]
    for kind, name, wanted in (("NetworkMap", "nets", networks), ("StorageMap", "stores", stores)):
        engine_product.create(forklift(kind, name, {"provider": pair(), "map": wanted}))
        ready = engine_product.until(kind, name, lambda it: has(it, "Ready"))[-1]
        (reference,) = ready["status"]["references"]
        assert reference["name"] in ("ovirtmgmt", "ovirt-data-1")
        assert reference["id"]


def test_a_plan_needs_its_storage_map_before_it_is_written(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    """forklift.md 7.2: cold, to the own cluster, and not from vSphere."""
    engine_desk.providers()
    with pytest.raises(Refused, match="storage map was not found"):
        admitted(engine_product, engine_desk.plan_body(RHEL))


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_a_ready_plan_says_nothing_else(engine_desk: EngineDesk, engine_product: EngineProduct, *, warm: bool) -> None:
    """Neither change tracking nor tools nor told addresses matter to an engine's machine."""
    machine = engine_product.machine(RHEL)
    machine.guest.agent_installed = False
    engine_product.on_loop(lambda: setattr(machine, "power", "on"))
    engine_desk.providers()
    engine_desk.maps()
    engine_desk.plan(RHEL, warm=warm)
    ready = engine_product.until("Plan", "plan", lambda it: bool(conditions(it)))[-1]
    assert set(conditions(ready)) == {"Ready"}


def test_what_is_not_mapped_is_named(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    engine_desk.providers()
    networks = [{"source": {"name": "ovirtmgmt"}, "destination": {"type": "pod"}}]
    stores = [{"source": {"name": "ovirt-data-2"}, "destination": {"storageClass": "lab-block"}}]
    engine_product.create(forklift("NetworkMap", "nets", {"provider": pair(), "map": networks}))
    engine_product.create(forklift("StorageMap", "stores", {"provider": pair(), "map": stores}))
    engine_desk.plan(TWO_OF_EACH)
    found = engine_product.until("Plan", "plan", lambda it: has(it, "VMNetworksNotMapped"))[-1]
    assert has(found, "VMStorageNotMapped")
    assert not has(found, "Ready")


def _seen_locked(product: EngineProduct) -> None:
    """The inventory has a machine as it was while somebody made it."""
    machine = product.machine(RHEL)
    product.on_loop(lambda: product.world.ovirt.passing.update({machine.id: "image_locked"}))
    product.on_loop(lambda: product.world.touch(machine))
    product.eventually(lambda: sight_of(product.lab, "ovirt").machines[machine.id].state == "image_locked")


def test_a_machine_that_mtv_last_saw_being_made_blocks_its_plan(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    """forklift.md 1.6, 3.9: until the inventory has seen its disks unlocked."""
    engine_desk.providers()
    engine_desk.maps()
    _seen_locked(engine_product)
    engine_desk.plan(RHEL)
    found = engine_product.until("Plan", "plan", lambda it: has(it, "VMCriticalConcerns"))[-1]
    (item,) = conditions(found)["VMCriticalConcerns"]["items"]
    assert item.endswith("(VM has an illegal or locked disk status condition)")
    machine = engine_product.machine(RHEL)
    engine_product.on_loop(lambda: bool(engine_product.world.ovirt.passing.pop(machine.id)))
    engine_product.on_loop(lambda: engine_product.world.touch(machine))
    ready = engine_product.until("Plan", "plan", lambda it: has(it, "Ready"))[-1]
    assert not has(ready, "VMCriticalConcerns")


@pytest.mark.parametrize("options", [{"mtv": "2.10"}, {"mtv": "2.11"}])
def test_an_older_release_does_not_look_at_concerns(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    engine_desk.providers()
    engine_desk.maps()
    _seen_locked(engine_product)
    engine_desk.plan(RHEL)
    engine_product.until("Plan", "plan", lambda it: has(it, "Ready"))


def test_a_warm_plan_is_refused_once_the_flag_is_off(engine_desk: EngineDesk, engine_product: EngineProduct) -> None:
    flag = {"spec": {"controller_ovirt_warm_migration": "false"}}
    engine_product.patch("ForkliftController", "forklift-controller", flag, "openshift-mtv")
    engine_desk.providers()
    engine_desk.maps()
    engine_desk.plan(RHEL, warm=True)
    found = engine_product.until("Plan", "plan", lambda it: bool(conditions(it)))[-1]
    assert conditions(found)["WarmMigrationNotReady"]["reason"] == "NotSupported"


def test_machines_wait_for_each_other_whatever_host_they_are_on(
    engine_desk: EngineDesk, engine_product: EngineProduct
) -> None:
    """forklift.md 2.9: a plain count per source."""
    one, other = (engine_product.machine(name) for name in (RHEL, TWO_OF_EACH))
    other.host = next(id_ for id_ in engine_product.world.ovirt.hosts if id_ != one.host)
    limit = {"spec": {"controller_max_vm_inflight": 1}}
    engine_product.patch("ForkliftController", "forklift-controller", limit, "openshift-mtv")
    engine_desk.providers()
    engine_desk.maps()
    versions = engine_desk.run(RHEL, TWO_OF_EACH)
    machines = [plan["status"]["migration"].get("vms", []) for plan in versions if "migration" in plan["status"]]
    under_way = [sum("started" in it and "completed" not in it for it in vms) for vms in machines]
    assert max(under_way) == 1
    assert has(versions[-1], "Succeeded")
