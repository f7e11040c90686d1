"""What is sent to MTV, field by field; tests/schemas holds the same bodies against what upstream publishes."""

import base64
from dataclasses import replace

import pytest

from support.adapters.openshift import bodies
from support.domain.access import CloudScope, SourceAccess
from support.domain.errors import SuiteError
from support.domain.machine import Power
from support.domain.mapping import NetworkEntry, StorageEntry
from support.domain.names import RUN_LABEL, ObjectRef
from support.domain.request import HookStep, PlanOptions
from support.domain.secret import Secret
from support.domain.source import POD_NETWORK, Place, ProviderKind
from support.domain.target import TargetNetwork
from support.ports.cluster import PlanParts

LABELS = {RUN_LABEL: "auto-ab12"}
SOURCE, TARGET = ObjectRef("Provider", "vc", "ns"), ObjectRef("Provider", "here", "ns")


def _access(kind: ProviderKind = ProviderKind.VSPHERE, verify: bool = True, ca: str | None = "PEM") -> SourceAccess:
    return SourceAccess(
        profile="vc",
        kind=kind,
        version="8.0",
        url="https://vc/sdk",
        username="u",
        password=Secret("p"),
        verify=verify,
        ca_pem=ca,
    )


def _plan(
    options: PlanOptions, release: tuple[int, int] | None, hooks: tuple[tuple[HookStep, ObjectRef], ...] = ()
) -> bodies.Body:
    parts = PlanParts(
        source=SOURCE,
        destination=TARGET,
        network_map=ObjectRef("NetworkMap", "nets", "ns"),
        storage_map=ObjectRef("StorageMap", "stores", "ns"),
        target_namespace="vms",
        machines=(("vm-1", "web1"), ("vm-2", "web2")),
        options=options,
        hooks=hooks,
    )
    return bodies.plan(ObjectRef("Plan", "p", "ns"), parts, release, LABELS)


def _all() -> dict[str, bodies.Body]:
    ends = (SOURCE, TARGET)
    nets = [
        NetworkEntry(source=Place(id="network-1", name="VM Network"), target=TargetNetwork(kind="pod")),
        NetworkEntry(
            source=Place(id="network-2", name="two"), target=TargetNetwork(kind="multus", name="nad", namespace="vms")
        ),
    ]
    stores = [StorageEntry(source=Place(id="datastore-1", name="ds"), storage_class="sc", access_mode="ReadWriteOnce")]
    return {
        "providers": bodies.source_provider(SOURCE, _access(), ObjectRef("Secret", "s", "ns"), {"a": "b"}, LABELS),
        "networkmaps": bodies.network_map(ObjectRef("NetworkMap", "nets", "ns"), ends, nets, LABELS),
        "storagemaps": bodies.storage_map(ObjectRef("StorageMap", "stores", "ns"), ends, stores, LABELS),
        "hooks": bodies.hook(ObjectRef("Hook", "h", "ns"), "- hosts: localhost\n", "hook-runner:1", LABELS),
        "plans": _plan(PlanOptions(warm=True), None),
        "migrations": bodies.migration(ObjectRef("Migration", "m", "ns"), ObjectRef("Plan", "p", "ns"), LABELS),
    }


@pytest.mark.parametrize("plural", sorted(_all()))
def test_every_object_carries_the_run(plural: str) -> None:
    assert _all()[plural]["metadata"]["labels"][RUN_LABEL] == "auto-ab12"


def test_a_hook_has_its_playbook_in_base64_and_runs_as_mtv_itself() -> None:
    playbook = "- name: Grüße\n  hosts: localhost\n"
    spec = bodies.hook(ObjectRef("Hook", "h", "ns"), playbook, "hook-runner:1", LABELS)["spec"]
    assert base64.b64decode(spec["playbook"], validate=True).decode("utf-8") == playbook
    assert spec == {"image": "hook-runner:1", "playbook": spec["playbook"]}


def test_every_machine_of_a_plan_names_every_hook_by_its_step() -> None:
    hooks = ((HookStep.PRE, ObjectRef("Hook", "before", "ns")), (HookStep.POST, ObjectRef("Hook", "after", "ns")))
    named = [
        {"step": "PreHook", "hook": {"namespace": "ns", "name": "before"}},
        {"step": "PostHook", "hook": {"namespace": "ns", "name": "after"}},
    ]
    assert _plan(PlanOptions(), None, hooks)["spec"]["vms"] == [
        {"id": "vm-1", "name": "web1", "hooks": named},
        {"id": "vm-2", "name": "web2", "hooks": named},
    ]


def test_a_machine_without_hooks_does_not_speak_of_them() -> None:
    assert _plan(PlanOptions(), None)["spec"]["vms"][0] == {"id": "vm-1", "name": "web1"}


def test_networks_and_classes_of_openshift_are_named_as_mtv_looks_for_them() -> None:
    ends, pod = (SOURCE, ObjectRef("Provider", "host", "ns")), TargetNetwork(kind="pod")
    nets = [NetworkEntry(source=each, target=pod) for each in (POD_NETWORK, Place(id="", name="apps/net"))]
    mapped = bodies.network_map(ObjectRef("NetworkMap", "n", "ns"), ends, nets, LABELS)["spec"]["map"]
    assert [each["source"] for each in mapped] == [{"type": "pod"}, {"namespace": "apps", "name": "net"}]
    stores = [StorageEntry(source=Place(id="", name="block"), storage_class="sc")]
    mapped = bodies.storage_map(ObjectRef("StorageMap", "s", "ns"), ends, stores, LABELS)["spec"]["map"]
    assert [each["source"] for each in mapped] == [{"name": "block"}]


def test_options_that_nobody_asked_for_are_not_sent() -> None:
    assert set(_plan(PlanOptions(), (2, 12))["spec"]) == {"provider", "map", "targetNamespace", "vms"}


def test_a_false_that_was_asked_for_is_sent() -> None:
    spec = _plan(PlanOptions(preserve_static_ips=False, pvc_name_generated_suffix=False), (2, 12))["spec"]
    assert spec["preserveStaticIPs"] is False
    assert spec["pvcNameTemplateUseGenerateName"] is False


def test_an_option_younger_than_the_release_is_refused_by_name() -> None:
    with pytest.raises(SuiteError, match=r"MTV 2\.9 does not know .* targetPowerState \(from MTV 2\.10 on\)"):
        _plan(PlanOptions(target_power=Power.OFF), (2, 9))


def test_a_plan_cannot_leave_a_machine_suspended() -> None:
    with pytest.raises(SuiteError, match="expected on or off"):
        _plan(PlanOptions(target_power=Power.SUSPENDED), (2, 12))


def test_the_secret_is_labelled_so_that_the_webhook_looks_at_it() -> None:
    labels = bodies.secret(ObjectRef("Secret", "s", "ns"), _access(), LABELS)["metadata"]["labels"]
    assert labels == {**LABELS, "createdForResourceType": "providers", "createdForProviderType": "vsphere"}


@pytest.mark.parametrize(
    ("verify", "ca", "trust"),
    [
        (True, "PEM", {"insecureSkipVerify": "false", "cacert": "PEM"}),
        (True, None, {"insecureSkipVerify": "false"}),
        (False, "PEM", {"insecureSkipVerify": "true"}),
    ],
)
def test_the_secret_says_as_text_whether_to_verify(verify: bool, ca: str | None, trust: dict[str, str]) -> None:
    data = bodies.secret(ObjectRef("Secret", "s", "ns"), _access(verify=verify, ca=ca), LABELS)["stringData"]
    assert data == {"user": "u", "password": "p", "url": "https://vc/sdk", **trust}


@pytest.mark.parametrize(("verify", "skips"), [(True, "false"), (False, "true")])
def test_the_secret_of_an_engine_has_its_ca_even_where_the_api_is_not_verified(verify: bool, skips: str) -> None:
    access = _access(ProviderKind.OVIRT, verify=verify, ca="PEM")
    made = bodies.secret(ObjectRef("Secret", "s", "ns"), access, LABELS)
    assert made["metadata"]["labels"]["createdForProviderType"] == "ovirt"
    login = {"user": "u", "password": "p", "url": "https://vc/sdk"}
    assert made["stringData"] == {**login, "insecureSkipVerify": skips, "cacert": "PEM"}


@pytest.mark.parametrize(
    ("user_id", "project_id", "domains"),
    [
        (None, None, {"userDomainName": "D", "projectDomainName": "D"}),
        ("u1", None, {"userDomainID": "u1", "projectDomainID": "u1"}),
        (None, "p1", {"userDomainName": "D", "projectDomainID": "p1"}),
        ("u1", "p1", {"userDomainID": "u1", "projectDomainID": "p1"}),
    ],
)
def test_the_secret_of_a_cloud_names_project_region_and_each_domain_once(
    user_id: str | None, project_id: str | None, domains: dict[str, str]
) -> None:
    scope = CloudScope(
        project_name="P",
        region_name="R",
        user_domain_name="D",
        user_domain_id=user_id,
        project_domain_id=project_id,
    )
    access = replace(_access(ProviderKind.OPENSTACK), cloud=scope)
    made = bodies.secret(ObjectRef("Secret", "s", "ns"), access, LABELS)
    assert made["metadata"]["labels"]["createdForProviderType"] == "openstack"
    assert made["stringData"] == {
        "authType": "password",
        "username": "u",
        "password": "p",
        "url": "https://vc/sdk",
        "projectName": "P",
        "regionName": "R",
        **domains,
        "insecureSkipVerify": "false",
        "cacert": "PEM",
    }


def test_the_store_of_images_is_mapped_by_its_name_and_every_other_by_its_id() -> None:
    stores = (Place(id="", name="glance"), Place(id="type-1", name="fast"))
    entries = [StorageEntry(source=each, storage_class="block") for each in stores]
    made = bodies.storage_map(ObjectRef("StorageMap", "s", "ns"), (SOURCE, TARGET), entries, LABELS)
    assert [each["source"] for each in made["spec"]["map"]] == [{"name": "glance"}, {"id": "type-1"}]


def test_a_secret_of_another_platform_is_not_guessed() -> None:
    with pytest.raises(SuiteError, match="no Provider secret is known for openshift"):
        bodies.secret(ObjectRef("Secret", "s", "ns"), _access(ProviderKind.OPENSHIFT), LABELS)


def test_the_secret_of_a_share_has_its_address_and_nothing_else() -> None:
    made = bodies.secret(ObjectRef("Secret", "s", "ns"), _access(ProviderKind.OVA, verify=False), LABELS)
    assert made["metadata"]["labels"] == {
        **LABELS,
        "createdForResourceType": "providers",
        "createdForProviderType": "ova",
    }
    assert made["stringData"] == {"url": "https://vc/sdk"}


def test_the_local_destination_has_neither_url_nor_secret() -> None:
    assert bodies.local_destination(TARGET, LABELS)["spec"] == {"type": "openshift", "url": "", "secret": {}}


def test_a_multus_network_is_named_with_its_namespace_and_the_pod_network_is_not() -> None:
    destinations = [entry["destination"] for entry in _all()["networkmaps"]["spec"]["map"]]
    assert destinations == [{"type": "pod"}, {"type": "multus", "namespace": "vms", "name": "nad"}]
