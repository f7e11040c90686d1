"""The columns of the small kinds of the core and of access control."""

from datetime import datetime

from lab.cluster.printing.ages import age
from lab.cluster.printing.columns import (
    AGE,
    CREATED_AT,
    NAME,
    Column,
    Object,
    Table,
    at,
    count,
    joined,
    of,
    since,
    value,
)

_ROLE = "node-role.kubernetes.io/"


def _node_status(node: Object) -> str:
    words = ["Ready" if value(node, "status.?Ready") == "True" else "NotReady"]
    if value(node, "status.?Ready") is None:
        words = ["Unknown"]
    return ",".join(words + (["SchedulingDisabled"] if value(node, "spec.unschedulable") else []))


def _roles(node: Object) -> str:
    labels = node["metadata"].get("labels") or {}
    return ",".join(sorted(key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE))) or "<none>"


def _address(type_: str) -> Column:
    def read(node: Object) -> str:
        found = (item["address"] for item in value(node, "status.addresses") or [] if item["type"] == type_)
        return next(found, "<none>")

    return Column(type_.removesuffix("IP") + "-IP", of(read), priority=1)


def _about(name: str, key: str) -> Column:
    return Column(name, at(f"status.nodeInfo.{key}", "<unknown>"), priority=1)


def _data(obj: Object) -> int:
    return len(obj.get("data") or ()) + len(obj.get("binaryData") or ())


def _external(service: Object) -> str:
    if value(service, "spec.type") == "ExternalName":
        return str(value(service, "spec.externalName"))
    return ",".join(value(service, "spec.externalIPs") or []) or "<none>"


def _ports(service: Object) -> str:
    def shown(port: Object) -> str:
        number = f"{port['port']}:{port['nodePort']}" if port.get("nodePort") else str(port["port"])
        return f"{number}/{port.get('protocol', 'TCP')}"

    return ",".join(shown(port) for port in value(service, "spec.ports") or []) or "<none>"


def _endpoints(obj: Object) -> str:
    subsets = obj.get("subsets") or []
    found = [f"{at_['ip']}:{port['port']}" for each in subsets for at_ in each["addresses"] for port in each["ports"]]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return (",".join(found[:3]) or "<none>") + more


def _last_seen(event: Object, now: datetime) -> str:
    return age(event.get("lastTimestamp") or event.get("firstTimestamp") or event.get("eventTime"), now)


def _involved(event: Object) -> str:
    return f"{value(event, 'involvedObject.kind') or ''}/{value(event, 'involvedObject.name') or ''}".lower()


def _source(event: Object) -> str:
    parts = (value(event, "source.component"), value(event, "source.host"))
    return ", ".join(part for part in parts if part)


def _role(binding: Object) -> str:
    return f"{binding['roleRef']['kind']}/{binding['roleRef']['name']}"


def _subjects(kind: str, title: str) -> Column:
    def read(binding: Object) -> str:
        found = (item for item in binding.get("subjects") or [] if item["kind"] == kind)
        return ", ".join("/".join(filter(None, (item.get("namespace"), item["name"]))) for item in found)

    return Column(title, of(read), priority=1)


_BINDING = (
    NAME,
    Column("Role", of(_role)),
    AGE,
    _subjects("User", "Users"),
    _subjects("Group", "Groups"),
    _subjects("ServiceAccount", "ServiceAccounts"),
)

CORE: Table = {
    "Namespace": (NAME, Column("Status", at("status.phase", "")), AGE),
    "Node": (
        NAME,
        Column("Status", of(_node_status)),
        Column("Roles", of(_roles)),
        AGE,
        Column("Version", at("status.nodeInfo.kubeletVersion", "")),
        _address("InternalIP"),
        _address("ExternalIP"),
        _about("OS-Image", "osImage"),
        _about("Kernel-Version", "kernelVersion"),
        _about("Container-Runtime", "containerRuntimeVersion"),
    ),
    "Secret": (NAME, Column("Type", at("type", "")), Column("Data", of(_data), "integer"), AGE),
    "ConfigMap": (NAME, Column("Data", of(_data), "integer"), AGE),
    "ServiceAccount": (NAME, Column("Secrets", count("secrets"), "integer"), AGE),
    "Service": (
        NAME,
        Column("Type", at("spec.type", "ClusterIP")),
        Column("Cluster-IP", at("spec.clusterIP", "<none>")),
        Column("External-IP", of(_external)),
        Column("Port(s)", of(_ports)),
        AGE,
        Column("Selector", of(lambda service: joined(value(service, "spec.selector"))), priority=1),
    ),
    "Endpoints": (NAME, Column("Endpoints", of(_endpoints)), AGE),
    "Event": (
        Column("Last Seen", _last_seen),
        Column("Type", at("type", "")),
        Column("Reason", at("reason", "")),
        Column("Object", of(_involved)),
        Column("Subobject", at("involvedObject.fieldPath", ""), priority=1),
        Column("Source", of(_source), priority=1),
        Column("Message", of(lambda event: str(event.get("message", "")).strip())),
        Column("First Seen", since("firstTimestamp"), priority=1),
        Column("Count", at("count", 1), priority=1),
        Column("Name", at("metadata.name"), priority=1),
    ),
    "Role": (NAME, CREATED_AT),
    "ClusterRole": (NAME, CREATED_AT),
    "RoleBinding": _BINDING,
    "ClusterRoleBinding": _BINDING,
    "CustomResourceDefinition": (NAME, CREATED_AT),
}
