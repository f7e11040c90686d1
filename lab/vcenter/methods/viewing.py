"""ViewManager and views, and tasks."""

from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.faults import not_found
from lab.vcenter.sdk import moid, vim
from lab.vcenter.views import container_view, list_view


@answers(vim.view.ViewManager, "CreateContainerView")
def _container(call: Call) -> Any:
    made = container_view(
        call.inventory,
        call.session.key,
        call.argument("container"),
        call.argument("type", []),
        recursive=call.argument("recursive", False),
    )
    call.session.views[moid(made.ref)] = made
    return made.ref


@answers(vim.view.ViewManager, "CreateListView")
def _list(call: Call) -> Any:
    made, members = list_view(call.inventory, call.session.key, call.argument("obj", []))
    call.session.views[moid(made.ref)] = made
    call.session.lists[moid(made.ref)] = members
    return made.ref


@answers(vim.view.View, "DestroyView")
def _destroy(call: Call) -> None:
    if call.session.views.pop(moid(call.this), None) is None:
        raise not_found(call.this)
    call.session.lists.pop(moid(call.this), None)


def _members(call: Call) -> dict[str, Any]:
    if moid(call.this) not in call.session.lists:
        raise not_found(call.this)
    return call.session.lists[moid(call.this)]


@answers(vim.view.ListView, "ModifyListView")
def _modify(call: Call) -> list[Any]:
    """Answers the objects that could not be resolved."""
    members = _members(call)
    for item in call.argument("remove", []):
        members.pop(moid(item), None)
    unknown = []
    for item in call.argument("add", []):
        if call.inventory.find(moid(item)) is None:
            unknown.append(item)
        else:
            members[moid(item)] = item
    call.vcenter.changes.tell()
    return unknown


@answers(vim.view.ListView, "ResetListView")
def _reset(call: Call) -> list[Any]:
    members = _members(call)
    members.clear()
    members.update({moid(item): item for item in call.argument("obj", [])})
    call.vcenter.changes.tell()
    return [item for key, item in members.items() if call.inventory.find(key) is None]


@answers(vim.Task, "CancelTask")
def _cancel(call: Call) -> None:
    job = call.vcenter.tasks.jobs.get(moid(call.this))
    if job is None:
        raise not_found(call.this)
    job.cancel()
