"""A client that nobody here wrote: govc, in Go, reads every answer strictly."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab_vcenter.conftest import RunningVcenter

TOOL = Path(__file__).parents[2] / ".tools" / "bin" / "govc"
GOVC = str(TOOL) if TOOL.exists() else shutil.which("govc")

Govc = Callable[..., str]

pytestmark = pytest.mark.skipif(GOVC is None, reason="govc is neither in .tools/bin nor on PATH")


@pytest.fixture
def govc(vcenter: "RunningVcenter", tmp_path: Path) -> Govc:
    """Run one govc command; its failure fails the test with what it said."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GOVC_URL": vcenter.lab.endpoints["vcenter"],
        "GOVC_USERNAME": "administrator@vsphere.local",
        "GOVC_PASSWORD": "lab-vcenter-password",
        "GOVC_TLS_CA_CERTS": str(vcenter.lab.folder / "ca.crt"),
        "GOVC_PERSIST_SESSION": "false",
        "GOVC_DATASTORE": "lab-vmfs-1",
    }

    def run(*arguments: str) -> str:
        command = [str(GOVC), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, f"{arguments}: {done.stderr}{done.stdout}"
        return done.stdout

    return run


def test_govc_says_who_it_talks_to(govc: Govc) -> None:
    assert "API version:  8.0.3.0" in govc("about")


def test_govc_lists_the_estate(govc: Govc, vcenter: "RunningVcenter") -> None:
    names = {line.removeprefix("/DC0/vm/") for line in govc("ls", "vm").split()}
    assert names == {machine.name for machine in vcenter.world.machines.values()}
    assert "lab-nfs-1" in govc("ls", "datastore")
    assert "dvs-vlan-100" in govc("ls", "network")


def test_govc_reads_a_whole_machine(govc: Govc) -> None:
    (machine,) = json.loads(govc("vm.info", "-json", "mtv-rhel8-warm-2disks2nics"))["virtualMachines"]
    assert machine["config"]["hardware"]["memoryMB"] == 4096
    assert machine["runtime"]["powerState"] == "poweredOff"
    devices = {device["deviceInfo"]["label"]: device for device in machine["config"]["hardware"]["device"]}
    assert devices["Hard disk 2"]["capacityInBytes"] == 4 * 1024**3
    assert devices["Network adapter 2"]["backing"]["port"]["portgroupKey"] == "dvportgroup-31"


def test_govc_leads_a_clone_through_its_life(govc: Govc, vcenter: "RunningVcenter") -> None:
    govc("vm.clone", "-vm", "mtv-tests-rhel8", "-on=false", "copy")
    govc("vm.power", "-on", "copy")
    govc("snapshot.create", "-vm", "copy", "one")
    govc("snapshot.create", "-vm", "copy", "two")
    assert govc("snapshot.tree", "-vm", "copy").split() == ["one", "two", "."]
    assert "copy-000002.vmdk" in govc("device.info", "-vm", "copy", "disk-*")
    govc("snapshot.remove", "-vm", "copy", "*")
    assert "[lab-vmfs-1] copy/copy.vmdk" in govc("device.info", "-vm", "copy", "disk-*")
    govc("vm.power", "-off", "copy")
    govc("vm.destroy", "copy")
    assert vcenter.world.machine_named("copy") is None


def test_govc_waits_for_an_address(govc: Govc) -> None:
    govc("vm.power", "-on", "mtv-tests-rhel8")
    assert govc("vm.ip", "-wait", "10s", "mtv-tests-rhel8").strip() == "192.168.10.101"


def test_govc_adds_disks_and_networks(govc: Govc) -> None:
    govc("vm.disk.create", "-vm", "mtv-tests-rhel8", "-name", "mtv-tests-rhel8/extra", "-size", "1G")
    govc("vm.network.add", "-vm", "mtv-tests-rhel8", "-net", "dvs-vlan-200")
    devices = govc("device.ls", "-vm", "mtv-tests-rhel8")
    assert "disk-1000-1" in devices
    assert "ethernet-1" in devices


def test_govc_browses_and_tidies_a_datastore(govc: Govc) -> None:
    govc("datastore.mkdir", "shared")
    assert "shared" in govc("datastore.ls").split()
    govc("datastore.rm", "shared")
    assert "shared" not in govc("datastore.ls").split()


def test_govc_lists_tasks(govc: Govc) -> None:
    govc("vm.power", "-on", "mtv-tests-rhel8")
    assert "PowerOnVM" in govc("tasks")


def test_govc_hears_a_fault_by_its_name(govc: Govc) -> None:
    with pytest.raises(AssertionError, match="already exists"):
        govc("vm.clone", "-vm", "mtv-tests-rhel8", "-on=false", "mtv-win2019-79")


def up(vcenter: "RunningVcenter", name: str) -> None:
    machine = vcenter.world.machine_named(name)
    assert machine is not None

    def boot() -> None:
        machine.power, machine.guest_up = "on", True
        vcenter.world.touch(machine)

    vcenter.on_loop(boot)


def test_govc_works_in_a_linux_guest(govc: Govc, vcenter: "RunningVcenter", tmp_path: Path) -> None:
    """Its URLs, temporary files, redirections and waiting are its own (checklist vCenter 11)."""
    name = "mtv-rhel8-warm-2disks2nics"
    up(vcenter, name)
    login = ("-vm", name, "-l", "root:lab-guest-password")
    (tmp_path / "marker").write_bytes(bytes(range(256)))
    govc("guest.upload", *login, str(tmp_path / "marker"), "/data1/marker")
    assert govc("guest.run", *login, "wc", "-c", "/data1/marker") == "256 /data1/marker\n"
    govc("guest.run", *login, "sync")
    machine = vcenter.world.machine_named(name)
    assert machine is not None
    assert list(machine.disks[1].files or ()) == ["marker"]
    govc("guest.download", *login, "/data1/marker", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == bytes(range(256))
    assert "marker" in govc("guest.ls", *login, "/data1")
    assert govc("guest.run", *login, "-d", "hello", "cat") == "hello"
    assert govc("guest.ls", *login, "/tmp").split() == [], "its temporary files are gone"
    assert json.loads(govc("guest.run", *login, "lsblk", "-J", "-b"))["blockdevices"][1]["name"] == "sdb"
    with pytest.raises(AssertionError, match="frobnicate: command not found"):
        govc("guest.run", *login, "frobnicate")
    with pytest.raises(AssertionError, match="Failed to authenticate"):
        govc("guest.run", "-vm", name, "-l", "root:wrong", "true")


def test_govc_works_in_a_windows_guest(govc: Govc, vcenter: "RunningVcenter", tmp_path: Path) -> None:
    name = "mtv-win2019-3disks"
    up(vcenter, name)
    login = ("-vm", name, "-l", "Administrator:lab-guest-password")
    (tmp_path / "marker").write_bytes(b"one")
    govc("guest.upload", *login, str(tmp_path / "marker"), "E:\\marker")
    assert govc("guest.run", *login, "type", "E:\\marker") == "one"
    script = "Get-Disk | Select-Object Number,Size | ConvertTo-Json"
    disks = json.loads(govc("guest.run", *login, "powershell", "-NoProfile", "-Command", f'"{script}"'))
    assert [disk["Size"] for disk in disks] == [40 * 1024**3, 10 * 1024**3, 5 * 1024**3]


def test_govc_maps_a_lun(govc: Govc) -> None:
    offered = json.loads(govc("vm.rdm.ls", "-json", "-vm", "mtv-tests-rhel8"))["disks"]
    name = offered[0]["disk"]["canonicalName"]
    govc("vm.rdm.attach", "-vm", "mtv-tests-rhel8", "-device", name)
    (disk,) = json.loads(govc("device.info", "-json", "-vm", "mtv-tests-rhel8", "disk-1000-1"))["devices"]
    assert disk["backing"]["lunUuid"] == offered[0]["disk"]["uuid"]
    left = json.loads(govc("vm.rdm.ls", "-json", "-vm", "mtv-tests-rhel8"))["disks"]
    assert name not in {item["disk"]["canonicalName"] for item in left}


def test_govc_reads_a_hosts_storage(govc: Govc) -> None:
    told = govc("host.storage.info", "-host", "esxi-1.lab.test", "-t", "lun")
    assert "naa.624a9370000000000000000000000011" in told
    assert "mpx." not in told
    assert "mpx." in govc("host.storage.info", "-host", "esxi-2.lab.test", "-t", "lun")
    assert "lab-local-2" in govc("datastore.info", "lab-local-2")


def test_govc_shapes_a_clone(govc: Govc, vcenter: "RunningVcenter") -> None:
    """A disk of its own folder, one in each mode that snapshots pass over, and what is left of them."""
    before = vcenter.on_loop(vcenter.service.fingerprint)
    govc("vm.clone", "-vm", "xcopy-template-test", "-ds", "lab-vmfs-2", "-pool", "Resources", "-on=false", "copy")
    govc("datastore.mkdir", "shared_disks")
    govc("vm.disk.create", "-vm", "copy", "-name", "shared_disks/a", "-size", "30G", "-thick", "-eager")
    for mode in ("independent_persistent", "independent_nonpersistent"):
        govc(
            "vm.disk.create", "-vm", "copy", "-ds", "lab-vmfs-2", "-name", f"copy/{mode}", "-size", "30G", "-mode", mode
        )
    govc("vm.power", "-on", "copy")
    govc("snapshot.create", "-m=false", "-vm", "copy", "one")
    devices = json.loads(govc("device.info", "-json", "-vm", "copy", "disk-*"))["devices"]
    shown = [(disk["backing"]["fileName"], disk["backing"]["diskMode"]) for disk in devices]
    assert shown == [
        ("[lab-vmfs-2] copy/copy-000001.vmdk", "persistent"),
        ("[lab-vmfs-1] shared_disks/a-000001.vmdk", "persistent"),
        ("[lab-vmfs-2] copy/independent_persistent.vmdk", "independent_persistent"),
        ("[lab-vmfs-2] copy/independent_nonpersistent.vmdk", "independent_nonpersistent"),
    ]
    assert [disk["backing"]["eagerlyScrub"] for disk in devices] == [False, True, False, False]
    assert f"{30 * 1024**3}" in govc("datastore.ls", "-json", "-l", "shared_disks")
    govc("vm.power", "-off", "copy")
    govc("vm.destroy", "copy")
    govc("datastore.rm", "shared_disks")
    assert vcenter.on_loop(vcenter.service.fingerprint) == before
