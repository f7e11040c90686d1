"""What a cluster has once the operator of MTV has done its work (facts/forklift.md 6.1)."""

from base64 import b64encode

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.mtv.releases import Release
from lab.mtv.toolkit import CONTROLLER, NAMESPACE
from lab.virtualization.anatomy import name_of, namespace_of

HOST = "host"
"""Name of the Provider for the cluster itself."""
_POD_LABELS: dict[str, dict[str, str]] = {
    "forklift-operator": {"name": "controller-manager"},
    "forklift-controller": {"control-plane": "controller-manager"},
    "forklift-api": {"service": "forklift-api"},
    "forklift-validation": {"service": "forklift-validation"},
    "forklift-ui-plugin": {"service": "forklift-ui-plugin"},
    "forklift-volume-populator-controller": {},
    "forklift-cli-download": {"service": "forklift-cli-download"},
    "forklift-ova-proxy": {"service": "forklift-ova-proxy"},
}
_REQUESTS = {"cpu": "100m", "memory": "350Mi"}
"""Per container; so the first node has less to give than the others."""
_SERVICES = {"forklift-inventory": 8443, "forklift-services": 8443, "forklift-ova-proxy": 8443}
_ROUTES = ("forklift-services", "forklift-ova-proxy", "forklift-cli-download")
"""The Route of the inventory belongs to the inventory service."""


def furnish(lab: Lab, release: Release) -> None:
    """Create everything that is not there yet."""
    _ensure(lab, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for name, labels in _POD_LABELS.items():
        _workload(lab, name, {"app": "forklift"} | labels)
    for name, port in _SERVICES.items():
        _ensure(lab, _service(name, port))
    for name in _ROUTES:
        _ensure(lab, _route(name))
    _configuration(lab)
    _subscription(lab, release)
    _ensure(lab, _controller())
    _ensure(lab, _host())


def must_gather_image(release: Release) -> str:
    """What the operator names as the image that gathers for it."""
    return f"registry.lab.test/mtv/mtv-must-gather-rhel9:{release.version}"


def _ensure(lab: Lab, obj: Object, status: Object | None = None) -> Object:
    found = lab.store.get(obj["kind"], namespace_of(obj), name_of(obj))
    made = found if found is not None else lab.store.create(obj)
    if status is not None and found is None:
        lab.store.set_status(obj["kind"], namespace_of(obj), name_of(obj), status)
    return made


def _workload(lab: Lab, name: str, labels: dict[str, str]) -> None:
    """A Deployment with its one pod; who deletes the pod learns that nobody replaces it here."""
    names = ("main", "inventory") if name == CONTROLLER else ("main",)
    shape = {"image": f"registry.lab.test/mtv/{name}:lab", "resources": {"requests": dict(_REQUESTS)}}
    containers: list[Object] = [{"name": each, **shape} for each in names]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": _metadata(name, labels), "spec": spec}
    available = {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"}
    counts = {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1}
    _ensure(lab, deployment, counts | {"conditions": [available]})
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _metadata(f"{name}-6c5f7d8b9-lab01", labels),
        "spec": {"nodeName": lab.world.nodes[0].name, "containers": containers},
    }
    running = {"ready": True, "restartCount": 0, "state": {"running": {"startedAt": lab.clock.stamp()}}}
    statuses = [{"name": item["name"], "image": shape["image"], **running} for item in containers]
    ready = [{"type": "Ready", "status": "True"}]
    _ensure(lab, pod, {"phase": "Running", "conditions": ready, "containerStatuses": statuses})


def _service(name: str, port: int) -> Object:
    spec = {"selector": {"app": "forklift"}, "ports": [{"name": "api-https", "port": port, "targetPort": port}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": _metadata(name), "spec": spec}


def _route(name: str) -> Object:
    """Nothing listens behind these: they are furniture that clients list."""
    spec = {
        "host": f"{name}-{NAMESPACE}.apps.embedded-lab.test",
        "to": {"kind": "Service", "name": name, "weight": 100},
        "tls": {"termination": "reencrypt", "insecureEdgeTerminationPolicy": "Redirect"},
    }
    return {"apiVersion": "route.openshift.io/v1", "kind": "Route", "metadata": _metadata(name), "spec": spec}


def _configuration(lab: Lab) -> None:
    for name in ("forklift-vsphere-osmap", "forklift-ovirt-osmap", "forklift-controller-config"):
        _ensure(lab, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _metadata(name), "data": {}})
    token = b64encode(b"not a token of this lab").decode()
    kind = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token"}
    _ensure(lab, kind | {"metadata": _metadata(f"{CONTROLLER}-token"), "data": {"token": token}})


def _subscription(lab: Lab, release: Release) -> None:
    version, installed = {"apiVersion": "operators.coreos.com/v1alpha1"}, f"mtv-operator.v{release.version}"
    image = {"name": "MUST_GATHER_IMAGE", "value": must_gather_image(release)}
    deployment = {
        "name": "forklift-operator",
        "spec": {"template": {"spec": {"containers": [{"name": "operator", "env": [image]}]}}},
    }
    csv = {
        "kind": "ClusterServiceVersion",
        "metadata": _metadata(installed)
        | {"annotations": {"operators.openshift.io/must-gather-image": image["value"]}},
        "spec": {
            "displayName": "Migration Toolkit for Virtualization Operator",
            "version": release.version,
            "install": {"strategy": "deployment", "spec": {"deployments": [deployment]}},
        },
    }
    _ensure(lab, version | csv, {"phase": "Succeeded", "reason": "InstallSucceeded"})
    minor = release.version.rpartition(".")[0]
    subscription = {
        "kind": "Subscription",
        "metadata": _metadata("mtv-operator"),
        "spec": {
            "name": "mtv-operator",
            "channel": f"release-v{minor}",
            "source": "redhat-operators",
            "sourceNamespace": "openshift-marketplace",
        },
    }
    _ensure(lab, version | subscription, {"installedCSV": installed, "currentCSV": installed, "state": "AtLatestKnown"})


def _controller() -> Object:
    """Up to 2.12 the defaults live in the operator, so an untouched one is almost empty (facts/forklift.md 6.2)."""
    return _forklift("ForkliftController", CONTROLLER, {"feature_ui_plugin": "true", "feature_validation": "true"})


def _host() -> Object:
    return _forklift("Provider", HOST, {"type": "openshift", "url": "", "secret": {}})


def _forklift(kind: str, name: str, spec: Object) -> Object:
    return {"apiVersion": "forklift.konveyor.io/v1beta1", "kind": kind, "metadata": _metadata(name), "spec": spec}


def _metadata(name: str, labels: dict[str, str] | None = None) -> Object:
    return {"name": name, "namespace": NAMESPACE, "labels": labels if labels is not None else {"app": "forklift"}}
