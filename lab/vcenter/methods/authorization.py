"""AuthorizationManager: the lab's only account may do everything."""

from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.sdk import vim

_MANAGER = vim.AuthorizationManager


@answers(_MANAGER, "HasPrivilegeOnEntities")
def _on_entities(call: Call) -> list[Any]:
    privileges = call.argument("privId", [])
    return [_granted(call.exists(entity), privileges) for entity in call.argument("entity", [])]


@answers(_MANAGER, "HasUserPrivilegeOnEntities")
def _user_on_entities(call: Call) -> list[Any]:
    privileges = call.argument("privId", [])
    return [_granted(call.exists(entity), privileges) for entity in call.argument("entities", [])]


@answers(_MANAGER, "HasPrivilegeOnEntity")
def _on_entity(call: Call) -> list[bool]:
    call.exists(call.argument("entity"))
    return [True for _ in call.argument("privId", [])]


def _granted(entity: Any, privileges: list[str]) -> Any:
    available = [_MANAGER.PrivilegeAvailability(privId=privilege, isGranted=True) for privilege in privileges]
    return _MANAGER.EntityPrivilege(entity=entity, privAvailability=available)
