"""Bodies of the objects a run creates for MTV; pure, so that each can be held against the published schemas."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from support.adapters.openshift.array_credentials import array_credentials
from support.adapters.openshift.credentials import credentials
from support.adapters.openshift.releases import must_know
from support.domain.access import DestinationAccess, SourceAccess
from support.domain.errors import SuiteError
from support.domain.machine import Power
from support.domain.mapping import NetworkEntry, StorageEntry
from support.domain.names import ObjectRef
from support.domain.offload import StorageArray
from support.domain.release import Release
from support.domain.request import PlanOptions
from support.domain.source import POD_NETWORK, Place
from support.domain.target import TargetNetwork
from support.ports.cluster import PlanParts

Body = dict[str, Any]
Labels = Mapping[str, str]

FORKLIFT = "forklift.konveyor.io/v1beta1"
_RBAC = "rbac.authorization.k8s.io"
_POWERS = {Power.ON: "on", Power.OFF: "off"}


def secret(ref: ObjectRef, access: SourceAccess, labels: Labels) -> Body:
    """Credentials of a source; MTV's webhook tests them live. Raises SuiteError for a kind it cannot write.

    Without `createdForResourceType` the webhook would look away (forklift.md 1.1).
    """
    marks = {"createdForResourceType": "providers", "createdForProviderType": access.kind.value}
    made = _object("v1", ref, {**labels, **marks})
    return {**made, "type": "Opaque", "stringData": credentials(access)}


def source_provider(
    ref: ObjectRef, access: SourceAccess, secret_ref: ObjectRef, settings: Mapping[str, str], labels: Labels
) -> Body:
    """Provider of a source; settings are complete at creation, an edit rebuilds the inventory (forklift.md 1.1)."""
    spec: Body = {"type": access.kind.value, "url": access.url, "secret": _reference(secret_ref)}
    if settings:
        spec["settings"] = dict(settings)
    return {**_object(FORKLIFT, ref, labels), "spec": spec}


def storage_secret(ref: ObjectRef, array: StorageArray, labels: Labels) -> Body:
    """Login of a storage array, which MTV's populators get as their environment."""
    return {**_object("v1", ref, labels), "type": "Opaque", "stringData": array_credentials(array)}


def local_destination(ref: ObjectRef, labels: Labels) -> Body:
    """Provider of the cluster MTV runs on: it has no URL, and its secret is there but empty (forklift.md 1.1)."""
    return {**_object(FORKLIFT, ref, labels), "spec": {"type": "openshift", "url": "", "secret": {}}}


def destination_secret(ref: ObjectRef, access: DestinationAccess, labels: Labels) -> Body:
    """Token of a destination that is reached by URL; MTV's webhook looks at it as at a source's (forklift.md 1.1)."""
    marks = {"createdForResourceType": "providers", "createdForProviderType": "openshift"}
    trust = {"insecureSkipVerify": "false" if access.verify else "true"}
    authority = {"cacert": access.ca_pem} if access.verify and access.ca_pem else {}
    data = {"token": access.token.reveal(), "url": access.url, **trust, **authority}
    return {**_object("v1", ref, {**labels, **marks}), "type": "Opaque", "stringData": data}


def destination(ref: ObjectRef, url: str, secret_ref: ObjectRef, labels: Labels) -> Body:
    spec = {"type": "openshift", "url": url, "secret": _reference(secret_ref)}
    return {**_object(FORKLIFT, ref, labels), "spec": spec}


def service_account(ref: ObjectRef, labels: Labels) -> Body:
    return _object("v1", ref, labels)


def administrator(ref: ObjectRef, account: ObjectRef, labels: Labels) -> Body:
    """MTV makes namespaces, claims, pods and machines there: what its own documentation asks of such a token."""
    subject = {"kind": account.kind, "name": account.name, "namespace": account.namespace}
    role = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "cluster-admin"}
    meta = {"name": ref.name, "labels": dict(labels)}
    made = {"apiVersion": f"{_RBAC}/v1", "kind": ref.kind, "metadata": meta}
    return {**made, "roleRef": role, "subjects": [subject]}


def network_map(
    ref: ObjectRef, ends: tuple[ObjectRef, ObjectRef], entries: Sequence[NetworkEntry], labels: Labels
) -> Body:
    """Sources by id: the id wins over the name, and a name may match several networks (forklift.md 1.2)."""
    mapped = [{"source": _network(e.source), "destination": _attachment(e.target)} for e in entries]
    return {**_object(FORKLIFT, ref, labels), "spec": {"provider": _ends(ends), "map": mapped}}


def storage_map(
    ref: ObjectRef, ends: tuple[ObjectRef, ObjectRef], entries: Sequence[StorageEntry], labels: Labels
) -> Body:
    """Modes that are None are left out: CDI's StorageProfile decides them then (forklift.md 1.2)."""
    mapped = [{"source": _store(e.source), "destination": _storage(e), **_offload(e)} for e in entries]
    return {**_object(FORKLIFT, ref, labels), "spec": {"provider": _ends(ends), "map": mapped}}


def _network(source: Place) -> Body:
    """By id; on OpenShift, where MTV looks for networks by type or name, by that (forklift.md 1.2)."""
    if source == POD_NETWORK:
        return {"type": "pod"}
    if source.id:
        return {"id": source.id}
    namespace, _, name = source.name.rpartition("/")
    return {"namespace": namespace, "name": name}


def _store(source: Place) -> Body:
    """By id, but for OpenStack's images and OpenShift's classes, found by name only (forklift.md 1.2, 5.8)."""
    return {"id": source.id} if source.id else {"name": source.name}


def hook(ref: ObjectRef, playbook: str, image: str, labels: Labels) -> Body:
    """A Hook with a playbook of text; without a service account its Job runs as MTV's own (forklift.md 1.4, 2.7)."""
    encoded = base64.b64encode(playbook.encode()).decode("ascii")
    return {**_object(FORKLIFT, ref, labels), "spec": {"image": image, "playbook": encoded}}


def plan(ref: ObjectRef, parts: PlanParts, release: Release | None, labels: Labels) -> Body:
    """A Plan with the options that were asked for and no others.

    Raises SuiteError for an option this MTV release does not know: the API would drop it in silence.
    """
    options = _options(parts.options)
    must_know(release, options)
    # MTV looks for machines of OpenShift by name and namespace, even where it has their id (forklift.md 5.8).
    place = {"namespace": parts.source_namespace} if parts.source_namespace else {}
    spec: Body = {
        "provider": _ends((parts.source, parts.destination)),
        "map": {"network": _reference(parts.network_map), "storage": _reference(parts.storage_map)},
        "targetNamespace": parts.target_namespace,
        "vms": [{"id": machine_id, "name": name, **place, **_hooks(parts)} for machine_id, name in parts.machines],
        **options,
    }
    return {**_object(FORKLIFT, ref, labels), "spec": spec}


def _hooks(parts: PlanParts) -> Body:
    """Hooks belong to machines, a plan has none of its own (forklift.md 1.4)."""
    named = [{"step": step.value, "hook": _reference(ref)} for step, ref in parts.hooks]
    return {"hooks": named} if named else {}


def _options(options: PlanOptions) -> Body:
    asked: Body = {
        "warm": options.warm or None,
        "targetPowerState": _power(options.target_power),
        "preserveStaticIPs": options.preserve_static_ips,
        "targetLabels": dict(options.target_labels) or None,
        "targetNodeSelector": dict(options.target_node_selector) or None,
        "targetAffinity": dict(options.target_affinity) or None,
        "pvcNameTemplate": options.pvc_name_template,
        "pvcNameTemplateUseGenerateName": options.pvc_name_generated_suffix,
    }
    return {field: value for field, value in asked.items() if value is not None}


def _power(power: Power | None) -> str | None:
    if power is None:
        return None
    if power not in _POWERS:
        raise SuiteError(f"a plan cannot leave a machine {power.value}, expected on or off")
    return _POWERS[power]


def migration(ref: ObjectRef, plan_ref: ObjectRef, labels: Labels, cutover: datetime | None = None) -> Body:
    """A Migration; it must live beside its Plan, which becomes its owner (forklift.md 7.3)."""
    scheduled = cutover_at(cutover)["spec"] if cutover is not None else {}
    return {**_object(FORKLIFT, ref, labels), "spec": {"plan": _reference(plan_ref), **scheduled}}


def cutover_at(when: datetime) -> Body:
    """Merge patch of a Migration. Raises SuiteError for a time without zone, which would be somebody's local one."""
    if when.tzinfo is None:
        raise SuiteError(f"cutover {when}: expected a time with its zone")
    return {"spec": {"cutover": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}}


def attachment_definition(ref: ObjectRef, config: str, labels: Labels) -> Body:
    return {**_object("k8s.cni.cncf.io/v1", ref, labels), "spec": {"config": config}}


def cancellation(machine_ids: Sequence[str]) -> Body:
    """Merge patch of a Migration; its entries match by id alone (forklift.md 1.7)."""
    return {"spec": {"cancel": [{"id": machine_id} for machine_id in machine_ids]}}


def _attachment(target: TargetNetwork) -> Body:
    if target.kind == "multus":
        return {"type": target.kind, "namespace": target.namespace, "name": target.name}
    return {"type": target.kind}


def _storage(entry: StorageEntry) -> Body:
    asked = {
        "storageClass": entry.storage_class,
        "accessMode": entry.access_mode,
        "volumeMode": entry.volume_mode,
    }
    return {field: value for field, value in asked.items() if value is not None}


def _offload(entry: StorageEntry) -> Body:
    """The Secret by its name alone: MTV looks for it beside the source Provider (forklift.md 4.1)."""
    if entry.offload is None:
        return {}
    config = {"secretRef": entry.offload.secret, "storageVendorProduct": entry.offload.vendor}
    return {"offloadPlugin": {"vsphereXcopyConfig": config}}


def _ends(ends: tuple[ObjectRef, ObjectRef]) -> Body:
    source, destination = ends
    return {"source": _reference(source), "destination": _reference(destination)}


def _reference(ref: ObjectRef) -> Body:
    """Both parts: a reference without namespace counts as not set (forklift.md 0.3)."""
    return {"namespace": ref.namespace, "name": ref.name}


def _object(api_version: str, ref: ObjectRef, labels: Labels) -> Body:
    metadata = {"name": ref.name, "namespace": ref.namespace, "labels": dict(labels)}
    return {"apiVersion": api_version, "kind": ref.kind, "metadata": metadata}
