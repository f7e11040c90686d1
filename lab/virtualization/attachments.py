"""Secondary networks of launcher pods: what Multus is asked for, what it tells, and what it stumbles over."""

import json
from collections.abc import Iterator
from hashlib import sha256

from lab.cluster.kinds import KINDS
from lab.cluster.refusals import Refused, invalid
from lab.cluster.store import Object, Store
from lab.virtualization.anatomy import annotation, name_of, namespace_of

KIND = "NetworkAttachmentDefinition"
ASKED, TOLD = "k8s.v1.cni.cncf.io/networks", "k8s.v1.cni.cncf.io/network-status"
_WEBHOOK = "multus-validating-config.k8s.io"
_SHARED = "default"
"""Whose attachments every namespace may use; others only their own (OpenShift isolates namespaces)."""
_LONGEST_BRIDGE = 15
"""Characters of a Linux interface's name (facts/openshift.md 7.2)."""
_BRIDGES = ("bridge", "cnv-bridge")


def admit(operation: str, new: Object | None, _old: Object | None) -> Object | None:
    """The admission webhook of Multus: a configuration is JSON text, and says of which type it is."""
    spec = (new or {}).get("spec") or {}
    if operation == "DELETE" or "config" not in spec:
        return None
    if not isinstance(spec["config"], str):
        why = 'Invalid value: "object": spec.config in body must be of type string: "object"'
        cause = ("spec.config", "FieldValueTypeInvalid", why)
        raise invalid(KINDS[KIND], (new or {})["metadata"].get("name", ""), [cause])
    if spec["config"]:
        config = _parsed(spec["config"])
        if config is None:
            raise _denied("configuration string is not in JSON format")
        if not all("type" in plugin for plugin in _plugins(config)):
            raise _denied("invalid config")
    return None


def _denied(why: str) -> Refused:
    return Refused(400, "BadRequest", f'admission webhook "{_WEBHOOK}" denied the request: {why}')


def _parsed(text: str) -> Object | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _plugins(config: Object) -> list[Object]:
    found: list[Object] = config.get("plugins", [config])
    return found


def interface_name(network: str) -> str:
    """What KubeVirt calls the pod's end of a secondary network."""
    return f"pod{sha256(network.encode()).hexdigest()[:11]}"


def wanted(instance: Object) -> list[Object]:
    """The annotation by which Multus is asked, as a list: one entry per NIC that is not on the pod network."""
    macs = {
        item["name"]: item.get("macAddress", "")
        for item in instance["spec"]["domain"].get("devices", {}).get("interfaces") or []
    }
    return [
        {
            "name": place[1],
            "namespace": place[0],
            "mac": macs.get(network["name"], ""),
            "interface": interface_name(network["name"]),
        }
        for network in instance["spec"].get("networks") or []
        if "multus" in network
        for place in [_place(network["multus"]["networkName"], namespace_of(instance))]
    ]


def _place(reference: str, namespace: str) -> tuple[str, str]:
    """Namespace and name; a plain name lies in the machine's own namespace."""
    home, slash, name = reference.rpartition("/")
    return (home if slash else namespace, name)


def missing(store: Store, instance: Object) -> str:
    """`namespace/name` of the first attachment that does not exist; KubeVirt makes no pod without it."""
    for item in wanted(instance):
        if store.get(KIND, item["namespace"], item["name"]) is None:
            return f"{item['namespace']}/{item['name']}"
    return ""


def trouble(store: Store, pod: Object) -> str:
    """Why no sandbox can be made for a pod on its node; empty when nothing stands in the way."""
    return next(_troubles(store, pod), "")


def _troubles(store: Store, pod: Object) -> Iterator[str]:
    home = namespace_of(pod)
    for item in json.loads(annotation(pod, ASKED) or "[]"):
        if item["namespace"] not in (home, _SHARED):
            yield (
                f"namespace isolation enabled, annotation violates permission, pod is in namespace {home} but refers "
                f"to target namespace {item['namespace']}"
            )
        nad = store.get(KIND, item["namespace"], item["name"])
        if nad is None:
            yield f"cannot find a network-attachment-definition ({item['name']}) in namespace ({item['namespace']})"
            continue
        for plugin in _plugins(_parsed(nad["spec"].get("config") or "{}") or {}):
            bridge = plugin.get("bridge", "")
            if plugin.get("type") in _BRIDGES and len(bridge) > _LONGEST_BRIDGE:
                yield f'failed to create bridge "{bridge}": could not add "{bridge}": numerical result out of range'


def told(pod: Object, address: str) -> str:
    """The annotation that Multus writes once the networks are there, the pod network first."""
    tail = "".join(f":{int(part):02x}" for part in address.split("."))
    default = {"name": "ovn-kubernetes", "interface": "eth0", "ips": [address], "mac": f"0a:58{tail}", "default": True}
    others = [
        {"name": f"{item['namespace']}/{item['name']}", "interface": item["interface"], "mac": item["mac"]}
        for item in json.loads(annotation(pod, ASKED) or "[]")
    ]
    return json.dumps([item | {"dns": {}} for item in (default, *others)], indent=4)


def describe(pod: Object, why: str) -> str:
    """The kubelet's words about a sandbox that it could not make."""
    place = f"{namespace_of(pod)}/{name_of(pod)}"
    return f'Failed to create pod sandbox: plugin type="multus-shim" failed (add): [{place}]: {why}'
