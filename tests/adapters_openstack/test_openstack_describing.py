"""From a cloud's JSON, as the SDK reads it, to the domain's machine."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from openstack.block_storage.v3.snapshot import Snapshot
from openstack.block_storage.v3.volume import Volume
from openstack.compute.v2.flavor import Flavor
from openstack.compute.v2.server import Server
from openstack.image.v2.image import Image
from openstack.network.v2.port import Port

from support.adapters.openstack.describing import GLANCE, machine_from
from support.adapters.openstack.reading import Sight
from support.domain.machine import GIB, MIB, Cpu, Firmware, OsFamily, Power
from support.domain.source import Place

UEFI: dict[str, Any] = {"hw_firmware_type": "uefi", "os_type": "linux", "os_distro": "rhel", "os_version": "9.4"}


def server(**changes: Any) -> Any:
    found = {"id": "ABC-1", "name": "web1", "status": "SHUTOFF", "image": "", "addresses": {}, "flavor": {}}
    return Server.existing(**{**found, **changes})


def volume(number: int, **changes: Any) -> Any:
    found = {"id": f"vol-{number}", "name": "", "size": 20, "volume_type": "fast", "bootable": "true"}
    return Volume.existing(**{**found, **changes})


def port(number: int, **changes: Any) -> Any:
    addresses = [{"ip_address": "192.0.2.7", "subnet_id": "s"}]
    found = {"id": f"port-{number}", "mac_address": f"FA:16:3E:00:00:0{number}", "network_id": "net-1"}
    return Port.existing(**{**found, "fixed_ips": addresses, **changes})


def flavor(**changes: Any) -> Any:
    return Flavor.existing(**{"id": "f", "name": "m1", "vcpus": 4, "ram": 2048, "disk": 30, **changes})


def sight(**changes: Any) -> Sight:
    plain = Sight(
        server=server(),
        flavor=flavor(),
        volumes=(volume(0, volume_image_metadata=UEFI), volume(1, volume_type="slow", size=5)),
        ports=(port(1), port(2, network_id="net-2")),
        networks={"net-1": "one", "net-2": "two"},
        types={"fast": "type-1", "slow": "type-2"},
    )
    return replace(plain, **changes)


def test_a_server_on_volumes_has_disks_in_boot_order_by_volume_type() -> None:
    disks = machine_from(sight()).disks
    assert [(disk.index, disk.identity, disk.size) for disk in disks] == [(0, "vol-0", 20 * GIB), (1, "vol-1", 5 * GIB)]
    assert [disk.store for disk in disks] == [Place(id="type-1", name="fast"), Place(id="type-2", name="slow")]


def test_the_disk_of_an_image_comes_first_as_large_as_the_flavor_gives_it() -> None:
    image = Image.existing(id="img", name="rhel", min_disk=10, **UEFI)
    machine = machine_from(sight(server=server(image={"id": "img"}), image=image, volumes=(volume(1),)))
    root, data = machine.disks
    assert (root.identity, root.size, root.store, root.index) == ("img", 30 * GIB, GLANCE, 0)
    assert (data.identity, data.index) == ("vol-1", 1)
    assert (machine.firmware, machine.guest.family) == (Firmware.UEFI, OsFamily.LINUX)


def test_a_disk_of_an_image_is_as_large_as_the_image_where_the_flavor_gives_none() -> None:
    image = Image.existing(id="img", min_disk=10)
    found = sight(server=server(image={"id": "img"}), image=image, flavor=flavor(disk=0), volumes=())
    assert machine_from(found).disks[0].size == 10 * GIB


def test_ports_are_nics_on_their_networks_with_what_the_cloud_gave_them() -> None:
    first, second = machine_from(sight()).nics
    assert (first.mac, first.network) == ("fa:16:3e:00:00:01", Place(id="net-1", name="one"))
    assert [address.address for address in first.addresses] == ["192.0.2.7"]
    assert second.network == Place(id="net-2", name="two")


@pytest.mark.parametrize(
    ("image", "specs", "expected"),
    [
        ({}, {}, Cpu(sockets=4, cores=1)),
        ({}, {"hw:cpu_sockets": "2", "hw:cpu_cores": "2"}, Cpu(sockets=2, cores=2)),
        ({"hw_cpu_sockets": "1", "hw_cpu_threads": "4"}, {"hw:cpu_sockets": "2"}, Cpu(sockets=1, cores=1, threads=4)),
    ],
)
def test_the_image_tells_of_the_cpu_before_the_flavor(
    image: dict[str, str], specs: dict[str, str], expected: Cpu
) -> None:
    boot = volume(0, volume_image_metadata=image)
    machine = machine_from(sight(volumes=(boot,), flavor=flavor(extra_specs=specs)))
    assert machine.cpu == expected
    assert machine.memory == 2048 * MIB


@pytest.mark.parametrize(
    ("properties", "firmware", "secure"),
    [
        (None, None, None),
        ({"os_type": "linux"}, Firmware.BIOS, None),
        ({"hw_firmware_type": "bios"}, Firmware.BIOS, None),
        ({"hw_firmware_type": "uefi"}, Firmware.UEFI, False),
        ({"hw_firmware_type": "uefi", "os_secure_boot": "required"}, Firmware.UEFI, True),
        ({"hw_firmware_type": "uefi", "os_secure_boot": "optional"}, Firmware.UEFI, None),
    ],
)
def test_firmware_is_the_images_word(
    properties: dict[str, str] | None, firmware: Firmware | None, secure: bool | None
) -> None:
    machine = machine_from(sight(volumes=(volume(0, volume_image_metadata=properties),)))
    assert (machine.firmware, machine.secure_boot) == (firmware, secure)


@pytest.mark.parametrize(
    ("status", "power"),
    [("ACTIVE", Power.ON), ("SHUTOFF", Power.OFF), ("PAUSED", Power.SUSPENDED), ("ERROR", Power.OTHER)],
)
def test_power_is_the_servers_status(status: str, power: Power) -> None:
    assert machine_from(sight(server=server(status=status))).power is power


def test_identity_is_the_servers_id_in_lower_case_and_windows_is_known() -> None:
    boot = volume(0, volume_image_metadata={"os_type": "windows", "os_distro": "windows", "os_version": "2019"})
    machine = machine_from(sight(volumes=(boot,)))
    assert (machine.id, machine.uuid) == ("ABC-1", "abc-1")
    assert (machine.guest.family, machine.guest.os_name) == (OsFamily.WINDOWS, "windows 2019")


def test_times_of_snapshots_are_utc() -> None:
    taken = Snapshot.existing(id="snap", name="s", created_at="2026-01-05T08:00:00.000000")
    (snapshot,) = machine_from(sight(snapshots=(taken,))).snapshots
    assert snapshot.created == datetime(2026, 1, 5, 8, tzinfo=UTC)
