"""Machines and templates (facts/sources.md 3.3, 3.4)."""

from typing import Any

from lab.ovirt.documents import Doc, entity, href, links, reference
from lab.ovirt.engine import Engine
from lab.ovirt.ids import cluster_id
from lab.ovirt.words import bios_type, distribution, os_type
from lab.world.model import Guest, Machine

BLANK = "00000000-0000-0000-0000-000000000000"
"""The template that every engine has, and that every independent machine names as its own."""
TEMPLATE, GUARANTEED = "template", "guaranteed memory"
"""Keys of a machine's further settings."""
_BELOW_MACHINE = ("diskattachments", "nics", "reporteddevices", "snapshots")
_BELOW_TEMPLATE = ("diskattachments", "nics")
_ACTIONS = ("shutdown", "start", "stop")
_MEMORY_LIMIT = 4


def status(engine: Engine, machine: Machine) -> str:
    """What a job makes of it, else its power; `powering_up` lasts until the guest is there."""
    if machine.id in engine.passing:
        return engine.passing[machine.id]
    if machine.power == "off":
        return "down"
    return "powering_up" if engine.lab.world.booting(machine) else "up"


def machines(engine: Engine) -> list[Doc]:
    return [_machine(engine, machine) for machine in engine.estate.machines.values() if not machine.template]


def _machine(engine: Engine, machine: Machine) -> Doc:
    path = ("vms", machine.id)
    actions = [{"@href": href(*path, name), "@rel": name} for name in _ACTIONS]
    running = machine.power == "on"
    return entity(
        path,
        name=machine.name,
        **_hardware(engine, machine),
        status=status(engine, machine),
        stateless=False,
        delete_protected=False,
        run_once=False,
        fqdn=machine.guest.hostname if machine.guest_up else None,
        guest_operating_system=_reported(machine.guest) if machine.guest_up else None,
        host=reference("hosts", machine.host) if running else None,
        original_template=reference("templates", machine.extra_config.get(TEMPLATE, BLANK)),
        template=reference("templates", BLANK),
        actions={"link": actions},
        link=links(path, *_BELOW_MACHINE),
    )


def templates(engine: Engine) -> list[Doc]:
    found = [_template(engine, machine) for machine in engine.estate.machines.values() if machine.template]
    return [_blank(), *found]


def _template(engine: Engine, machine: Machine) -> Doc:
    path = ("templates", machine.id)
    own = reference("templates", machine.id)
    return entity(
        path,
        name=machine.name,
        **_hardware(engine, machine),
        status="ok",
        version={"version_name": "base version", "version_number": 1, "base_template": own},
        link=links(path, *_BELOW_TEMPLATE),
    )


def _blank() -> Doc:
    path = ("templates", BLANK)
    own = reference("templates", BLANK)
    return entity(
        path,
        name="Blank",
        description="Blank template",
        status="ok",
        version={"version_name": "base version", "version_number": 1, "base_template": own},
        link=links(path, *_BELOW_TEMPLATE),
    )


def _hardware(engine: Engine, machine: Machine) -> dict[str, Any]:
    sockets = machine.cpus // machine.cores_per_socket
    topology = {"cores": machine.cores_per_socket, "sockets": sockets, "threads": 1}
    return {
        "description": machine.annotation,
        "comment": "",
        "bios": {"boot_menu": {"enabled": False}, "type": bios_type(machine)},
        "cpu": {"architecture": "x86_64", "topology": topology},
        "memory": machine.memory,
        "memory_policy": {
            "guaranteed": int(machine.extra_config.get(GUARANTEED, machine.memory)),
            "max": machine.memory * _MEMORY_LIMIT,
        },
        "os": {"boot": {"devices": {"device": ["hd"]}}, "type": os_type(machine.guest)},
        "origin": "ovirt",
        "type": "server",
        "cluster": reference("clusters", cluster_id(engine.estate)),
    }


def _reported(guest: Guest) -> Doc:
    """What the guest agent says."""
    return {
        "architecture": "x86_64",
        "distribution": distribution(guest),
        "family": guest.family.capitalize(),
        "version": {"full_version": guest.version},
    }
