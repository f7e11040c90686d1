"""What every OpenShift cluster has before anything is installed on it (facts/openshift.md 1.7, 7.1)."""

from uuid import NAMESPACE_DNS, uuid5

from lab.cluster.history import Object
from lab.cluster.kinds import KINDS, Kind
from lab.cluster.versions import openshift_version
from lab.kernel.service import Lab

_NAMESPACES = (
    "default",
    "kube-system",
    "openshift-config-managed",
    "openshift-monitoring",
    "openshift-marketplace",
)
_ACCOUNTS = ("builder", "default", "deployer")
_EVERYTHING = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
_RBAC = "rbac.authorization.k8s.io/v1"
_SELF_REVIEWS = ("selfsubjectaccessreviews", "selfsubjectrulesreviews")


def furnish(lab: Lab) -> None:
    """Create it all; from now on every new namespace gets its own furniture."""
    lab.store.after_create.append(lambda made: _furnish_namespace(lab, made))
    for name in _NAMESPACES:
        lab.store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    _certificate(lab, "openshift-config-managed", "default-ingress-cert", "ca-bundle.crt")
    for obj in (*_configuration(lab), *_roles()):
        lab.store.create(obj)
    for kind in KINDS.values():
        if kind.custom and kind.group not in lab.absent:
            lab.store.create(_definition(kind))


def _furnish_namespace(lab: Lab, made: Object) -> None:
    if made["kind"] != "Namespace":
        return
    name = made["metadata"]["name"]
    for account in _ACCOUNTS:
        metadata = {"name": account, "namespace": name}
        lab.store.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    _certificate(lab, name, "kube-root-ca.crt", "ca.crt")
    _certificate(lab, name, "openshift-service-ca.crt", "service-ca.crt")
    ranges = {
        "openshift.io/sa.scc.mcs": "s0:c27,c4",
        "openshift.io/sa.scc.supplemental-groups": "1000720000/10000",
        "openshift.io/sa.scc.uid-range": "1000720000/10000",
    }
    levels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("audit", "warn")}
    given = made["metadata"]
    annotations = ranges | (given.get("annotations") or {})
    change = {"annotations": annotations, "labels": levels | (given.get("labels") or {})}
    lab.store.patch("Namespace", "", name, {"metadata": change})


def _certificate(lab: Lab, namespace: str, name: str, key: str) -> None:
    """One authority signs everything here: API, routes, services."""
    metadata = {"name": name, "namespace": namespace}
    data = {key: lab.authority.ca_pem}
    lab.store.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})


def _configuration(lab: Lab) -> list[Object]:
    version, stamp = openshift_version(lab.options.ocp), lab.clock.stamp()
    available = {"type": "Available", "status": "True", "reason": "AsExpected", "lastTransitionTime": stamp}
    history = {"state": "Completed", "version": version, "startedTime": stamp, "completionTime": stamp}
    desired = {"version": version, "image": f"registry.lab.test/ocp/release:{version}"}
    url = lab.endpoints["cluster"]
    return [
        _config("ClusterVersion", "version", {"clusterID": str(uuid5(NAMESPACE_DNS, lab.cluster_name))})
        | {
            "status": {
                "desired": desired,
                "history": [history | {"verified": False, "image": desired["image"]}],
                "conditions": [
                    available,
                    {"type": "Progressing", "status": "False", "lastTransitionTime": stamp},
                    {"type": "Failing", "status": "False", "lastTransitionTime": stamp},
                ],
                "observedGeneration": 1,
                "versionHash": "lab",
                "availableUpdates": None,
            }
        },
        _config("Infrastructure", "cluster", {"platformSpec": {"type": "None"}})
        | {
            "status": {
                "infrastructureName": lab.cluster_name,
                "apiServerURL": url,
                "apiServerInternalURI": url,
                "platform": "None",
                "platformStatus": {"type": "None"},
                "controlPlaneTopology": "HighlyAvailable",
                "infrastructureTopology": "HighlyAvailable",
                "etcdDiscoveryDomain": "",
            }
        },
        _config("Ingress", "cluster", {"domain": f"apps.{lab.cluster_name}.test"}),
        _config("OAuth", "cluster", {"tokenConfig": {"accessTokenMaxAgeSeconds": int(lab.tokens.lifetime)}}),
    ]


def _config(kind: str, name: str, spec: Object) -> Object:
    return {"apiVersion": "config.openshift.io/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def _roles() -> list[Object]:
    """Besides administrators: everybody who is logged in may ask who they are and what they may do."""
    own_rights = {"apiGroups": ["authorization.k8s.io"], "resources": list(_SELF_REVIEWS), "verbs": ["create"]}
    own_name = {"apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"], "verbs": ["create"]}
    user = {"apiGroups": ["user.openshift.io"], "resources": ["users"], "resourceNames": ["~"], "verbs": ["get"]}
    return [
        _role("cluster-admin", _EVERYTHING),
        _role("cluster-reader", _EVERYTHING | {"verbs": ["get", "list", "watch"]}),
        _role("system:basic-user", own_rights, own_name),
        _role("basic-user", user),
        _binding("cluster-admins", "cluster-admin", "system:cluster-admins"),
        _binding("system:basic-user", "system:basic-user", "system:authenticated"),
        _binding("basic-users", "basic-user", "system:authenticated"),
    ]


def _role(name: str, *rules: Object) -> Object:
    return {"apiVersion": _RBAC, "kind": "ClusterRole", "metadata": {"name": name}, "rules": list(rules)}


def _binding(name: str, role: str, group: str) -> Object:
    return {
        "apiVersion": _RBAC,
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}],
    }


def _definition(kind: Kind) -> Object:
    """Names, scope and version; the structure itself lives in the lab's own field tables."""
    names = {
        "plural": kind.plural,
        "singular": kind.singular,
        "kind": kind.kind,
        "listKind": f"{kind.kind}List",
        **({"shortNames": list(kind.short_names)} if kind.short_names else {}),
        **({"categories": list(kind.categories)} if kind.categories else {}),
    }
    version: Object = {
        "name": kind.version,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
    }
    if kind.status_subresource:
        version["subresources"] = {"status": {}}
    conditions = [
        {"type": "NamesAccepted", "status": "True", "reason": "NoConflicts", "message": "no conflicts found"},
        {
            "type": "Established",
            "status": "True",
            "reason": "InitialNamesAccepted",
            "message": "the initial names have been accepted",
        },
    ]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": kind.resource},
        "spec": {
            "group": kind.group,
            "names": names,
            "scope": "Namespaced" if kind.namespaced else "Cluster",
            "versions": [version],
            "conversion": {"strategy": "None"},
        },
        "status": {"conditions": conditions, "acceptedNames": names, "storedVersions": [kind.version]},
    }
