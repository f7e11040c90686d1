"""What becomes of an engine's answers, the odd ones included."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

pytest.importorskip("ovirtsdk4", reason="the oVirt SDK is not installed (it needs a C compiler)")

from support.adapters.ovirt.describing import Surroundings, machine_from
from support.adapters.ovirt.sdk import types
from support.domain.errors import SourceError
from support.domain.machine import Cpu, Firmware, OsFamily, Power
from support.domain.source import Place, Provisioning

Told = Callable[..., Any]

NET = Place(id="net-1", name="ovirtmgmt")
NOWHERE = Place(id="", name="")


def nic(**changes: Any) -> Any:
    whole = {"name": "nic1", "mac": types.Mac(address="56:6F:1A:00:00:01"), "vnic_profile": types.VnicProfile(id="p1")}
    return types.Nic(**{**whole, **changes})


def attachment(identity: str, *, bootable: bool = False, **disk: Any) -> Any:
    whole = {"id": identity, "alias": f"{identity}_Disk", "provisioned_size": 2**30, "sparse": True}
    return types.DiskAttachment(bootable=bootable, disk=types.Disk(**{**whole, **disk}))


def reported(address: str, mac: str = "56:6f:1a:00:00:01") -> Any:
    return types.ReportedDevice(mac=types.Mac(address=mac), ips=[types.Ip(address=address)])


def test_cpu_memory_and_identity_are_the_engines(told: Told) -> None:
    machine = machine_from(told(), Surroundings())
    assert machine.cpu == Cpu(sockets=2, cores=3, threads=1)
    assert machine.memory == 2**31
    assert (machine.id, machine.uuid, machine.serial) == ("AB-1", "ab-1", None)


def test_a_serial_number_of_its_own_is_kept(told: Told) -> None:
    own = types.SerialNumber(policy=types.SerialNumberPolicy.CUSTOM, value="S-1")
    assert machine_from(told(serial_number=own), Surroundings()).serial == "S-1"
    of_host = types.SerialNumber(policy=types.SerialNumberPolicy.HOST)
    assert machine_from(told(serial_number=of_host), Surroundings()).serial is None


@pytest.mark.parametrize(
    ("status", "power"),
    [("UP", Power.ON), ("DOWN", Power.OFF), ("SUSPENDED", Power.SUSPENDED), ("POWERING_UP", Power.OTHER)],
)
def test_power_is_told_only_where_it_is_sure(told: Told, status: str, power: Power) -> None:
    assert machine_from(told(status=types.VmStatus[status]), Surroundings()).power is power


@pytest.mark.parametrize(
    ("own", "cluster", "firmware", "secure"),
    [
        ("I440FX_SEA_BIOS", None, Firmware.BIOS, False),
        ("Q35_OVMF", None, Firmware.UEFI, False),
        ("Q35_SECURE_BOOT", "Q35_SEA_BIOS", Firmware.UEFI, True),
        ("CLUSTER_DEFAULT", "Q35_OVMF", Firmware.UEFI, False),
        ("CLUSTER_DEFAULT", None, None, None),
    ],
)
def test_firmware_is_the_machines_or_its_clusters(
    told: Told, own: str, cluster: str | None, firmware: Firmware | None, secure: bool | None
) -> None:
    around = Surroundings(bios=types.BiosType[cluster] if cluster else None)
    machine = machine_from(told(bios=types.Bios(type=types.BiosType[own])), around)
    assert (machine.firmware, machine.secure_boot) == (firmware, secure)


def test_a_nic_has_the_network_behind_its_profile_and_the_addresses_of_its_mac(told: Told) -> None:
    devices = [reported("192.0.2.1"), reported("fe80::1"), reported("192.0.2.2", mac="56:6f:1a:00:00:02")]
    running = told(status=types.VmStatus.UP, nics=[nic()], reported_devices=[devices[0], devices[2]])
    (found,) = machine_from(running, Surroundings(profiles={"p1": NET})).nics
    assert found.network == NET
    assert found.mac == "56:6f:1a:00:00:01"
    assert [each.address for each in found.addresses] == ["192.0.2.1"]
    linked = told(status=types.VmStatus.UP, nics=[nic()], reported_devices=[devices[1]])
    assert machine_from(linked, Surroundings()).nics[0].addresses == ()


@pytest.mark.parametrize(
    ("changes", "network", "connected"),
    [
        ({"vnic_profile": None}, NOWHERE, True),
        ({"vnic_profile": types.VnicProfile(id="p9")}, Place(id="p9", name="p9"), True),
        ({"plugged": False}, NET, False),
        ({"linked": False}, NET, False),
    ],
)
def test_a_nic_without_network_profile_or_plug_is_still_told(
    told: Told, changes: dict[str, Any], network: Place, connected: bool
) -> None:
    (found,) = machine_from(told(nics=[nic(**changes)]), Surroundings(profiles={"p1": NET})).nics
    assert (found.network, found.connected) == (network, connected)


def test_a_templates_nic_has_no_mac(told: Told) -> None:
    assert machine_from(told(nics=[nic(mac=None)]), Surroundings()).nics[0].mac == ""


def test_the_disk_to_boot_from_comes_first_and_the_others_keep_their_order(told: Told) -> None:
    attached = [attachment("d1"), attachment("d2", sparse=False), attachment("d3", bootable=True)]
    disks = machine_from(told(disk_attachments=attached), Surroundings()).disks
    assert [(disk.identity, disk.index) for disk in disks] == [("d3", 0), ("d1", 1), ("d2", 2)]
    assert [disk.provisioning for disk in disks] == [Provisioning.THIN, Provisioning.THIN, Provisioning.UNKNOWN]


def test_a_disk_is_in_its_storage_domain_and_a_lun_in_none(told: Told) -> None:
    domain = [types.StorageDomain(id="sd-1")]
    units = types.HostStorage(logical_units=[types.LogicalUnit(size=7 * 2**30)])
    attached = [
        attachment("d1", storage_domains=domain),
        attachment("d2", lun_storage=units, provisioned_size=None),
    ]
    image, lun = machine_from(told(disk_attachments=attached), Surroundings(stores={"sd-1": "data"})).disks
    assert (image.store, image.size) == (Place(id="sd-1", name="data"), 2**30)
    assert (lun.store, lun.size) == (NOWHERE, 7 * 2**30)


def test_the_snapshot_of_what_runs_now_is_none(told: Told) -> None:
    made = datetime(2026, 1, 2, tzinfo=UTC)
    snapshots = [
        types.Snapshot(id="s0", snapshot_type=types.SnapshotType.ACTIVE, description="Active VM"),
        types.Snapshot(id="s1", snapshot_type=types.SnapshotType.REGULAR, description="mine", date=made),
    ]
    (found,) = machine_from(told(snapshots=snapshots), Surroundings()).snapshots
    assert (found.id, found.name, found.created) == ("s1", "mine", made)


@pytest.mark.parametrize(
    ("configured", "family"),
    [("windows_2019x64", OsFamily.WINDOWS), ("rhel_8x64", OsFamily.LINUX), ("other", OsFamily.UNKNOWN)],
)
def test_the_guests_family_is_that_of_its_type_while_it_is_off(told: Told, configured: str, family: OsFamily) -> None:
    guest = machine_from(told(os=types.OperatingSystem(type=configured)), Surroundings()).guest
    assert (guest.family, guest.agent_running) == (family, None)


def test_an_agent_knows_its_guest_better(told: Told) -> None:
    system = types.GuestOperatingSystem(family="Linux", distribution="Fedora")
    running = told(
        status=types.VmStatus.UP,
        os=types.OperatingSystem(type="other"),
        fqdn="web.test",
        guest_operating_system=system,
    )
    guest = machine_from(running, Surroundings()).guest
    assert (guest.family, guest.hostname, guest.os_name) == (OsFamily.LINUX, "web.test", "Fedora")
    assert guest.agent_running
    silent = machine_from(told(status=types.VmStatus.UP), Surroundings()).guest
    assert silent.agent_running is False


@pytest.mark.parametrize("missing", ["memory", "cpu"])
def test_a_machine_whose_hardware_is_not_told_is_an_error(told: Told, missing: str) -> None:
    with pytest.raises(SourceError, match=rf"machine web1 \(AB-1\).*no {missing}"):
        machine_from(told(**{missing: None}), Surroundings())
