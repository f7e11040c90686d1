"""Which source platforms a run can be made for, and what each of them can do."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from support.adapters.inventory.openshift import OpenshiftInventory
from support.adapters.inventory.openstack import OpenstackInventory
from support.adapters.inventory.ova import OvaInventory
from support.adapters.inventory.ovirt import OvirtInventory
from support.adapters.openshift.api import Api
from support.domain.access import CloudScope, ClusterAccess, ClusterSource, GuestAccess, SourceAccess
from support.domain.errors import StartError
from support.domain.names import SOURCE, RunId, StorageClass
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.ports.inventory import Inventory
from support.ports.source import ClonesMachines, HoldsCopies, OperatesGuests, PowersMachines, SourcePlatform
from support.run import wiring
from support.run.openshift_source import OpenshiftWiring
from support.run.settings import Settings
from support.workflow.ports_in_use import SourceHome, SourcePorts

API = Api(ClusterAccess(host="https://api.test:6443", token=Secret("t")))


def access(kind: ProviderKind) -> SourceAccess:
    url = "https://engine.test/ovirt-engine/api"
    return SourceAccess(profile="mine", kind=kind, version="4.5", url=url, username="u", password=Secret("p"))


def test_an_engine_is_wired_with_what_it_can_do(settings: Settings) -> None:
    pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)")
    source, inventory = wiring._SOURCES[ProviderKind.OVIRT](access(ProviderKind.OVIRT), API, settings)
    assert isinstance(inventory, OvirtInventory)
    assert isinstance(source.platform, SourcePlatform)
    assert isinstance(source.clones, ClonesMachines)
    assert isinstance(source.powers, PowersMachines)
    assert (source.tracks, source.guests) == (None, None)


def test_a_cloud_is_wired_with_what_it_can_do(settings: Settings) -> None:
    scope = CloudScope(project_name="p", region_name="r", user_domain_name="Default")
    cloud = replace(access(ProviderKind.OPENSTACK), url="https://keystone.test:5000/v3", cloud=scope)
    source, inventory = wiring._SOURCES[ProviderKind.OPENSTACK](cloud, API, settings)
    assert isinstance(inventory, OpenstackInventory)
    assert isinstance(source.platform, SourcePlatform)
    assert isinstance(source.clones, ClonesMachines)
    assert isinstance(source.powers, PowersMachines)
    assert (source.tracks, source.guests) == (None, None)


def test_a_share_is_wired_with_what_mtv_tells_of_it_and_can_do_nothing(settings: Settings) -> None:
    source, inventory = wiring._SOURCES[ProviderKind.OVA](access(ProviderKind.OVA), API, settings)
    assert isinstance(inventory, OvaInventory)
    assert isinstance(source.platform, SourcePlatform)
    assert (source.clones, source.powers, source.tracks, source.guests) == (None, None, None, None)
    assert source.at_rest


def openshift(**more: Any) -> tuple[SourcePorts, Inventory, MagicMock]:
    """As wired for the run auto-ab12, with what was joined for it."""
    join = MagicMock(return_value=(API, MagicMock()))
    wired = OpenshiftWiring(run=RunId("auto-ab12"), guests=GuestAccess(), here=MagicMock(), join=join)
    access = SourceAccess(
        profile="mine", kind=ProviderKind.OPENSHIFT, version="4.20", password=Secret(""), **{**BLANK, **more}
    )
    settings = Settings(source_provider="mine", storage_class=StorageClass("block"), cluster_ca=Path("ca.crt"))
    return *wired(access, API, settings), join


BLANK = {"url": "", "username": "", "cluster": ClusterSource()}
EAST = "https://api.east.test:6443"


def test_a_cluster_without_a_login_of_its_own_is_the_one_the_run_is_logged_in_to() -> None:
    source, inventory, join = openshift()
    assert isinstance(inventory, OpenshiftInventory)
    assert isinstance(source.platform, SourcePlatform)
    assert isinstance(source.clones, ClonesMachines)
    assert isinstance(source.powers, PowersMachines)
    assert isinstance(source.guests, OperatesGuests)
    assert isinstance(source.copies, HoldsCopies)
    assert source.tracks is None
    assert source.home == SourceHome(namespace="auto-ab12-source-vms", network="auto-ab12")
    join.assert_not_called()


@pytest.mark.parametrize(
    "login",
    [
        {"cluster": ClusterSource(token=Secret("t"))},
        {"username": "u"},
    ],
)
def test_a_cluster_with_a_login_of_its_own_is_joined_by_it(login: dict[str, Any]) -> None:
    source, _inventory, join = openshift(url=EAST, verify=False, **login)
    assert source.home is not None
    assert source.home.cluster is join.return_value[1]
    (name, access), _ = join.call_args
    assert (name, access.host, access.verify, access.ca_file) == (SOURCE, EAST, False, Path("ca.crt"))
    assert (access.token is not None, access.username == "u") == ("cluster" in login, "username" in login)


@pytest.mark.parametrize("run", ["auto-ab12", "a-long-prefix-of-a-team-ab12"])
def test_the_network_of_source_machines_has_a_name_that_a_bridge_can_have(run: str) -> None:
    wired = OpenshiftWiring(run=RunId(run), guests=GuestAccess(), here=MagicMock(), join=MagicMock())
    access = SourceAccess(
        profile="mine", kind=ProviderKind.OPENSHIFT, version="", url="", username="", password=Secret("")
    )
    home = wired(access, API, Settings(source_provider="mine"))[0].home
    assert home is not None
    assert len(home.network) <= 15
    assert home.network.endswith("ab12")


@pytest.mark.parametrize("sdk", ["openstack", "keystoneauth1", "ovirtsdk4"])
def test_an_sdk_is_imported_only_when_its_source_is_chosen(sdk: str) -> None:
    code = f"import sys, support.run.wiring; sys.exit({sdk!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def settings() -> Settings:
    return Settings(source_provider="mine")


def test_a_missing_sdk_is_said_with_what_it_needs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("support.adapters.ovirt")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "ovirtsdk4", None)
    with pytest.raises(StartError, match=r"ovirt-engine-sdk-python.*C compiler.*make setup"):
        wiring._SOURCES[ProviderKind.OVIRT](access(ProviderKind.OVIRT), API, settings)
