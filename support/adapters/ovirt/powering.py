"""Switching machines on and off, and waiting for what their guests report."""

import logging
from collections.abc import Callable
from typing import Any

from support.adapters.ovirt.cloning import is_locked
from support.adapters.ovirt.faults import CONFLICT, translated
from support.adapters.ovirt.pacing import NotYet, Wait
from support.adapters.ovirt.recording import describe
from support.adapters.ovirt.sdk import sdk, types
from support.adapters.ovirt.session import Session
from support.domain.errors import WaitTimeout
from support.domain.machine import Power
from support.domain.source import SourceMachine

_LOG = logging.getLogger(__name__)

_UP, _DOWN = types.VmStatus.UP, types.VmStatus.DOWN
_STARTABLE = frozenset({_DOWN, types.VmStatus.SUSPENDED})
_SHARE_FOR_GUEST = 0.5
"""Part of the time that the guest gets to shut itself down."""


def switch_on(session: Session, machine_id: str, seconds: float) -> None:
    """Already on is success; up means that the engine saw its guest boot."""
    subject, service = f"machine {machine_id}: power on", session.machine(machine_id)
    with translated(subject):
        unlocked = Wait(subject=subject, wanted="unlocked", seconds=seconds)
        status = unlocked.until(lambda: _unlocked(session, machine_id))
        if status in _STARTABLE:
            _tolerating(service.start)
        if status is not _UP:
            _await(session, machine_id, _UP, Wait(subject=subject, wanted="up", seconds=seconds))


def switch_off(session: Session, machine_id: str, seconds: float) -> None:
    """Already off is success; a guest that is up is asked first, since a dirty file system breaks conversion."""
    subject = f"machine {machine_id}: power off"
    with translated(subject):
        status = _status(session, machine_id)
        if status is _DOWN or (status is _UP and _shut_down(session, machine_id, seconds * _SHARE_FOR_GUEST)):
            return
        _tolerating(session.machine(machine_id).stop)
        _await(session, machine_id, _DOWN, Wait(subject=subject, wanted="down", seconds=seconds))


def await_network(session: Session, machine_id: str, seconds: float) -> SourceMachine:
    """Until an agent reports an address for every connected NIC; raises WaitTimeout."""
    wait = Wait(
        subject=f"guest of machine {machine_id}",
        wanted="reporting an address on every connected network card",
        seconds=seconds,
        budget="guest_info",
    )
    return wait.until(lambda: _reporting(describe(session, machine_id)))


def _reporting(machine: SourceMachine) -> SourceMachine:
    silent = [nic.mac for nic in machine.nics if nic.connected and not nic.addresses]
    if machine.power is Power.ON and machine.guest.agent_running and not silent:
        return machine
    agent = "agent runs" if machine.guest.agent_running else "no agent"
    raise NotYet(f"power {machine.power.value}, {agent}, cards without address: {', '.join(silent) or 'none'}")


def _shut_down(session: Session, machine_id: str, seconds: float) -> bool:
    """Whether the guest went down by itself in time."""
    wait = Wait(subject=f"machine {machine_id}: shutdown", wanted="down", seconds=seconds)
    _tolerating(session.machine(machine_id).shutdown)
    try:
        _await(session, machine_id, _DOWN, wait)
    except WaitTimeout as late:
        _LOG.info("%s; its plug is pulled", late)
        return False
    return True


def _tolerating(action: Callable[[], Any]) -> None:
    """What the engine refuses because of the machine's state, the wait after it finds out about."""
    try:
        action()
    except sdk.Error as error:
        if error.code != CONFLICT:
            raise
        _LOG.info("oVirt: refused, %s", error)


def _await(session: Session, machine_id: str, wanted: Any, wait: Wait) -> None:
    def look() -> None:
        status = _status(session, machine_id)
        if status is not wanted:
            raise NotYet(str(status or "in an unknown state"))

    wait.until(look)


def _status(session: Session, machine_id: str) -> Any:
    return session.read(lambda: session.machine(machine_id).get()).status


def _unlocked(session: Session, machine_id: str) -> Any:
    machine = session.read(lambda: session.machine(machine_id).get())
    if is_locked(machine):
        raise NotYet(str(machine.status))
    return machine.status
