"""What is refused, and in whose words (checklist oVirt 8)."""

import pytest

from tests.lab_ovirt.conftest import Conversation, RunningEngine

NAME = "mtv-tests-rhel8"
NOBODY = "00000000-0000-0000-0000-00000000dead"


def refused(engine: RunningEngine) -> list[str]:
    return list(engine.lab.requests.refused)


def test_what_is_not_there_is_not_found(client: Conversation) -> None:
    error = client.sdk.NotFoundError
    system = client.system
    for service in (
        system.vms_service().vm_service(NOBODY),
        system.templates_service().template_service(NOBODY),
        system.vms_service().vm_service(client.one("templates", NAME).id),
        system.disks_service().disk_service(NOBODY),
        client.vm(NAME).nics_service().nic_service(NOBODY),
        client.vm(NAME).snapshots_service().snapshot_service(NOBODY),
    ):
        with pytest.raises(error):
            service.get()
    for services in (
        system.vms_service().vm_service(NOBODY).nics_service(),
        system.networks_service().network_service(NOBODY).vnic_profiles_service(),
    ):
        with pytest.raises(error):
            services.list()
    with pytest.raises(error):
        system.vms_service().vm_service(NOBODY).start()


def test_a_collection_that_is_not_emulated_is_refused_loudly(engine: RunningEngine, client: Conversation) -> None:
    with pytest.raises(client.sdk.Error, match="does not implement GET tags") as refusal:
        client.system.tags_service().list()
    assert refusal.value.code == 501
    assert refused(engine) == ["ovirt The embedded lab does not implement GET tags."]


def test_a_change_that_is_not_emulated_is_refused_loudly(engine: RunningEngine, client: Conversation) -> None:
    with pytest.raises(client.sdk.Error, match="does not implement PUT vms/ID"):
        client.vm(NAME).update(client.types.Vm(name="other"))
    with pytest.raises(client.sdk.Error, match="does not implement POST vms/ID/suspend"):
        client.vm(NAME).suspend()
    assert len(refused(engine)) == 2


def test_a_field_that_would_be_ignored_is_refused_loudly(engine: RunningEngine, client: Conversation) -> None:
    with pytest.raises(client.sdk.Error, match=r"does not implement vm\.high_availability"):
        client.clone(NAME, "auto-1", high_availability=client.types.HighAvailability(enabled=True))
    assert refused(engine) == ["ovirt The embedded lab does not implement vm.high_availability."]


def test_a_parameter_that_would_be_ignored_is_refused_loudly(client: Conversation) -> None:
    with pytest.raises(client.sdk.Error, match="does not implement the parameter filter"):
        client.system.vms_service().list(filter=True)


def test_disks_without_a_machine_are_refused_loudly(client: Conversation) -> None:
    error = client.sdk.Error
    with pytest.raises(error, match="does not implement disks without a machine"):
        client.vm(NAME).remove(detach_only=True)
    (attachment,) = client.vm(NAME).disk_attachments_service().list()
    with pytest.raises(error, match="does not implement disks without a machine"):
        client.vm(NAME).disk_attachments_service().attachment_service(attachment.id).remove()


def test_clones_that_depend_on_their_template_are_refused_loudly(client: Conversation) -> None:
    types = client.types
    for template, words, clone in (("Blank", "the template Blank", True), (NAME, "depends on its template", False)):
        wanted = types.Vm(name="x", cluster=types.Cluster(name="lab-cluster"), template=types.Template(name=template))
        with pytest.raises(client.sdk.Error, match=words):
            client.system.vms_service().add(wanted, clone=clone)


def test_a_body_that_is_no_xml_is_a_bad_request(engine: RunningEngine, client: Conversation) -> None:
    from ovirtsdk4 import http

    context = client.connection.send(http.Request(method="POST", path="/vms", query={}, headers={}, body="{}"))
    assert client.connection.wait(context).code == 400


def test_other_formats_than_xml_are_refused_loudly(engine: RunningEngine, client: Conversation) -> None:
    from tests.lab_ovirt.test_ovirt_sessions import get

    token = client.connection.authenticate()
    status, body, _headers = get(engine, "/ovirt-engine/api/vms", token, accept="application/json")
    assert (status, b"does not implement answers as application/json" in body) == (501, True)
