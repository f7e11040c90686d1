"""The estate is the same each time, and says what the suite's roles need."""

from lab.kernel.fingerprint import digest
from lab.world.estate import pristine
from lab.world.physics import copy_machine


def test_two_fresh_estates_are_equal_in_every_detail() -> None:
    assert digest(pristine()) == digest(pristine())


def test_no_mac_uuid_or_address_is_given_twice() -> None:
    machines = pristine().machines.values()
    for values in (
        [nic.mac for machine in machines for nic in machine.nics],
        [address.address for machine in machines for address in machine.guest.addresses],
        [uuid for machine in machines for uuid in (machine.uuid, machine.instance_uuid)],
        [disk.uuid for machine in machines for disk in machine.disks],
        [disk.digest for machine in machines for disk in machine.disks],
    ):
        assert len(values) == len(set(values)) > 0


def test_every_machine_is_off_and_on_things_that_exist() -> None:
    world = pristine()
    stores = {store.name for store in world.datastores.values()}
    networks = {network.name for network in world.networks.values()}
    for machine in world.machines.values():
        assert machine.power == "off"
        assert machine.host in world.hosts
        assert {disk.datastore for disk in machine.disks} <= stores
        assert {nic.network for nic in machine.nics} <= networks


def test_a_copied_guest_keeps_its_static_address_on_the_new_adapter() -> None:
    world = pristine()
    source = world.machine_named("mtv-win2022-ip-3disks")
    assert source is not None
    copy = copy_machine(world, source, "copy")
    (address,) = copy.guest.addresses
    assert address.address == source.guest.addresses[0].address
    assert address.mac == copy.nics[0].mac != source.nics[0].mac


def test_a_copied_guest_gets_a_lease_of_its_own() -> None:
    world = pristine()
    source = world.machine_named("mtv-tests-rhel8")
    assert source is not None
    copies = [copy_machine(world, source, f"copy-{number}") for number in range(3)]
    leases = {copy.guest.addresses[0].address for copy in copies} | {source.guest.addresses[0].address}
    assert len(leases) == 4
