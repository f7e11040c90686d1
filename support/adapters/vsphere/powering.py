"""Switching machines on and off, and waiting for what their guests report."""

import logging
from typing import Any

from support.adapters.vsphere.faults import translated
from support.adapters.vsphere.nics import GuestNetwork, addresses_of, cards
from support.adapters.vsphere.reading import read_one
from support.adapters.vsphere.sdk import vim, vmodl
from support.adapters.vsphere.session import Session
from support.adapters.vsphere.tasks import await_task
from support.adapters.vsphere.updates import Seen, until
from support.domain.errors import WaitTimeout

_LOG = logging.getLogger(__name__)

_STATE = "runtime.powerState"
_TOOLS = "guest.toolsRunningStatus"
_RUNNING = "guestToolsRunning"
_SHARE_FOR_GUEST = 0.5
"""Part of the time that the guest gets to shut itself down."""

_WATCHED = (_STATE, _TOOLS, "guest.net", "guest.ipStack", "config.hardware.device")


def switch_on(session: Session, machine: Any, seconds: float) -> None:
    """Already on is success."""
    subject = f"machine {machine._moId}: power on"
    with translated(subject):
        if read_one(session, machine, (_STATE,)).get(_STATE) != "poweredOn":
            _tolerating(session, subject, machine.PowerOnVM_Task, seconds)


def switch_off(session: Session, machine: Any, seconds: float) -> None:
    """Already off is success; a guest whose tools run is asked first, since a dirty file system breaks conversion."""
    subject = f"machine {machine._moId}: power off"
    with translated(subject):
        row = read_one(session, machine, (_STATE, _TOOLS))
        if row.get(_STATE) == "poweredOff":
            return
        graceful = row.get(_STATE) == "poweredOn" and row.get(_TOOLS) == _RUNNING
        if not (graceful and _shut_down(session, machine, seconds * _SHARE_FOR_GUEST)):
            _tolerating(session, subject, machine.PowerOffVM_Task, seconds)


def pull_plug(session: Session, machine: Any, seconds: float) -> None:
    """Hard off, for machines that are deleted next; already off is success."""
    if read_one(session, machine, (_STATE,)).get(_STATE) != "poweredOff":
        _tolerating(session, f"machine {machine._moId}: power off", machine.PowerOffVM_Task, seconds)


def await_network(session: Session, machine: Any, seconds: float) -> None:
    """Until the tools run and every connected card has an address; raises WaitTimeout."""
    identity = machine._moId
    with translated(f"machine {identity}: waiting for its guest"):
        sight = until(session, (machine,), _WATCHED, _reports, seconds)
    if not sight.reached:
        raise WaitTimeout(
            subject=f"guest of machine {identity}",
            wanted="reporting an address on every connected network card",
            budget="guest_info",
            seconds=seconds,
            last_seen=_words(sight.seen.get(identity, {})),
            age=sight.age,
        )


def _shut_down(session: Session, machine: Any, seconds: float) -> bool:
    """Whether the guest went down by itself in time."""
    try:
        machine.ShutdownGuest()
    except (vim.fault.ToolsUnavailable, vim.fault.InvalidState, vmodl.fault.NotSupported) as fault:
        _LOG.info("machine %s: the guest cannot shut down (%s)", machine._moId, type(fault).__name__)
        return False
    return until(session, (machine,), (_STATE,), _is_off, seconds).reached


def _tolerating(session: Session, subject: str, method: Any, seconds: float) -> None:
    """Run a power task; that the machine is in the wanted state already is success."""
    try:
        task = method()
    except vim.fault.InvalidPowerState as fault:
        if fault.existingState != fault.requestedState:
            raise
        return
    await_task(session, subject, task, seconds, accepted=vim.fault.InvalidPowerState)


def _is_off(seen: Seen) -> bool:
    return any(values.get(_STATE) == "poweredOff" for values in seen.values())


def _reports(seen: Seen) -> bool:
    return bool(seen) and all(_has_network(values) for values in seen.values())


def _has_network(values: dict[str, Any]) -> bool:
    return values.get(_TOOLS) == _RUNNING and not _silent_cards(values)


def _silent_cards(values: dict[str, Any]) -> list[Any]:
    """Connected cards the guest reports no address of."""
    guest = GuestNetwork(values.get("guest.net") or (), values.get("guest.ipStack") or ())
    plugged = [
        card
        for card in cards(values.get("config.hardware.device") or ())
        if card.connectable is None or card.connectable.connected
    ]
    return [card for card in plugged if not addresses_of(card, guest)]


def _words(values: dict[str, Any]) -> str:
    silent = ", ".join(str(card.macAddress) for card in _silent_cards(values)) or "none"
    power, tools = values.get(_STATE, "power unknown"), values.get(_TOOLS, "tools unknown")
    return f"{power}, {tools}, cards without address: {silent}"
