"""Every body that the suite sends to MTV fits the published schema of every release that it supports."""

import inspect
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from support.adapters.openshift import bodies
from support.domain.access import SourceAccess
from support.domain.errors import SuiteError
from support.domain.machine import Power
from support.domain.mapping import NetworkEntry, StorageEntry
from support.domain.names import RUN_LABEL, ObjectRef
from support.domain.offload import OffloadPlugin
from support.domain.release import Release, release_of
from support.domain.request import HookStep, PlanOptions
from support.domain.secret import Secret
from support.domain.source import Place, ProviderKind
from support.domain.target import TargetNetwork
from support.ports.cluster import PlanParts
from tests.schemas.real import RELEASES, RealSchemas, needs_schemas

Body = dict[str, Any]
LABELS = {RUN_LABEL: "auto-ab12"}
ENDS = (ObjectRef("Provider", "vc", "ns"), ObjectRef("Provider", "here", "ns"))
PLAN, MIGRATION = ObjectRef("Plan", "p", "ns"), ObjectRef("Migration", "m", "ns")
CORE = {"secret", "storage_secret", "destination_secret", "attachment_definition", "service_account", "administrator"}
"""Bodies of kinds that are not MTV's, and for which upstream publishes no schema here."""
OLD = PlanOptions(
    warm=True, preserve_static_ips=False, pvc_name_template="{{.VmName}}", pvc_name_generated_suffix=False
)
YOUNG = PlanOptions(
    warm=True,
    target_namespace="elsewhere",
    target_power=Power.ON,
    preserve_static_ips=True,
    target_labels={"a": "b"},
    target_node_selector={"n": "1"},
    target_affinity={
        "podAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "db"}}}
            ]
        }
    },
    pvc_name_template="{{.VmName}}-{{.DiskIndex}}",
    pvc_name_generated_suffix=True,
)


def providers() -> list[Body]:
    access = SourceAccess(
        profile="vc",
        kind=ProviderKind.VSPHERE,
        version="8.0",
        url="https://vc/sdk",
        username="u",
        password=Secret("p"),
        verify=True,
        ca_pem="PEM",
    )
    settings = {"vddkInitImage": "registry/vddk:8", "sdkEndpoint": "vcenter"}
    secret = ObjectRef("Secret", "s", "ns")
    return [
        bodies.source_provider(ENDS[0], access, secret, settings, LABELS),
        bodies.source_provider(ENDS[0], access, secret, {}, LABELS),
        bodies.local_destination(ENDS[1], LABELS),
        bodies.destination(ENDS[1], "https://api.east:6443", secret, LABELS),
    ]


def network_maps() -> list[Body]:
    pod = TargetNetwork(kind="pod")
    nad = TargetNetwork(kind="multus", name="nad", namespace="vms")
    targets = (pod, nad)
    entries = [NetworkEntry(source=Place(id=f"network-{n}", name="n"), target=each) for n, each in enumerate(targets)]
    return [bodies.network_map(ObjectRef("NetworkMap", "nets", "ns"), ENDS, entries, LABELS)]


def storage_maps() -> list[Body]:
    place = Place(id="datastore-1", name="ds")
    entries = [
        StorageEntry(source=place, storage_class="sc"),
        StorageEntry(source=place, storage_class="sc", access_mode="ReadWriteMany", volume_mode="Block"),
        StorageEntry(source=place, storage_class="sc", access_mode="ReadWriteOnce", volume_mode="Filesystem"),
        StorageEntry(source=place, storage_class="sc", offload=OffloadPlugin(secret="array", vendor="ontap")),
    ]
    return [bodies.storage_map(ObjectRef("StorageMap", "stores", "ns"), ENDS, entries, LABELS)]


def plan(options: PlanOptions, release: Release | None) -> Body:
    parts = PlanParts(
        source=ENDS[0],
        destination=ENDS[1],
        network_map=ObjectRef("NetworkMap", "nets", "ns"),
        storage_map=ObjectRef("StorageMap", "stores", "ns"),
        target_namespace="vms",
        machines=(("vm-1", "web1"), ("vm-2", "web2")),
        options=options,
        hooks=tuple((step, ObjectRef("Hook", step.name.lower(), "ns")) for step in HookStep),
    )
    return bodies.plan(PLAN, parts, release, LABELS)


def plans(release: Release | None) -> list[Body]:
    """With the options that the release knows."""
    known = [PlanOptions(), OLD] + ([YOUNG] if release is None or release >= (2, 10) else [])
    return [plan(options, release) for options in known]


def migrations() -> list[Body]:
    """As created, and as they are after each patch."""
    made = bodies.migration(MIGRATION, PLAN, LABELS)
    patches = [bodies.cancellation(["vm-1"]), bodies.cutover_at(datetime(2026, 1, 1, tzinfo=UTC))]
    return [made, *({**made, "spec": made["spec"] | patch["spec"]} for patch in patches)]


def sent(release: str) -> dict[str, list[Body]]:
    return {
        "providers": providers(),
        "networkmaps": network_maps(),
        "storagemaps": storage_maps(),
        "plans": plans(release_of(release)),
        "migrations": migrations(),
        "hooks": [bodies.hook(ObjectRef("Hook", "pre", "ns"), "- hosts: localhost", "registry/hook-runner", LABELS)],
    }


@needs_schemas
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("plural", ["providers", "networkmaps", "storagemaps", "plans", "migrations", "hooks"])
def test_every_release_knows_every_field_that_is_sent(release: str, plural: str) -> None:
    judge = RealSchemas(release)
    assert [error for body in sent(release)[plural] for error in judge.errors(plural, body)] == []


@needs_schemas
def test_what_is_withheld_from_an_old_release_is_what_it_does_not_know() -> None:
    """The gate is neither too wide nor too narrow: without it, exactly the fields it names would be dropped."""
    unknown = RealSchemas("2.9.0").errors("plans", plan(YOUNG, None))
    young = ("targetAffinity", "targetLabels", "targetNodeSelector", "targetPowerState")
    assert unknown == [f"spec.{name}: unknown field" for name in young]
    with pytest.raises(SuiteError) as refused:
        plan(YOUNG, release_of("2.9.0"))
    assert all(name in str(refused.value) for name in young)


def test_no_body_is_forgotten_here() -> None:
    """A new body needs a line in `sent`, or a reason in CORE."""
    makers = {
        name
        for name, value in inspect.getmembers(bodies, inspect.isfunction)
        if value.__module__ == bodies.__name__ and not name.startswith("_")
    }
    providers_and_maps = {"source_provider", "local_destination", "destination", "network_map", "storage_map"}
    assert makers == providers_and_maps | {"plan", "migration", "cancellation", "cutover_at", "hook"} | CORE


def test_every_option_of_a_plan_is_asked_for_here() -> None:
    """A new option must be part of what is judged."""
    names = [field.name for field in fields(PlanOptions)]
    assert [name for name in names if getattr(YOUNG, name) == getattr(PlanOptions(), name)] == []
