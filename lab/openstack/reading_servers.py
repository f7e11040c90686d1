"""Nova: servers, attachments, flavors, limits and quotas as they are."""

import re
from datetime import datetime

from lab.openstack import server_view
from lab.openstack.api import Answer, Call, Object, Route, ok
from lab.openstack.identity import project_id
from lab.openstack.listing import Listing, is_, listed
from lab.openstack.refusals import Refused
from lab.world.cloud import Flavor, Server


def server_of(call: Call) -> Server:
    """The server in the path; raises Refused."""
    server = call.cloud.servers.get(call.match("id"))
    if server is None:
        raise Refused(404, f"Instance {call.match('id')} could not be found.")
    return server


def _named(server: Server, pattern: str) -> bool:
    """Nova's filter by name is a regular expression of its database."""
    try:
        return re.search(pattern, server.machine.name) is not None
    except re.error as wrong:
        raise Refused(400, f"Invalid filter: {wrong}") from wrong


def _since(server: Server, text: str) -> bool:
    try:
        return datetime.fromisoformat(server.updated) >= datetime.fromisoformat(text)
    except (ValueError, TypeError) as wrong:
        raise Refused(400, f"Invalid input for query parameters changes-since. Value: {text}.") from wrong


def _servers(call: Call, *, detail: bool) -> Answer:
    show = server_view.detail if detail else server_view.brief
    listing = Listing(
        key="servers",
        things=reversed(call.cloud.servers.values()),
        show=lambda server: show(call, server),
        filters={
            "name": _named,
            "status": lambda server, wanted: server_view.status(server) == wanted.upper(),
            "uuid": lambda server, wanted: server.machine.id == wanted,
            "flavor": is_("flavor"),
            "image": is_("image"),
            "changes-since": _since,
        },
        without_effect={"deleted": ("False", "false"), "all_tenants": ("False", "false", "0")},
        identity=lambda server: server.machine.id,
    )
    return ok(listed(call, listing))


def _brief(call: Call) -> Answer:
    return _servers(call, detail=False)


def _detail(call: Call) -> Answer:
    return _servers(call, detail=True)


def _one(call: Call) -> Answer:
    return ok({"server": server_view.detail(call, server_of(call))})


def _attachments(call: Call) -> Answer:
    server = server_of(call)
    return ok(
        {"volumeAttachments": [server_view.attachment(call, server, each) for each in server.attachments]},
    )


def _metadata(call: Call) -> Answer:
    return ok({"metadata": server_of(call).metadata})


def _flavors(call: Call, *, detail: bool) -> Answer:
    show = server_view.flavor_detail if detail else server_view.brief_flavor
    listing = Listing(
        key="flavors",
        things=call.cloud.flavors.values(),
        show=lambda flavor: show(call, flavor),
        without_effect={"is_public": ("None", "none", "True", "true")},
    )
    return ok(listed(call, listing))


def _brief_flavors(call: Call) -> Answer:
    return _flavors(call, detail=False)


def _flavors_detail(call: Call) -> Answer:
    return _flavors(call, detail=True)


def _the_flavor(call: Call) -> Flavor:
    flavor = call.cloud.flavors.get(call.match("id"))
    if flavor is None:
        raise Refused(404, f"Flavor {call.match('id')} could not be found.")
    return flavor


def _flavor(call: Call) -> Answer:
    return ok({"flavor": server_view.flavor_detail(call, _the_flavor(call))})


def _extra_specs(call: Call) -> Answer:
    return ok({"extra_specs": _the_flavor(call).extra_specs})


def used(call: Call) -> dict[str, int]:
    """Instances, cores and MiB of memory of the project."""
    flavors = [call.cloud.flavors[server.flavor] for server in call.cloud.servers.values()]
    return {
        "instances": len(flavors),
        "cores": sum(flavor.vcpus for flavor in flavors),
        "ram": sum(flavor.ram for flavor in flavors),
    }


def _limits(call: Call) -> Answer:
    quota, taken = call.cloud.quota, used(call)
    absolute = {
        "maxTotalInstances": quota.instances,
        "maxTotalCores": quota.cores,
        "maxTotalRAMSize": quota.ram,
        "totalInstancesUsed": taken["instances"],
        "totalCoresUsed": taken["cores"],
        "totalRAMUsed": taken["ram"],
    }
    return ok({"limits": {"rate": [], "absolute": absolute}})


def _quota(call: Call) -> Answer:
    quota = call.cloud.quota
    found: Object = {"id": project_id(call.cloud)}
    return ok({"quota_set": found | {"instances": quota.instances, "cores": quota.cores, "ram": quota.ram}})


ROUTES = (
    Route("GET", "/servers", _brief),
    Route("GET", "/servers/detail", _detail),
    Route("GET", "/servers/{id}", _one),
    Route("GET", "/servers/{id}/metadata", _metadata),
    Route("GET", "/servers/{id}/os-volume_attachments", _attachments),
    Route("GET", "/flavors", _brief_flavors),
    Route("GET", "/flavors/detail", _flavors_detail),
    Route("GET", "/flavors/{id}", _flavor),
    Route("GET", "/flavors/{id}/os-extra_specs", _extra_specs),
    Route("GET", "/limits", _limits),
    Route("GET", "/os-quota-sets/{project}", _quota),
)
