"""Orders that OpenStack's lists do not have: of volumes, and of ports."""

from types import SimpleNamespace
from typing import Any

from support.adapters.openstack.reading import distinct_networks, ports_of, volumes_of

BOOTABLE = frozenset({"system"})


def _session(devices: dict[str, str | None], ports: list[Any] | None = None) -> Any:
    attached = [SimpleNamespace(volume_id=name, device=device) for name, device in devices.items()]
    return SimpleNamespace(
        compute=SimpleNamespace(volume_attachments=lambda _server: attached),
        volumes=SimpleNamespace(get_volume=lambda name: SimpleNamespace(id=name, is_bootable=name in BOOTABLE)),
        networks=SimpleNamespace(ports=lambda device_id: ports or []),
    )


def _ids(devices: dict[str, str | None], image: Any = None) -> list[str]:
    return [each.id for each in volumes_of(_session(devices), SimpleNamespace(image=image))]


def test_volumes_come_in_the_order_of_their_devices() -> None:
    assert _ids({"z": "/dev/vdaa", "b": "/dev/vdb", "system": "/dev/vda"}) == ["system", "b", "z"]


def test_the_volume_it_boots_from_comes_first_wherever_it_is_plugged_in() -> None:
    assert _ids({"data": "/dev/vda", "system": "/dev/vdb"}) == ["system", "data"]


def test_a_bootable_volume_beside_an_image_is_a_data_disk() -> None:
    assert _ids({"data": "/dev/vdb", "system": "/dev/vdc"}, SimpleNamespace(id="img")) == ["data", "system"]


def test_a_volume_without_a_device_comes_last() -> None:
    assert _ids({"lost": None, "data": "/dev/vdb"}) == ["data", "lost"]


def test_ports_come_in_the_order_of_the_servers_addresses() -> None:
    def entry(mac: str) -> dict[str, str]:
        return {"addr": "192.0.2.1", "OS-EXT-IPS-MAC:mac_addr": mac}

    server = SimpleNamespace(id="s", addresses={"two": [entry("m2")], "one": [entry("m1"), entry("m1"), entry("m0")]})
    found = [SimpleNamespace(mac_address=mac, network_id=mac[-1]) for mac in ("m0", "m1", "m2", "m3")]
    ordered = ports_of(_session({}, found), server)
    assert [each.mac_address for each in ordered] == ["m2", "m1", "m0", "m3"]


def test_a_network_counts_once_where_it_is_used_first() -> None:
    ports = [SimpleNamespace(network_id=each) for each in ("b", "a", "b")]
    assert distinct_networks(ports) == ["b", "a"]
