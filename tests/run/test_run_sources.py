"""Which source platforms a run can be made for, and what is said about the others."""

import subprocess
import sys
from dataclasses import replace

import pytest

from support.adapters.inventory.openstack import OpenstackInventory
from support.adapters.inventory.ova import OvaInventory
from support.adapters.inventory.ovirt import OvirtInventory
from support.adapters.openshift.api import Api
from support.domain.access import CloudScope, ClusterAccess, SourceAccess
from support.domain.errors import StartError
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.ports.source import ClonesMachines, PowersMachines, SourcePlatform
from support.run import wiring
from support.run.settings import Settings

API = Api(ClusterAccess(host="https://api.test:6443", token=Secret("t")))


def access(kind: ProviderKind) -> SourceAccess:
    url = "https://engine.test/ovirt-engine/api"
    return SourceAccess(profile="mine", kind=kind, version="4.5", url=url, username="u", password=Secret("p"))


@pytest.mark.parametrize("kind", [kind for kind in ProviderKind if kind is not ProviderKind.VSPHERE])
def test_a_source_that_no_migration_was_run_from_stops_the_run(kind: ProviderKind, settings: Settings) -> None:
    with pytest.raises(
        StartError, match=f"profile 'mine': sources of type {kind.value} cannot be used yet.*: vsphere$"
    ):
        wiring._source(access(kind), API, settings)


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
