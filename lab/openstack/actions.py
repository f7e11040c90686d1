"""Nova: power, images of servers, volumes put in and taken out."""

from collections.abc import Callable

from lab.kernel.service import Lab
from lab.openstack import building, server_view
from lab.openstack.api import Answer, Call, Object, Part, Route, empty, ok
from lab.openstack.discovery import COMPUTE, IMAGE, compute_v21, compute_versions
from lab.openstack.imaging import image_of_server
from lab.openstack.reading_servers import ROUTES as READING
from lab.openstack.reading_servers import server_of
from lab.openstack.refusals import NotImplementedHere, Refused, fault
from lab.openstack.servers import ROUTES as CHANGING
from lab.openstack.volumes import require_known, volume_of
from lab.world.cloud import BlockVolume, Server
from lab.world.model import Machine
from lab.world.physics import power_on, shut_down

_START_SECONDS, _STOP_SECONDS, _VOLUME_SECONDS = 2.0, 5.0, 2.0
_IMAGE_IN_BODY = (2, 45)


def _require(server: Server, action: str, *states: str) -> None:
    """Refuse what cannot be done to a server as it is."""
    kind, value = ("task_state", server.task) if server.task else ("vm_state", server.state)
    if server.task or server.state not in states:
        raise Refused(409, f"Cannot '{action}' instance {server.machine.id} while it is in {kind} {value}")


async def _act(call: Call) -> Answer:
    """`POST /servers/{id}/action`: one key, which names the action."""
    server = server_of(call)
    if len(call.body) != 1:
        raise Refused(400, "There should be exactly one action.")
    ((name, arguments),) = call.body.items()
    action = _ACTIONS.get(name)
    if action is None:
        raise NotImplementedHere(f"the action '{name}' of a server")
    return action(call, server, arguments or {})


def _begin(call: Call, server: Server, task: str) -> None:
    server.task = task
    call.platform.touch(server)


def _start(call: Call, server: Server, _arguments: Object) -> Answer:
    _require(server, "start", "stopped")
    _begin(call, server, "powering-on")
    return _later(call, server, _START_SECONDS, "power on", power_on)


def _stop(call: Call, server: Server, _arguments: Object) -> Answer:
    """Nova asks the guest first, so what it wrote is on its disks."""
    _require(server, "stop", "active", "error")
    _begin(call, server, "powering-off")
    return _later(call, server, _STOP_SECONDS, "power off", shut_down)


def _later(call: Call, server: Server, seconds: float, what: str, switch: Callable[[Lab, Machine], None]) -> Answer:
    """Accepted at once; switched, and at rest again, when the work is done."""

    async def run() -> None:
        await call.platform.work(server.machine.id, seconds, what)
        server.task = ""
        switch(call.platform.lab, server.machine)
        call.platform.touch(server)

    call.platform.works.start(server.machine.id, run())
    return empty(202)


def _create_image(call: Call, server: Server, arguments: Object) -> Answer:
    """Of a server on volumes an empty image that names snapshots of them (facts/sources.md 4.4)."""
    _require(server, "createImage", "active", "stopped")
    require_known(arguments, {"name", "metadata"}, "a server's image")
    name = str(arguments.get("name") or "")
    if not name:
        raise Refused(400, "Invalid input for field/attribute createImage. 'name' is a required property")
    metadata = {str(key): str(value) for key, value in (arguments.get("metadata") or {}).items()}
    image = image_of_server(call.platform, server, name, metadata)
    if call.version >= _IMAGE_IN_BODY:
        return ok({"image_id": image.id}, 202)
    return ok({}, 202, {"Location": f"{call.base}{IMAGE}/v2/images/{image.id}"})


def _attach(call: Call) -> Answer:
    server, body = server_of(call), call.wanted("volumeAttachment")
    require_known(body, {"volumeId", "device", "delete_on_termination"}, "an attachment")
    _require(server, "attach_volume", "active", "stopped")
    volume = volume_of(call, str(body.get("volumeId")))
    if volume.status != "available":
        message = f"volume {volume.id} status must be 'available', but current status is '{volume.status}'"
        raise Refused(400, f"Invalid volume: {message}")
    attachment = building.attach(server, volume, delete_on_termination=bool(body.get("delete_on_termination", False)))
    volume.status = "attaching"
    call.platform.works.start(volume.id, _attached(call, volume))
    call.platform.touch(server)
    return ok({"volumeAttachment": server_view.attachment(call, server, attachment)})


async def _attached(call: Call, volume: BlockVolume) -> None:
    await call.platform.work(volume.id, _VOLUME_SECONDS, "attach volume")
    volume.status = "in-use"
    call.platform.touch()


def _detach(call: Call) -> Answer:
    server, wanted = server_of(call), call.match("volume")
    _require(server, "detach_volume", "active", "stopped")
    number = next((at for at, each in enumerate(server.attachments) if each.volume == wanted), None)
    if number is None:
        raise Refused(404, f"Instance {server.machine.id} is not attached to volume {wanted}.")
    if number == 0 and not server.image:
        raise Refused(403, "Cannot detach a root device volume")
    volume = call.cloud.volumes[wanted]
    if volume.status != "in-use":
        message = f"Invalid volume status: {volume.status}"
        raise Refused(400, f"Invalid volume: {message}")
    volume.status = "detaching"
    call.platform.works.start(volume.id, _detached(call, server, volume))
    call.platform.touch(server)
    return empty(202)


async def _detached(call: Call, server: Server, volume: BlockVolume) -> None:
    await call.platform.work(volume.id, _VOLUME_SECONDS, "detach volume")
    building.detach(server, volume)
    call.platform.touch(server)


_ACTIONS: dict[str, Callable[[Call, Server, Object], Answer]] = {
    "os-start": _start,
    "os-stop": _stop,
    "createImage": _create_image,
}

PART = Part(
    name="compute",
    prefix=COMPUTE,
    render=fault,
    kind="compute",
    oldest=(2, 1),
    routes=(
        *(Route("GET", path, compute_versions, public=True) for path in ("", "/")),
        *(Route("GET", path, compute_v21, public=True) for path in ("/v2.1", "/v2.1/")),
        *(
            Route(each.method, f"/v2.1{each.path}", each.handler)
            for each in (
                *READING,
                *CHANGING,
                Route("POST", "/servers/{id}/action", _act),
                Route("POST", "/servers/{id}/os-volume_attachments", _attach),
                Route("DELETE", "/servers/{id}/os-volume_attachments/{volume}", _detach),
            )
        ),
    ),
)
