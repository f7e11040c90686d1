"""Starting and ending machines, and what the log says of it (checklist oVirt 5)."""

import pytest

from lab.world import physics
from tests.lab_ovirt.conftest import Conversation, RunningEngine

NAME = "mtv-tests-rhel8"


def running(engine: RunningEngine, client: Conversation) -> int:
    """Start the machine; the number of the last event then."""
    client.vm(NAME).start()
    engine.boot(NAME)
    return client.last_event()


def test_a_start_waits_for_launch_first(engine: RunningEngine, client: Conversation) -> None:
    engine.stand_still()
    service = client.vm(NAME)
    service.start()
    assert service.get().status == client.types.VmStatus.WAIT_FOR_LAUNCH


def test_a_machine_powers_up_until_its_guest_has_booted(engine: RunningEngine, client: Conversation) -> None:
    def switch_on() -> None:
        engine.stand_still()
        physics.power_on(engine.lab, engine.machine(NAME))

    engine.on_loop(switch_on)
    assert client.vm(NAME).get().status == client.types.VmStatus.POWERING_UP


def test_a_started_machine_is_up_on_a_host(engine: RunningEngine, client: Conversation) -> None:
    running(engine, client)
    vm = client.vm(NAME).get(follow="host")
    assert vm.status == client.types.VmStatus.UP
    assert vm.host.name.startswith("ovirt-")
    assert vm.fqdn == "mtv-rhel8"
    assert client.codes(1) == [153, 32]


def test_a_stop_pulls_the_plug_and_says_who_did_it(engine: RunningEngine, client: Conversation) -> None:
    before = running(engine, client)
    client.vm(NAME).stop()
    engine.settle()
    assert client.vm(NAME).get().status == client.types.VmStatus.DOWN
    events = client.system.events_service().list(from_=before)
    assert [event.code for event in events] == [33, 61]
    assert events[0].description.startswith(f"VM {NAME} powered off by admin@internal (Host: ovirt-")
    assert events[1].description == f"VM {NAME} is down. Exit message: Admin shut down from the engine"
    assert events[0].vm.id == events[1].vm.id == engine.machine(NAME).id


def test_a_shutdown_is_the_guests_own_end(engine: RunningEngine, client: Conversation) -> None:
    before = running(engine, client)
    client.vm(NAME).shutdown()
    engine.settle()
    assert client.vm(NAME).get().status == client.types.VmStatus.DOWN
    assert client.codes(before) == [73, 61]


def test_a_guest_that_is_not_up_is_stopped_instead(engine: RunningEngine, client: Conversation) -> None:
    machine = engine.machine(NAME)
    machine.guest.boot_seconds = 1e9
    client.vm(NAME).start()
    engine.settle()
    client.vm(NAME).shutdown()
    engine.settle()
    assert machine.power == "off"
    assert 33 in client.codes()


@pytest.mark.parametrize("action", ["stop", "shutdown"])
def test_a_machine_powers_down_for_a_while(engine: RunningEngine, client: Conversation, action: str) -> None:
    running(engine, client)
    engine.stand_still()
    getattr(client.vm(NAME), action)()
    assert client.vm(NAME).get().status == client.types.VmStatus.POWERING_DOWN


def test_whoever_ends_a_machine_the_log_says_it_is_down(engine: RunningEngine, client: Conversation) -> None:
    before = running(engine, client)
    engine.on_loop(lambda: physics.shut_down(engine.lab, engine.machine(NAME)))
    assert client.codes(before) == [61]


def test_power_that_is_there_already_is_refused_as_an_action(engine: RunningEngine, client: Conversation) -> None:
    service, error = client.vm(NAME), client.sdk.Error
    for action, words in ((service.stop, "stop VM. VM is not"), (service.shutdown, "shutdown VM. VM is not")):
        with pytest.raises(error, match=rf"\[Cannot {words} running.\]") as refusal:
            action()
        assert refusal.value.code == 409
    running(engine, client)
    with pytest.raises(error, match=r"\[Cannot run VM. VM is running.\]"):
        service.start()
