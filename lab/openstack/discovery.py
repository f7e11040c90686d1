"""Version documents, by which clients find out what they talk to; answered without a token (facts/sources.md 4.1)."""

from lab.openstack.api import Answer, Call, Object, ok

VOLUME, COMPUTE, IMAGE, NETWORK, IDENTITY = "/volume", "/compute", "/image", "/networking", "/identity"


def _links(url: str) -> list[Object]:
    return [{"rel": "self", "href": url}]


def identity_version(call: Call) -> Object:
    return {
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": _links(f"{call.base}{IDENTITY}/v3/"),
        "media-types": [{"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}],
    }


def identity_versions(call: Call) -> Answer:
    return ok({"versions": {"values": [identity_version(call)]}}, 300)


def identity_v3(call: Call) -> Answer:
    return ok({"version": identity_version(call)})


def _compute(call: Call) -> Object:
    major, minor = call.platform.newest["compute"]
    return {
        "id": "v2.1",
        "status": "CURRENT",
        "version": f"{major}.{minor}",
        "min_version": "2.1",
        "updated": "2013-07-23T11:33:21Z",
        "links": _links(f"{call.base}{COMPUTE}/v2.1/"),
    }


def compute_versions(call: Call) -> Answer:
    return ok({"versions": [_compute(call)]})


def compute_v21(call: Call) -> Answer:
    return ok({"version": _compute(call)})


def volume_versions(call: Call) -> Answer:
    major, minor = call.platform.newest["volume"]
    version = {
        "id": "v3.0",
        "status": "CURRENT",
        "version": f"{major}.{minor}",
        "min_version": "3.0",
        "updated": "2023-08-31T00:00:00Z",
        "links": _links(f"{call.base}{VOLUME}/v3/"),
    }
    return ok({"versions": [version]}, 200 if call.request.path.rstrip("/").endswith("v3") else 300)


def image_versions(call: Call) -> Answer:
    return ok(
        {
            "versions": [
                {"id": "v2.16", "status": "CURRENT", "links": _links(f"{call.base}{IMAGE}/v2/")},
                {"id": "v2.15", "status": "SUPPORTED", "links": _links(f"{call.base}{IMAGE}/v2/")},
            ]
        },
        300,
    )


def network_versions(call: Call) -> Answer:
    return ok(
        {"versions": [{"id": "v2.0", "status": "CURRENT", "links": _links(f"{call.base}{NETWORK}/v2.0/")}]},
    )
