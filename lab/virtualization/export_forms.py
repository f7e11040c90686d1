"""Shapes of what an export of a machine is made of: Service, token, pod, links and manifest.

As in kubevirt/kubevirt, pkg/storage/export/export/export.go and links.go.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from secrets import token_urlsafe

from lab.cluster.clients import Objects
from lab.cluster.store import Object
from lab.virtualization.anatomy import claims_of, name_of, namespace_of, owner_reference
from lab.virtualization.instancetypes import expanded

KIND, GROUP = "VirtualMachineExport", "export.kubevirt.io"
TOKEN_HEADER = "x-kubevirt-export-token"  # noqa: S105 - the name of a header
_SERVICE_LABEL = "kubevirt.io.virt-export-service"
_LONGEST = 63
_LIFETIME = "2h"
_UNITS = {"h": "hours", "m": "minutes", "s": "seconds"}
_FNV_START, _FNV_PRIME, _FNV_SPACE = 0x811C9DC5, 0x01000193, 2**32


def base_path(namespace: str, name: str) -> str:
    """Below the export proxy."""
    return f"/api/{GROUP}/v1/namespaces/{namespace}/virtualmachineexports/{name}"


def volume_path(export: Object, claim: str) -> str:
    """Where the compressed raw image of a claim is."""
    return f"{base_path(namespace_of(export), name_of(export))}/volumes/{claim}/disk.img.gz"


def derived(base: str, name: str) -> str:
    """`base-name`, with a hash in place of the base when that is too long for a label."""
    joined = f"{base}-{name}"
    if len(joined) <= _LONGEST:
        return joined
    room = _LONGEST - 10 - len(name)
    if room < 0:
        return f"{base[: _LONGEST - 9]}-{_hash(joined)}"
    return f"{base[:room]}-{_hash(base)}-{name}"


def _hash(text: str) -> str:
    """FNV-1a with 32 bits, as OpenShift's namer uses it."""
    value = _FNV_START
    for byte in text.encode():
        value = (value ^ byte) * _FNV_PRIME % _FNV_SPACE
    return f"{value:08x}"


def expires(export: Object) -> datetime:
    """When an export is removed, whoever still needs it: two hours after its creation, or `spec.ttlDuration`."""
    duration = str(export["spec"].get("ttlDuration") or _LIFETIME)
    parts = {_UNITS[unit]: float(number) for number, unit in re.findall(r"([0-9.]+)([hms])", duration)}
    return datetime.fromisoformat(export["metadata"]["creationTimestamp"]) + timedelta(**parts)


def service(export: Object) -> Object:
    ports = [{"name": "export", "protocol": "TCP", "port": 443, "targetPort": 8443}]
    metadata = _owned(export, derived("virt-export", name_of(export).replace(".", "-")))
    metadata["labels"] = {"kubevirt.io": "virt-exporter"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"ports": ports, "selector": {_SERVICE_LABEL: name_of(export)[:_LONGEST]}},
    }


def token_secret(export: Object) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": _owned(export, derived("export-token", name_of(export))),
        "type": "Opaque",
        "data": {"token": b64encode(token_urlsafe(16).encode()).decode()},
    }


def pod_name(export: Object) -> str:
    return derived("virt-export", name_of(export))


def exporter_pod(export: Object, claims: Sequence[str], token: str) -> Object:
    """The pod that hands out the disks; it holds the claims as long as it lives."""
    volumes: list[Object] = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in claims]
    volumes.append({"name": "token", "secret": {"secretName": token}})
    metadata = _owned(export, pod_name(export))
    metadata["labels"] = {_SERVICE_LABEL: name_of(export)[:_LONGEST]}
    container = {"name": "exporter", "image": "registry.lab.test/cnv/virt-exportserver:4.20"}
    spec = {"restartPolicy": "Never", "containers": [container], "volumes": volumes}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _owned(export: Object, name: str) -> Object:
    return {"name": name, "namespace": namespace_of(export), "ownerReferences": [owner_reference(export)]}


def links(export: Object, claims: Sequence[str], *, host: str, inside: str, authority: str) -> Object:
    """`status.links`: by way of the proxy at `host`, and by the Service for whoever is in the cluster."""
    outside = f"{host}{base_path(namespace_of(export), name_of(export))}"
    return {
        "internal": _link(f"https://{inside}", "internal", claims, authority),
        "external": _link(outside, "external", claims, authority),
    }


def _link(root: str, side: str, claims: Sequence[str], authority: str) -> Object:
    manifests = (("all", "all"), ("auth-header-secret", "secret"))
    return {
        "cert": authority,
        "manifests": [{"type": type_, "url": f"{root}/{side}/manifests/{path}"} for type_, path in manifests],
        "volumes": [{"name": claim, "formats": list(_formats(f"{root}/volumes/{claim}"))} for claim in claims],
    }


def _formats(root: str) -> Iterator[Object]:
    yield {"format": "raw", "url": f"{root}/disk.img"}
    yield {"format": "gzip", "url": f"{root}/disk.img.gz"}


def definition(store: Objects, machine: Object) -> Object:
    """The exported machine: instancetype and preference written out, bare metadata, no status."""
    whole = expanded(store, machine)
    kept = ("name", "namespace", "labels", "annotations")
    metadata = {key: deepcopy(whole["metadata"][key]) for key in kept if key in whole["metadata"]}
    spec = whole["spec"]
    disks = set(claims_of(spec["template"]["spec"]))
    for template in spec.get("dataVolumeTemplates") or []:
        if template["metadata"]["name"] in disks:
            template["spec"].pop("sourceRef", None)
            template["spec"]["source"] = {"http": {"url": ""}}
    return {"apiVersion": machine["apiVersion"], "kind": machine["kind"], "metadata": metadata, "spec": spec}


def manifest(store: Objects, export: Object, machine: Object, root: str, authority: str) -> Object:
    """Everything by which the machine can be made elsewhere, as a List: authority, definition, disks."""
    trusted = {"name": f"export-ca-cm-{name_of(export)}"}
    authority_map: Object = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": trusted,
        "data": {"ca.pem": authority},
    }
    whole = definition(store, machine)
    for template in whole["spec"].get("dataVolumeTemplates") or []:
        if "http" in template["spec"].get("source", {}):
            template["spec"]["source"] = _fetched(export, root, template["metadata"]["name"])
    named = {template["metadata"]["name"] for template in whole["spec"].get("dataVolumeTemplates") or []}
    plain = [claim for claim in claims_of(whole["spec"]["template"]["spec"]) if claim not in named]
    return {
        "kind": "List",
        "apiVersion": "v1",
        "metadata": {},
        "items": [authority_map, whole] + [_volume(store, export, root, claim) for claim in plain],
    }


def _volume(store: Objects, export: Object, root: str, claim: str) -> Object:
    """A DataVolume that fetches a disk which no template of the machine makes."""
    spec = (store.get("PersistentVolumeClaim", namespace_of(export), claim) or {"spec": {}})["spec"]
    wanted = {key: spec[key] for key in ("accessModes", "volumeMode", "resources") if key in spec}
    header = {"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "DataVolume", "metadata": {"name": claim}}
    return header | {"spec": {"source": _fetched(export, root, claim), "pvc": wanted}}


def _fetched(export: Object, root: str, claim: str) -> Object:
    url = f"{root}/volumes/{claim}/disk.img.gz"
    names = {"certConfigMap": f"export-ca-cm-{name_of(export)}", "secretExtraHeaders": [_header_secret(export)]}
    return {"http": {"url": url, **names}}


def _header_secret(export: Object) -> str:
    return f"header-secret-{name_of(export)}"


def token_header_secret(export: Object, token: str) -> Object:
    """The Secret by which CDI sends the token along."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": _header_secret(export)}}
    data: Object = {"stringData": {"token": f"{TOKEN_HEADER}:{token}"}}
    return {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": [secret | data]}
