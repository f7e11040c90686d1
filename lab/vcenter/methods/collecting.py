"""PropertyCollector and Fetch."""

from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.collector import Collector
from lab.vcenter.faults import not_found
from lab.vcenter.sdk import moid, ref, support, vmodl

_PC = vmodl.query.PropertyCollector


def _collector(call: Call) -> Collector:
    """The session's collector; the default one is made when it is first needed."""
    identity = moid(call.this)
    if identity not in call.session.collectors:
        call.inventory.view(call.this)
        call.session.collectors[identity] = Collector(identity, call.inventory, call.vcenter.changes)
    return call.session.collectors[identity]


@answers(support.ManagedObject, "Fetch")
def _fetch(call: Call) -> Any:
    return call.inventory.view(call.this).value(call.argument("prop", ""))


@answers(_PC, "RetrievePropertiesEx")
def _retrieve_ex(call: Call) -> Any:
    options = call.argument("options")
    return _collector(call).first_page(call.argument("specSet", []), options.maxObjects if options else None)


@answers(_PC, "ContinueRetrievePropertiesEx")
def _continue(call: Call) -> Any:
    return _collector(call).next_page(call.argument("token", ""))


@answers(_PC, "CancelRetrievePropertiesEx")
def _cancel_retrieve(call: Call) -> None:
    _collector(call).forget_page(call.argument("token", ""))


@answers(_PC, "RetrieveProperties")
def _retrieve(call: Call) -> Any:
    return _collector(call).retrieve(call.argument("specSet", []))


@answers(_PC, "CreateFilter")
def _create_filter(call: Call) -> Any:
    return _collector(call).add(call.argument("spec"), call.session.key).ref


@answers(_PC.Filter, "DestroyPropertyFilter")
def _destroy_filter(call: Call) -> None:
    for collector in call.session.collectors.values():
        if collector.filters.pop(moid(call.this), None) is not None:
            return
    raise not_found(call.this)


@answers(_PC, "WaitForUpdatesEx")
async def _wait_ex(call: Call) -> Any:
    options = call.argument("options")
    seconds = options.maxWaitSeconds if options else None
    maximum = options.maxObjectUpdates if options else None
    return await _collector(call).wait(call.argument("version", ""), seconds, maximum)


@answers(_PC, "WaitForUpdates")
async def _wait(call: Call) -> Any:
    return await _collector(call).wait(call.argument("version", ""), None, None)


@answers(_PC, "CheckForUpdates")
async def _check(call: Call) -> Any:
    return await _collector(call).wait(call.argument("version", ""), 0, None)


@answers(_PC, "CancelWaitForUpdates")
def _cancel_wait(call: Call) -> None:
    _collector(call).cancel()


@answers(_PC, "CreatePropertyCollector")
def _create_collector(call: Call) -> Any:
    identity = f"session[{call.session.key}]collector-{len(call.session.collectors) + 1}-{call.session.calls}"
    call.session.collectors[identity] = Collector(identity, call.inventory, call.vcenter.changes)
    return ref(_PC, identity)


@answers(_PC, "DestroyPropertyCollector")
def _destroy_collector(call: Call) -> None:
    _collector(call).cancel()
    call.session.collectors.pop(moid(call.this), None)
