"""Connecting, logging in, and what a session may do."""

import ssl
from typing import TYPE_CHECKING

import pytest
import pyVmomi
from pyVim.connect import SmartConnect

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import Conversation, RunningVcenter


def test_the_announced_release_is_negotiated(client: "Conversation") -> None:
    assert client.content.about.apiVersion == "8.0.3.0"
    assert client.instance._stub.versionId == '"urn:vim25/8.0.3.0"'


def test_a_client_without_the_ca_refuses_the_certificate(vcenter: "RunningVcenter") -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        SmartConnect(  # type: ignore[no-untyped-call]
            host="127.0.0.1", port=vcenter.port, user="x", pwd="y", sslContext=ssl.create_default_context()
        )


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the SDK does not close what it could not log in with
def test_a_wrong_password_is_an_invalid_login(vcenter: "RunningVcenter") -> None:
    with pytest.raises(pyVmomi.vim.fault.InvalidLogin):
        vcenter.connect(password="wrong")


def test_the_user_name_is_not_case_sensitive(vcenter: "RunningVcenter") -> None:
    session = vcenter.connect(user="Administrator@VSPHERE.LOCAL").content.sessionManager.currentSession
    assert session.userName == "administrator@vsphere.local"


def test_after_logout_nothing_is_answered(vcenter: "RunningVcenter") -> None:
    instance = vcenter.connect()
    session = instance.content.sessionManager.currentSession
    other = vcenter.connect().content.sessionManager
    assert other.SessionIsActive(session.key, session.userName)
    instance.content.sessionManager.Logout()
    with pytest.raises(pyVmomi.vim.fault.NotAuthenticated):
        instance.CurrentTime()
    assert instance.content.sessionManager.currentSession is None
    assert not other.SessionIsActive(session.key, session.userName)


def test_an_idle_session_ends_and_takes_its_views_along(vcenter: "RunningVcenter", client: "Conversation") -> None:
    view = client.everything(client.vim.VirtualMachine)
    vcenter.on_loop(lambda: setattr(vcenter.service.vcenter.sessions, "idle", -1.0))
    with pytest.raises(pyVmomi.vim.fault.NotAuthenticated):
        client.instance.CurrentTime()
    vcenter.on_loop(lambda: setattr(vcenter.service.vcenter.sessions, "idle", 60.0))
    client.content.sessionManager.Login("administrator@vsphere.local", "lab-vcenter-password", None)
    with pytest.raises(pyVmomi.vmodl.fault.ManagedObjectNotFound):
        assert view.view


def test_the_idle_time_is_an_option_that_can_be_set(vcenter: "RunningVcenter", client: "Conversation") -> None:
    option = client.vim.option.OptionValue(key="config.vmacore.soap.sessionTimeout", value="2s")
    client.content.setting.UpdateOptions([option])
    assert vcenter.service.vcenter.sessions.idle == 2.0


def test_a_session_may_be_shared_by_its_id(vcenter: "RunningVcenter", client: "Conversation") -> None:
    shared = client.instance._stub.cookie.partition('"')[2].partition('"')[0]
    assert vcenter.connect(sessionId=shared).content.sessionManager.currentSession is not None


def test_views_of_another_session_are_not_there(vcenter: "RunningVcenter", client: "Conversation") -> None:
    view = client.everything(client.vim.VirtualMachine)
    foreign = client.vim.view.ContainerView(view._moId, vcenter.connect()._stub)
    with pytest.raises(pyVmomi.vmodl.fault.ManagedObjectNotFound):
        assert foreign.view


def test_an_unknown_method_is_refused_loudly(vcenter: "RunningVcenter", client: "Conversation") -> None:
    with pytest.raises(pyVmomi.vmodl.fault.NotImplemented):
        client.named("mtv-tests-rhel8").AcquireTicket("webmks")
    assert vcenter.lab.requests.refused["vcenter VirtualMachine.AcquireTicket"] == 1


def test_all_privileges_are_granted(client: "Conversation") -> None:
    manager = client.content.authorizationManager
    key = client.content.sessionManager.currentSession.key
    (answer,) = manager.HasPrivilegeOnEntities([client.content.rootFolder], key, ["VirtualMachine.Provisioning.Clone"])
    assert [(item.privId, item.isGranted) for item in answer.privAvailability] == [
        ("VirtualMachine.Provisioning.Clone", True)
    ]


def test_every_request_is_in_the_journal(vcenter: "RunningVcenter", client: "Conversation") -> None:
    client.retrieve(client.spec(client.everything(client.vim.VirtualMachine), client.vim.VirtualMachine, ["name"]))
    counts = vcenter.lab.requests.counts()["vcenter"]
    assert counts["RetrievePropertiesEx VirtualMachine"] == 1
    assert counts["Login SessionManager"] == 1
