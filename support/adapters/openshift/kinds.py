"""From a kind to its place in the API: a table of what the suite uses, discovery for everything else."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from support.domain.errors import ClusterError

_WORKERS = 8
_AGGREGATED = ",".join(
    (
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        "application/json",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One resource of the API."""

    kind: str
    group: str
    version: str
    plural: str
    namespaced: bool
    verbs: frozenset[str] = frozenset()

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        root = f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"
        scope = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return "/".join(filter(None, (f"{root}{scope}/{self.plural}", name, subresource)))


def _known(group: str, version: str, namespaced: bool, **plurals: str) -> dict[str, Kind]:
    return {
        kind: Kind(kind=kind, group=group, version=version, plural=plural, namespaced=namespaced)
        for kind, plural in plurals.items()
    }


TABLE: Mapping[str, Kind] = {
    **_known(
        "",
        "v1",
        True,
        Pod="pods",
        Secret="secrets",  # noqa: S106 - a plural, not a password
        ConfigMap="configmaps",
        Service="services",
        ServiceAccount="serviceaccounts",
        PersistentVolumeClaim="persistentvolumeclaims",
        Event="events",
    ),
    **_known("", "v1", False, Namespace="namespaces", Node="nodes", PersistentVolume="persistentvolumes"),
    **_known("rbac.authorization.k8s.io", "v1", False, ClusterRoleBinding="clusterrolebindings"),
    **_known("batch", "v1", True, Job="jobs"),
    **_known("storage.k8s.io", "v1", False, StorageClass="storageclasses"),
    **_known("k8s.cni.cncf.io", "v1", True, NetworkAttachmentDefinition="network-attachment-definitions"),
    **_known("cdi.kubevirt.io", "v1beta1", True, DataVolume="datavolumes"),
    **_known("cdi.kubevirt.io", "v1beta1", False, StorageProfile="storageprofiles", CDI="cdis"),
    **_known(
        "kubevirt.io",
        "v1",
        True,
        VirtualMachine="virtualmachines",
        VirtualMachineInstance="virtualmachineinstances",
        KubeVirt="kubevirts",
    ),
    **_known(
        "forklift.konveyor.io",
        "v1beta1",
        True,
        Provider="providers",
        Plan="plans",
        Migration="migrations",
        NetworkMap="networkmaps",
        StorageMap="storagemaps",
        Hook="hooks",
        Host="hosts",
        ForkliftController="forkliftcontrollers",
    ),
    **_known("route.openshift.io", "v1", True, Route="routes"),
    **_known("config.openshift.io", "v1", False, ClusterVersion="clusterversions", Infrastructure="infrastructures"),
    **_known("console.openshift.io", "v1", False, ConsoleCLIDownload="consoleclidownloads"),
    **_known("operators.coreos.com", "v1alpha1", True, ClusterServiceVersion="clusterserviceversions"),
}
"""A known kind costs no discovery request; a cold start with the dynamic client costs dozens (openshift.md 1.1)."""
_MTV = "forklift.konveyor.io"
_READ = frozenset(
    {
        "CDI",
        "ClusterServiceVersion",
        "ClusterVersion",
        "ConsoleCLIDownload",
        "ForkliftController",
        "Infrastructure",
        "KubeVirt",
        "Route",
        "StorageClass",
        "StorageProfile",
    }
)
"""Neither a run nor MTV makes any."""
MADE = frozenset(TABLE.keys() - _READ)
"""Kinds of which a run or MTV may leave something on MTV's cluster."""
MADE_ELSEWHERE = frozenset(kind for kind in MADE if TABLE[kind].group != _MTV)
"""On another cluster; MTV may be installed there, too, but knows nothing of the run."""


class Reads(Protocol):
    """GET of a path as JSON; raises ClusterError."""

    def __call__(self, path: str, accept: str = "application/json") -> dict[str, Any]: ...


def name_of(kind: Kind, known: Mapping[str, Kind]) -> str:
    """What an ObjectRef calls this kind: plain, or with its group where another group owns the plain name."""
    owner = known.get(kind.kind)
    same = owner is not None and (owner.group, owner.plural) == (kind.group, kind.plural)
    return kind.kind if same or owner is None else f"{kind.kind}.{kind.group}"


def discover(read: Reads) -> tuple[Kind, ...]:
    """Every resource, each in the version its group prefers. Raises ClusterError."""
    core, named = read("/api", _AGGREGATED), read("/apis", _AGGREGATED)
    found = [*_aggregated(core), *_aggregated(named)]
    if found:
        return tuple(_preferred(found))
    # An older or simpler server answers with the classic documents: one more request per group.
    return tuple(_preferred(_classic(read, named)))


def _aggregated(document: Mapping[str, Any]) -> Iterable[Kind]:
    if document.get("kind") != "APIGroupDiscoveryList":
        return
    for item in document.get("items") or ():
        group = item.get("metadata", {}).get("name", "")
        for version in item.get("versions") or ():
            for resource in version.get("resources") or ():
                yield Kind(
                    kind=resource.get("responseKind", {}).get("kind", ""),
                    group=group,
                    version=version["version"],
                    plural=resource["resource"],
                    namespaced=resource.get("scope") == "Namespaced",
                    verbs=frozenset(resource.get("verbs") or ()),
                )


def _classic(read: Reads, groups: Mapping[str, Any]) -> list[Kind]:
    places = [("", "v1")]
    for group in groups.get("groups") or ():
        versions = [each["version"] for each in group.get("versions") or ()]
        best = group.get("preferredVersion", {}).get("version")
        places += [(group["name"], version) for version in sorted(versions, key=lambda each: each != best)]
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="discovery") as pool:
        return [kind for found in pool.map(lambda place: _resources(read, *place), places) for kind in found]


def _resources(read: Reads, group: str, version: str) -> list[Kind]:
    try:
        document = read(f"/apis/{group}/{version}" if group else f"/api/{version}")
    except ClusterError:
        # An aggregated API whose backend is down must not hide all the others (openshift.md 1.1).
        return []
    return [
        Kind(
            kind=resource.get("kind", ""),
            group=group,
            version=version,
            plural=resource["name"],
            namespaced=bool(resource.get("namespaced")),
            verbs=frozenset(resource.get("verbs") or ()),
        )
        for resource in document.get("resources") or ()
        if "/" not in resource["name"]
    ]


def _preferred(found: Iterable[Kind]) -> Iterable[Kind]:
    """The first version of each resource; servers list versions in order of preference."""
    seen: set[tuple[str, str]] = set()
    for kind in found:
        if kind.kind and (kind.group, kind.plural) not in seen:
            seen.add((kind.group, kind.plural))
            yield kind
