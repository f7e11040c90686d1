"""What populator pods of copy-offload run as in the target namespace (facts/forklift.md 4.2)."""

from lab.cluster.store import Object
from lab.mtv.vm_run import VmRun

ACCOUNT = "populator"
_ROLE = "populator-pvc-reader"
_RBAC = "rbac.authorization.k8s.io"
_RULES = [
    {"apiGroups": [""], "resources": ["persistentvolumeclaims"], "verbs": ["get", "list", "watch"]},
    {
        "apiGroups": ["coordination.k8s.io"],
        "resources": ["leases"],
        "verbs": ["get", "list", "watch", "create", "update", "patch"],
    },
]


def ensure_account(run: VmRun) -> None:
    """ServiceAccount, Role and RoleBinding; all plans of a namespace share them, and nobody removes them."""
    subject = {"kind": "ServiceAccount", "name": ACCOUNT, "namespace": run.namespace}
    role = {"kind": "Role", "name": _ROLE, "apiGroup": _RBAC}
    for made in (
        _made(run, "v1", "ServiceAccount", ACCOUNT),
        _made(run, f"{_RBAC}/v1", "Role", _ROLE) | {"rules": _RULES},
        _made(run, f"{_RBAC}/v1", "RoleBinding", f"{_ROLE}-binding") | {"subjects": [subject], "roleRef": role},
    ):
        if run.client.get(made["kind"], run.namespace, made["metadata"]["name"]) is None:
            run.client.create(made)


def _made(run: VmRun, version: str, kind: str, name: str) -> Object:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": run.namespace}}
