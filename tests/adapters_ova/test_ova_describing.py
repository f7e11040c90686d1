"""Appliances in the inventory's shapes of each release become SourceMachines, and what nobody says stays unknown."""

from typing import Any

import pytest

from support.adapters.ova.describing import machine_from
from support.adapters.ova.units import size_in_bytes
from support.domain.errors import SourceError
from support.domain.machine import GIB, MIB, Cpu, Firmware, OsFamily, Power
from support.domain.source import Place, ProviderKind

UUID = "422C6A2A-5EA9-1083-BABB-613E6947EE5C"


def appliance(**changes: Any) -> dict[str, Any]:
    disk = {"CapacityAllocationUnits": "byte * 2^30", "FilePath": "/ova/web.ova", "Format": "vmdk"}
    return {
        "id": UUID,
        "name": "web",
        "uuid": UUID,
        "osType": "rhel9_64Guest",
        "firmware": "efi",
        "secureBoot": True,
        "cpuCount": 4,
        "coresPerSocket": 2,
        "memoryMB": 4096,
        "memoryUnits": "byte * 2^20",
        "networks": [{"ID": "net-1", "Name": "front"}, {"ID": "net-2", "Name": "back"}],
        "nics": [
            {"Name": "Network adapter 1", "MAC": "00:50:56:AA:00:01", "Network": "back", "Config": None},
            {"Name": "Network adapter 2", "MAC": "", "Network": "front", "Config": None},
        ],
        "disks": [
            {"ID": "d-1", "Name": "web-1.vmdk", "DiskId": "vmdisk1", "Capacity": 16, **disk},
            {"ID": "d-2", "Name": "web-2.vmdk", "DiskId": "vmdisk2", "Capacity": 1, **disk},
        ],
        **changes,
    }


def test_an_appliance_is_described_whole_and_off() -> None:
    machine = machine_from(appliance())
    assert (machine.kind, machine.name, machine.uuid) == (ProviderKind.OVA, "web", UUID.lower())
    assert (machine.power, machine.cpu, machine.memory) == (Power.OFF, Cpu(sockets=2, cores=2), 4 * GIB)
    assert (machine.firmware, machine.secure_boot) == (Firmware.UEFI, True)
    assert (machine.guest.family, machine.guest.os_name) == (OsFamily.LINUX, "rhel9_64Guest")


def test_nics_have_the_ids_of_their_networks_and_a_mac_only_where_the_file_says_one() -> None:
    nics = machine_from(appliance()).nics
    assert [nic.network for nic in nics] == [Place(id="net-2", name="back"), Place(id="net-1", name="front")]
    assert [nic.mac for nic in nics] == ["00:50:56:aa:00:01", ""]


def test_disks_are_known_by_what_mtv_writes_on_their_claims_in_the_order_of_the_file() -> None:
    disks = machine_from(appliance()).disks
    assert [disk.identity for disk in disks] == ["/ova/web.ova::web-1.vmdk", "/ova/web.ova::web-2.vmdk"]
    assert [(disk.index, disk.size, disk.store.id) for disk in disks] == [(0, 16 * GIB, "d-1"), (1, GIB, "d-2")]


def test_what_a_file_or_an_older_release_does_not_say_stays_unknown() -> None:
    old = {key: value for key, value in appliance(firmware="").items() if key not in ("secureBoot", "osType")}
    machine = machine_from(old)
    assert (machine.firmware, machine.secure_boot) == (None, None)
    assert (machine.guest.family, machine.guest.os_name, machine.guest.hostname) == (OsFamily.UNKNOWN, None, None)
    assert machine_from({**old, "firmware": "efi"}).secure_boot is None
    assert machine_from(appliance(firmware="bios", secureBoot=False)).secure_boot is None


def test_lists_that_were_never_filled_are_empty() -> None:
    machine = machine_from(appliance(nics=None, disks=None, networks=None))
    assert (machine.nics, machine.disks) == ((), ())


def test_cores_that_are_not_told_are_one_per_socket() -> None:
    assert machine_from(appliance(cpuCount=3, coresPerSocket=0)).cpu == Cpu(sockets=3, cores=1)


@pytest.mark.parametrize(("count", "cores"), [(3, 2), (0, 0), (1, 2)])
def test_half_a_socket_is_an_error_that_names_the_appliance(count: int, cores: int) -> None:
    with pytest.raises(SourceError, match=r"appliance web.*expected whole sockets"):
        machine_from(appliance(cpuCount=count, coresPerSocket=cores))


@pytest.mark.parametrize(
    ("number", "units", "size"),
    [
        (16, "byte * 2^30", 16 * GIB),
        (16, "byte*2^30", 16 * GIB),
        (512, "byte * 1024 * 1024", 512 * MIB),
        (4096, "MegaBytes", 4 * GIB),
        (1024, "byte", 1024),
        (1024, "", 1024),
    ],
)
def test_units_of_ovf_are_counted_out(number: int, units: str, size: int) -> None:
    assert size_in_bytes(number, units, "it") == size


@pytest.mark.parametrize("units", ["hertz * 10^6", "byte * 2^", "byte * KiB", "GigaBytes"])
def test_other_units_are_an_error_that_says_of_what(units: str) -> None:
    with pytest.raises(SourceError, match="memory of web: its size is given in"):
        size_in_bytes(1, units, "memory of web")
