"""Shapes of what a provider server consists of (kubev2v/forklift v2.12.5, pkg/controller/ova/builder.go)."""

from lab.cluster.store import Object
from lab.virtualization.anatomy import name_of, namespace_of, owner_reference, uid_of

KIND, FINALIZER = "OVAProviderServer", "forklift/ova-provider"
SERVER, PORT, SIZE = "ova-server", 8080, "1Gi"
_REQUESTS, _LIMITS = {"cpu": "100m", "memory": "512Mi"}, {"cpu": "1", "memory": "1Gi"}


def provider_labels(uid: str) -> dict[str, str]:
    """By which a Provider's server is found; `uid` is the Provider's."""
    return {"app": "forklift", "subapp": SERVER, "provider": uid}


def server_labels(server: Object) -> dict[str, str]:
    """On everything that a server consists of."""
    labels = {key: str(server["metadata"]["labels"][key]) for key in ("app", "subapp", "provider")}
    return labels | {SERVER: uid_of(server)}


def provider_server(provider: Object, namespace: str) -> Object:
    reference = {"namespace": namespace_of(provider), "name": name_of(provider)}
    return {
        "apiVersion": "forklift.konveyor.io/v1beta1",
        "kind": KIND,
        "metadata": {
            "generateName": f"{name_of(provider)}-",
            "namespace": namespace,
            "labels": provider_labels(uid_of(provider)),
        },
        "spec": {"provider": reference},
    }


def nfs_volume(metadata: Object, url: str) -> Object:
    """A volume that stands for an export, `host:/path`; nobody provisions or removes what is on it."""
    server, _, path = url.partition(":")
    spec = {
        "capacity": {"storage": SIZE},
        "accessModes": ["ReadOnlyMany"],
        "nfs": {"server": server, "path": path},
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
        "storageClassName": "",
    }
    known = metadata | {"finalizers": ["kubernetes.io/pv-protection"]}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": known, "spec": spec}


def nfs_claim(metadata: Object, volume: str) -> Object:
    """A claim to exactly that volume."""
    spec = {
        "accessModes": ["ReadOnlyMany"],
        "volumeName": volume,
        "storageClassName": "",
        "resources": {"requests": {"storage": SIZE}},
    }
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


def metadata_of(server: Object, *, owned: bool = True) -> Object:
    """Of one of its parts; the volume has no owner, since it has no namespace."""
    metadata: Object = {"generateName": f"{server['spec']['provider']['name']}-", "labels": server_labels(server)}
    if owned:
        metadata |= {
            "namespace": namespace_of(server),
            "ownerReferences": [owner_reference(server, controller=False)],
        }
    return metadata


def deployment(server: Object, claim: str) -> Object:
    labels, reference = server_labels(server), server["spec"]["provider"]
    environment = {
        "PROVIDER_NAME": reference["name"],
        "PROVIDER_NAMESPACE": reference["namespace"],
        "CATALOG_PATH": "/ova",
        "APPLIANCE_ENDPOINTS": "false",
        "AUTH_REQUIRED": "true",
    }
    container = {
        "name": "main",
        "image": "registry.lab.test/mtv/ova-provider-server:lab",
        "env": [{"name": name, "value": value} for name, value in environment.items()],
        "ports": [{"containerPort": PORT, "protocol": "TCP"}],
        "resources": {"requests": dict(_REQUESTS), "limits": dict(_LIMITS)},
        "readinessProbe": {"httpGet": {"path": "/test_connection", "port": PORT}, "initialDelaySeconds": 5},
        "volumeMounts": [{"name": "nfs", "mountPath": "/ova"}],
    }
    volume = {"name": "nfs", "persistentVolumeClaim": {"claimName": claim}}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container], "volumes": [volume]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata_of(server), "spec": spec}


def service(server: Object) -> Object:
    port = {"name": "api-http", "protocol": "TCP", "port": PORT, "targetPort": PORT}
    spec = {"type": "ClusterIP", "selector": server_labels(server), "ports": [port]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata_of(server), "spec": spec}
