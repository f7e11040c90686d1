"""The engine's estate beside vSphere's: the same machines by what they are, others by who they are."""

from lab.world.estate import pristine
from lab.world.model import Machine
from tests.lab_ovirt.conftest import Conversation


def known_by(machine: Machine) -> set[str]:
    """Everything that tells a machine from another."""
    own = {machine.id, machine.uuid, machine.instance_uuid, machine.guest.machine_id}
    addresses = {address.address for address in machine.guest.addresses}
    return own | addresses | {disk.uuid for disk in machine.disks} | {nic.mac for nic in machine.nics}


def test_each_machine_has_a_twin_of_the_same_make() -> None:
    world = pristine()
    for machine in world.machines.values():
        twins = [each for each in world.ovirt.machines.values() if each.name == machine.name and each.template]
        assert len(twins) == (0 if machine.template else 1), machine.name
        for twin in twins:
            for what in ("cpus", "cores_per_socket", "memory", "firmware", "secure_boot"):
                assert getattr(twin, what) == getattr(machine, what), f"{machine.name} {what}"
            assert [(disk.size, disk.digest) for disk in twin.disks] == [
                (disk.size, disk.digest) for disk in machine.disks
            ]
            assert len(twin.nics) == len(machine.nics)
            assert [address.static for address in twin.guest.addresses] == [
                address.static for address in machine.guest.addresses
            ]


def test_no_two_machines_share_what_they_are_known_by() -> None:
    world = pristine()
    seen: set[str] = set()
    for machine in (*world.machines.values(), *world.ovirt.machines.values()):
        own = known_by(machine)
        assert not seen & own, machine.name
        seen |= own


def test_two_labs_have_the_same_estate() -> None:
    assert pristine().ovirt == pristine().ovirt


def test_the_links_of_a_machine_lead_to_what_is_below_it(client: Conversation) -> None:
    vm = client.one("vms", "mtv-tests-rhel8")
    for below in (vm.nics, vm.disk_attachments, vm.snapshots):
        assert len(client.connection.follow_link(below)) == 1
    assert client.connection.follow_link(vm.cluster).name == "lab-cluster"
