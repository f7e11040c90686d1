"""Machines from templates (checklist oVirt 4)."""

from typing import Any

import pytest

from tests.lab_ovirt.conftest import Conversation, RunningEngine

TEMPLATE = "mtv-rhel8-warm-2disks2nics"


def first_disk(client: Conversation, template: str = TEMPLATE) -> str:
    found = client.one("templates", template)
    service = client.system.templates_service().template_service(found.id)
    return str(service.disk_attachments_service().list()[0].id)


def placed(client: Conversation, **disk: Any) -> list[Any]:
    """Disk attachments that put the first disk of the template somewhere."""
    types = client.types
    if "domain" in disk:
        disk["storage_domains"] = [types.StorageDomain(name=disk.pop("domain"))]
    return [types.DiskAttachment(disk=types.Disk(id=first_disk(client), **disk))]


def test_a_clone_is_locked_until_its_disks_are_there(engine: RunningEngine, client: Conversation) -> None:
    engine.stand_still()
    made = client.clone(TEMPLATE, "auto-1")
    assert made.status == client.types.VmStatus.IMAGE_LOCKED
    vm = client.system.vms_service().vm_service(made.id).get(follow="disk_attachments.disk")
    assert {each.disk.status for each in vm.disk_attachments} == {client.types.DiskStatus.LOCKED}
    (job,) = client.system.jobs_service().list()
    assert (job.status, job.end_time) == (client.types.JobStatus.STARTED, None)


def test_a_clone_is_down_and_whole_in_the_end(client: Conversation) -> None:
    vm = client.cloned(TEMPLATE, "auto-1").get(follow="nics,disk_attachments.disk")
    assert vm.status == client.types.VmStatus.DOWN
    assert [each.disk.status for each in vm.disk_attachments] == [client.types.DiskStatus.OK] * 2
    assert [each.disk.provisioned_size // 1024**3 for each in vm.disk_attachments] == [16, 4]
    assert [each.bootable for each in vm.disk_attachments] == [True, False]
    assert client.codes()[-2:] == [37, 53]
    (job,) = client.system.jobs_service().list()
    assert job.status == client.types.JobStatus.FINISHED


def test_a_clone_has_content_and_ids_of_its_own(engine: RunningEngine, client: Conversation) -> None:
    client.cloned(TEMPLATE, "auto-1")
    client.cloned(TEMPLATE, "auto-2")
    one, other = engine.machine("auto-1"), engine.machine("auto-2")
    assert [disk.digest for disk in one.disks] == [disk.digest for disk in other.disks]
    assert not {disk.uuid for disk in one.disks} & {disk.uuid for disk in other.disks}
    assert not {nic.mac for nic in one.nics} & {nic.mac for nic in other.nics}
    assert {address.mac for address in one.guest.addresses} == {nic.mac for nic in one.nics}


def test_a_clone_remembers_its_template_and_depends_on_none(client: Conversation) -> None:
    vm = client.cloned(TEMPLATE, "auto-1").get(follow="template,original_template")
    assert (vm.template.name, vm.original_template.name) == ("Blank", TEMPLATE)


def test_a_disk_goes_where_and_as_it_was_asked_for(client: Conversation) -> None:
    wanted = placed(client, format=client.types.DiskFormat.RAW, sparse=True, domain="ovirt-data-2")
    vm = client.cloned(TEMPLATE, "auto-1", disk_attachments=wanted).get(follow="disk_attachments.disk")
    first, second = (each.disk for each in vm.disk_attachments)
    assert (first.format, first.sparse) == (client.types.DiskFormat.RAW, True)
    assert (second.format, second.sparse) == (client.types.DiskFormat.COW, True)
    names = [client.connection.follow_link(disk.storage_domains[0]).name for disk in (first, second)]
    assert names == ["ovirt-data-2", "ovirt-data-1"]


def test_block_storage_refuses_raw_and_sparse(client: Conversation) -> None:
    wanted = placed(client, format=client.types.DiskFormat.RAW, sparse=True)
    with pytest.raises(client.sdk.Error, match=r"RAW Sparse backup-None.* is incompatible") as refusal:
        client.clone(TEMPLATE, "auto-1", disk_attachments=wanted)
    assert refusal.value.code == 409


def test_a_name_is_given_once(client: Conversation) -> None:
    with pytest.raises(client.sdk.Error, match="VM name is already in use") as refusal:
        client.clone(TEMPLATE, "mtv-tests-rhel8")
    assert refusal.value.code == 409
    assert refusal.value.fault.reason == "Operation Failed"


def test_a_full_domain_refuses_a_clone_that_does_not_fit(engine: RunningEngine, client: Conversation) -> None:
    store = next(store for store in engine.world.ovirt.datastores.values() if store.name == "ovirt-data-1")
    used = client.one("storage_domains", "ovirt-data-1").used
    store.capacity = used + 1
    with pytest.raises(client.sdk.Error, match="Low disk space on Storage Domain ovirt-data-1"):
        client.clone(TEMPLATE, "auto-1")
    assert client.system.vms_service().list(search="name=auto-1") == []


def test_a_clone_needs_name_cluster_and_template(client: Conversation) -> None:
    types, vms = client.types, client.system.vms_service()
    error = client.sdk.Error
    cluster, template = types.Cluster(name="lab-cluster"), types.Template(name=TEMPLATE)
    for missing, wanted in (
        ("name", types.Vm(cluster=cluster, template=template)),
        ("cluster", types.Vm(name="x", template=template)),
        ("template", types.Vm(name="x", cluster=cluster)),
    ):
        with pytest.raises(error, match=rf"Vm \[{missing}.*required for add") as refusal:
            vms.add(wanted, clone=True)
        assert refusal.value.code == 400


def test_what_a_clone_names_must_be_there(client: Conversation) -> None:
    wanted = client.types.Vm(
        name="x", cluster=client.types.Cluster(name="elsewhere"), template=client.types.Template(name=TEMPLATE)
    )
    with pytest.raises(client.sdk.NotFoundError, match="Entity not found: Cluster: elsewhere"):
        client.system.vms_service().add(wanted, clone=True)


def test_a_clone_is_removed_with_its_disks(engine: RunningEngine, client: Conversation) -> None:
    service = client.cloned(TEMPLATE, "auto-1")
    before = len(client.system.disks_service().list())
    service.remove()
    engine.settle()
    assert client.system.vms_service().list(search="name=auto-1") == []
    assert len(client.system.disks_service().list()) == before - 2
    assert client.codes()[-1] == 113
    with pytest.raises(client.sdk.NotFoundError):
        service.get()


def test_a_running_machine_is_not_removed(engine: RunningEngine, client: Conversation) -> None:
    service = client.vm("mtv-tests-rhel8")
    service.start()
    engine.settle()
    with pytest.raises(client.sdk.Error, match=r"\[Cannot remove VM. VM is running.\]") as refusal:
        service.remove()
    assert refusal.value.code == 409


def test_a_locked_machine_is_neither_started_nor_removed(engine: RunningEngine, client: Conversation) -> None:
    engine.stand_still()
    service = client.system.vms_service().vm_service(client.clone(TEMPLATE, "auto-1").id)
    error = client.sdk.Error
    with pytest.raises(error, match="Cannot run VM: VM is locked"):
        service.start()
    with pytest.raises(error, match="Cannot remove VM: VM is locked"):
        service.remove()


def test_what_a_clone_asks_for_is_what_it_shows(client: Conversation) -> None:
    types, gib = client.types, 1024**3
    more = {"description": "of a run", "memory": 2 * gib, "memory_policy": types.MemoryPolicy(guaranteed=0)}
    vm = client.cloned(TEMPLATE, "auto-1", **more).get()
    assert (vm.description, vm.memory, vm.memory_policy.guaranteed) == ("of a run", 2 * gib, 0)


def test_a_busy_storage_makes_clones_slow(busy_engine: RunningEngine) -> None:
    """Ten times as long, and nothing else is different."""
    Conversation(busy_engine, busy_engine.connect()).cloned(TEMPLATE, "auto-1")
    (span,) = [span for span in busy_engine.lab.clock.spans if span.what == "clone"]
    assert span.end - span.start >= busy_engine.lab.clock.scaled(120.0)
