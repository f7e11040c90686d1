"""The aggregated API subresources.kubevirt.io: what people do to machines without writing objects."""

from collections.abc import Awaitable, Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from lab.cluster.access import Action, demand
from lab.cluster.identity import USER
from lab.cluster.store import Object
from lab.kernel.http import WHAT
from lab.kernel.service import Lab
from lab.virtualization.anatomy import is_true, phase_of, uid_of
from lab.virtualization.conditions import Condition, merged
from lab.virtualization.guest_view import filesystems, system
from lab.virtualization.instancetypes import expanded
from lab.virtualization.portforward import PortForward
from lab.virtualization.refusals import Refusal, not_found
from lab.virtualization.strategies import FINAL, requests_of, strategy_of
from lab.world.model import RunningGuest

_GROUP = "subresources.kubevirt.io"
ROOT = f"/apis/{_GROUP}/v1"
_VM, _VMI = "VirtualMachine", "VirtualMachineInstance"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(lab: Lab) -> list[web.AbstractRouteDef]:
    """Everything below `/apis/subresources.kubevirt.io/v1` but its discovery document (facts/openshift.md 3.3, 5.1)."""
    machines, instances, tunnel = MachineActions(lab), InstanceActions(lab), PortForward(lab)
    vm, vmi = (
        f"{ROOT}/namespaces/{{namespace}}/virtualmachines/{{name}}",
        (f"{ROOT}/namespaces/{{namespace}}/virtualmachineinstances/{{name}}"),
    )
    table: list[tuple[str, str, Handler]] = [
        ("GET", f"{ROOT}/version", _version),
        ("PUT", f"{vm}/start", machines.start),
        ("PUT", f"{vm}/stop", machines.stop),
        ("PUT", f"{vm}/restart", machines.restart),
        ("GET", f"{vm}/expand-spec", machines.expand),
        ("PUT", f"{ROOT}/namespaces/{{namespace}}/expand-vm-spec", machines.expand_body),
        ("PUT", f"{vmi}/pause", instances.pause),
        ("PUT", f"{vmi}/unpause", instances.unpause),
        ("GET", f"{vmi}/guestosinfo", instances.system),
        ("GET", f"{vmi}/userlist", instances.users),
        ("GET", f"{vmi}/filesystemlist", instances.filesystems),
    ]
    forwards = [f"{base}/portforward/{tail}" for base in (vm, vmi) for tail in ("{port}", "{port}/{protocol}")]
    table += [("GET", path, tunnel.open) for path in forwards]
    return [web.route(method, path, _answering(lab, handler), **_once(method)) for method, path, handler in table]


def _once(method: str) -> dict[str, bool]:
    return {"allow_head": False} if method == "GET" else {}


def _answering(lab: Lab, handler: Handler) -> Handler:
    """Roles are asked, refusals become Status bodies, and the journal gets a name without object names."""

    async def answer(request: web.Request) -> web.StreamResponse:
        parts = [part for part in request.path.removeprefix(ROOT).split("/") if part]
        request[WHAT] = f"{request.method} {parts[2]}/{parts[4]}" if len(parts) > 4 else f"{request.method} {parts[-1]}"
        if "namespace" in request.match_info:
            demand(lab.store, request[USER], _action(request, parts))
        try:
            return await handler(request)
        except Refusal as refusal:
            return web.json_response(refusal.status_body(), status=refusal.code)

    return answer


def _action(request: web.Request, parts: list[str]) -> Action:
    """`namespaces/N/virtualmachines/NAME/start`, or `namespaces/N/expand-vm-spec`, as roles name it."""
    _, namespace, resource, name, subresource, *_ = [*parts, "", ""]
    verb = "get" if request.method == "GET" else "update"
    return Action(verb=verb, group=_GROUP, resource=resource, subresource=subresource, namespace=namespace, name=name)


async def _version(_request: web.Request) -> web.Response:
    version = {"gitVersion": "v1.6.2", "gitCommit": "embedded-lab", "gitTreeState": "clean", "goVersion": "go1.24.4"}
    return web.json_response(
        version | {"compiler": "gc", "platform": "linux/amd64", "buildDate": "2025-10-01T00:00:00Z"}
    )


@dataclass(slots=True)
class MachineActions:
    """start, stop, restart and expand-spec of VirtualMachines."""

    lab: Lab

    def _machine(self, request: web.Request) -> Object:
        found = self.lab.store.get(_VM, request.match_info["namespace"], request.match_info["name"])
        if found is None:
            raise not_found("virtualmachines", request.match_info["name"])
        return found

    def _instance(self, request: web.Request) -> Object | None:
        return self.lab.store.get(_VMI, request.match_info["namespace"], request.match_info["name"])

    async def start(self, request: web.Request) -> web.Response:
        machine, instance = self._machine(request), self._instance(request)
        strategy, paused = strategy_of(machine), bool((await _body(request)).get("paused"))
        if instance is not None and phase_of(instance) not in ("", *FINAL):
            raise _conflict(request, "VM is already running")
        if strategy in ("Always", "Once"):
            raise _conflict(request, f"{strategy} does not support manual start requests")
        if strategy == "RerunOnFailure" and instance is not None and phase_of(instance) == "Failed":
            raise _conflict(request, "RerunOnFailure does not support starting VM from failed state")
        if strategy == "Halted" and not paused:
            self._rewrite(machine, "Always", running=True)
        else:
            self._queue(machine, [{"action": "Start"}])
        return web.Response(status=202)

    async def stop(self, request: web.Request) -> web.Response:
        machine, instance = self._machine(request), self._instance(request)
        if strategy_of(machine) in ("Always", "Once"):
            self._rewrite(machine, "Halted", running=False)
        elif instance is None or phase_of(instance) in FINAL:
            raise _conflict(request, "VM is not running")
        else:
            self._queue(machine, [{"action": "Stop", "uid": uid_of(instance)}])
        return web.Response(status=202)

    async def restart(self, request: web.Request) -> web.Response:
        machine, instance = self._machine(request), self._instance(request)
        strategy = strategy_of(machine)
        if strategy in ("Halted", "Once"):
            raise _conflict(request, f"{strategy} does not support manual restart requests")
        if instance is None or phase_of(instance) in FINAL:
            raise _conflict(request, "VM is not running")
        self._queue(machine, [{"action": "Stop", "uid": uid_of(instance)}, {"action": "Start"}])
        return web.Response(status=202)

    async def expand(self, request: web.Request) -> web.Response:
        return web.json_response(expanded(self.lab.store, self._machine(request)))

    async def expand_body(self, request: web.Request) -> web.Response:
        machine = await _body(request)
        if "spec" not in machine:
            raise Refusal(400, "BadRequest", "Object is not a valid VirtualMachine")
        return web.json_response(expanded(self.lab.store, dict(machine)))

    def _rewrite(self, machine: Object, strategy: str, *, running: bool) -> None:
        """A machine that still says `running` keeps saying it (facts 3.3)."""
        change: Object = {"running": running} if "running" in machine["spec"] else {"runStrategy": strategy}
        self.lab.store.patch(_VM, machine["metadata"]["namespace"], machine["metadata"]["name"], {"spec": change})

    def _queue(self, machine: Object, actions: list[Object]) -> None:
        if requests_of(machine):
            raise Refusal(409, "Conflict", "unable to complete request: stop/start already underway")
        status = deepcopy(machine.get("status") or {}) | {"stateChangeRequests": actions}
        self.lab.store.set_status(_VM, machine["metadata"]["namespace"], machine["metadata"]["name"], status)


@dataclass(slots=True)
class InstanceActions:
    """pause, unpause and what the guest agent knows of VirtualMachineInstances."""

    lab: Lab

    async def pause(self, request: web.Request) -> web.Response:
        instance = self._running(request)
        if is_true(instance, "Paused"):
            raise _conflict(request, "VMI is already paused")
        shown = [*_kept(instance), Condition("Paused", True, "PausedByUser", "VMI was paused by user")]
        return self._set(instance, shown)

    async def unpause(self, request: web.Request) -> web.Response:
        instance = self._running(request)
        if not is_true(instance, "Paused"):
            raise _conflict(request, "VMI is not paused")
        return self._set(instance, [item for item in _kept(instance) if item.type != "Paused"])

    def _running(self, request: web.Request) -> Object:
        found = self.lab.store.get(_VMI, request.match_info["namespace"], request.match_info["name"])
        if found is None:
            raise not_found("virtualmachineinstances", request.match_info["name"])
        if phase_of(found) != "Running":
            raise _conflict(request, "VMI is not running")
        return found

    def _set(self, instance: Object, conditions: list[Condition]) -> web.Response:
        status = deepcopy(instance["status"])
        status["conditions"] = merged(status["conditions"], conditions, self.lab.clock.stamp())
        metadata = instance["metadata"]
        self.lab.store.set_status(_VMI, metadata["namespace"], metadata["name"], status)
        return web.Response(status=200)

    async def system(self, request: web.Request) -> web.Response:
        running = self._guest(request)
        if isinstance(running, web.Response):
            return running
        answer = {
            "guestAgentVersion": "9.0.0",
            "hostname": running.guest.hostname,
            "os": system(running.guest),
            "timezone": "UTC, 0",
            "userList": _users(running),
            "fsInfo": {"disks": filesystems(running)},
            "supportedCommands": [],
        }
        return web.json_response(answer)

    async def users(self, request: web.Request) -> web.Response:
        running = self._guest(request)
        return running if isinstance(running, web.Response) else _items(_users(running))

    async def filesystems(self, request: web.Request) -> web.Response:
        running = self._guest(request)
        return running if isinstance(running, web.Response) else _items(filesystems(running))

    def _guest(self, request: web.Request) -> RunningGuest | web.Response:
        """Every refusal here is a 500 in plain text, never a Status (facts 3.3)."""
        name = request.match_info["name"]
        found = self.lab.store.get(_VMI, request.match_info["namespace"], name)
        if found is None:
            return web.Response(status=500, text=f'virtualmachineinstance.kubevirt.io "{name}" not found')
        running = self.lab.world.running.get(uid_of(found))
        if phase_of(found) != "Running":
            return web.Response(status=500, text="VMI is not in running state")
        if running is None or not is_true(found, "AgentConnected"):
            return web.Response(status=500, text="VMI does not have guest agent connected")
        return running


def _items(items: list[Object]) -> web.Response:
    return web.json_response({"metadata": {}, "items": items})


def _users(running: RunningGuest) -> list[Object]:
    """Nobody is logged in at the console of a lab guest but its first account."""
    return [{"userName": user, "loginTime": 1.0} for user in list(running.guest.users)[:1]]


def _kept(instance: Object) -> list[Condition]:
    return [
        Condition(item["type"], item["status"] == "True", item.get("reason", ""), item.get("message", ""))
        for item in instance["status"]["conditions"]
    ]


def _conflict(request: web.Request, message: str) -> Refusal:
    kind = "virtualmachineinstance" if "virtualmachineinstances" in request.path else "virtualmachine"
    subject = f'Operation cannot be fulfilled on {kind}.kubevirt.io "{request.match_info["name"]}": {message}'
    return Refusal(409, "Conflict", subject, details={"name": request.match_info["name"], "group": "kubevirt.io"})


async def _body(request: web.Request) -> Mapping[str, Any]:
    text = await request.text()
    if not text.strip():
        return {}
    try:
        found = await request.json()
    except ValueError as broken:
        raise Refusal(400, "BadRequest", f"Can not unmarshal Request body to struct, error: {broken}") from broken
    return found if isinstance(found, dict) else {}
