"""SearchIndex."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from lab.vcenter.calls import Call, answers
from lab.vcenter.machine_view import vmx
from lab.vcenter.sdk import ref, vim
from lab.world.model import Machine


def _machines(call: Call, fits: Callable[[Machine], bool]) -> list[Any]:
    return [ref(vim.VirtualMachine, machine.id) for machine in call.world.machines.values() if fits(machine)]


def _first(found: list[Any]) -> Any:
    return found[0] if found else None


def _has_uuid(call: Call) -> list[Any]:
    wanted = call.argument("uuid", "").lower()
    if not call.argument("vmSearch", False):
        return []
    if call.argument("instanceUuid", False):
        return _machines(call, lambda machine: machine.instance_uuid == wanted)
    return _machines(call, lambda machine: machine.uuid == wanted)


def _has_name(call: Call) -> list[Any]:
    wanted = call.argument("dnsName", "").lower()
    if call.argument("vmSearch", False):
        return _machines(call, lambda machine: machine.guest_up and machine.guest.hostname.lower() == wanted)
    return [ref(vim.HostSystem, host.id) for host in call.world.hosts.values() if host.name == wanted]


def _has_address(call: Call) -> list[Any]:
    wanted = call.argument("ip", "")
    if not call.argument("vmSearch", False):
        return []
    return _machines(
        call, lambda machine: machine.guest_up and wanted in [item.address for item in machine.guest.addresses]
    )


@answers(vim.SearchIndex, "FindByUuid")
def _by_uuid(call: Call) -> Any:
    return _first(_has_uuid(call))


@answers(vim.SearchIndex, "FindAllByUuid")
def _all_by_uuid(call: Call) -> list[Any]:
    return _has_uuid(call)


@answers(vim.SearchIndex, "FindByDnsName")
def _by_name(call: Call) -> Any:
    return _first(_has_name(call))


@answers(vim.SearchIndex, "FindAllByDnsName")
def _all_by_name(call: Call) -> list[Any]:
    return _has_name(call)


@answers(vim.SearchIndex, "FindByIp")
def _by_ip(call: Call) -> Any:
    return _first(_has_address(call))


@answers(vim.SearchIndex, "FindAllByIp")
def _all_by_ip(call: Call) -> list[Any]:
    return _has_address(call)


@answers(vim.SearchIndex, "FindByInventoryPath")
def _by_path(call: Call) -> Any:
    return call.inventory.at_path(call.argument("inventoryPath", ""))


@answers(vim.SearchIndex, "FindByDatastorePath")
def _by_datastore_path(call: Call) -> Any:
    return _first(_machines(call, lambda machine: vmx(machine) == call.argument("path", "")))


@answers(vim.SearchIndex, "FindChild")
def _child(call: Call) -> Any:
    parent = call.exists(call.argument("entity"))
    return call.inventory.child_named(parent, unquote(call.argument("name", "")))
