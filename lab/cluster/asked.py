"""What a request wants: the resource, the object, the verb, read from its URL."""

from dataclasses import dataclass

from aiohttp import web

from lab.cluster.kinds import Kind, kind_of_resource
from lab.cluster.refusals import bad_request, no_such_resource, not_allowed
from lab.cluster.selectors import Selector, selector

_PARTS_OF_NAMESPACE = ("status", "finalize")
_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get", "HEAD": "get"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request for a resource."""

    request: web.Request
    kind: Kind
    namespace: str
    name: str
    subresource: str

    @property
    def verb(self) -> str:
        """As Kubernetes names it: get, list, watch, create, update, patch, delete, deletecollection."""
        verb = _VERBS.get(self.request.method)
        if verb is None:
            raise not_allowed()
        if self.name:
            return verb
        if verb == "get":
            return "watch" if self.flag("watch") else "list"
        return "deletecollection" if verb == "delete" else verb

    @property
    def what(self) -> str:
        """Verb and resource, for the journal of requests."""
        return f"{self.verb} {self.kind.plural}{'/' if self.subresource else ''}{self.subresource}"

    @property
    def everywhere(self) -> str | None:
        """The namespace to list; None is all of them."""
        return self.namespace or None

    @property
    def dry(self) -> bool:
        values = self.request.query.getall("dryRun", [])
        if any(value not in ("All", "") for value in values):
            raise bad_request('Invalid value: []: dryRun: Unsupported value: supported values: "All"')
        return "All" in values

    @property
    def selector(self) -> Selector:
        return selector(self.kind, self.text("labelSelector"), self.text("fieldSelector"))

    def text(self, key: str) -> str:
        return self.request.query.get(key, "")

    def flag(self, key: str) -> bool:
        """Go's parser takes anything but false and 0 for true (facts/openshift.md 1.4)."""
        return self.text(key).lower() not in ("", "false", "0")

    def number(self, key: str) -> int:
        """0 when absent."""
        value = self.text(key)
        if value and not value.isdecimal():
            raise bad_request(f'strconv.ParseInt: parsing "{value}": invalid syntax')
        return int(value or 0)


def asked(request: web.Request, group: str, version: str, rest: str) -> Asked:
    """Read the part of the path behind the group version; raises Refused (404) for unknown resources."""
    parts = [part for part in rest.split("/") if part]
    namespace = ""
    if len(parts) > 2 and parts[0] == "namespaces" and not (not group and parts[2] in _PARTS_OF_NAMESPACE):
        namespace, parts = parts[1], parts[2:]
    plural, name = [*parts, "", ""][:2]
    subresource = "/".join(parts[2:])
    kind = kind_of_resource(group, version, plural)
    if kind is None or bool(namespace) > kind.namespaced or (name and kind.namespaced and not namespace):
        raise no_such_resource()
    return Asked(request=request, kind=kind, namespace=namespace, name=name, subresource=subresource)
