"""What every fresh OpenShift namespace holds, so that it is not mistaken for something a run left there."""

from support.adapters.openshift.api import Object

_ACCOUNTS = frozenset({"default", "builder", "deployer", "pipeline"})
_CONFIG_MAPS = frozenset(
    {"kube-root-ca.crt", "openshift-service-ca.crt", "config-service-cabundle", "config-trusted-cabundle"}
)
_ROLE_BINDINGS = frozenset({"openshift-pipelines-edit", "pipelines-scc-rolebinding"})
_ACCOUNT_SECRETS = frozenset({"kubernetes.io/dockercfg", "kubernetes.io/service-account-token"})
_ACCOUNT = "kubernetes.io/service-account.name"


def is_furniture(obj: Object) -> bool:
    """Whether the platform itself put the object into its namespace (facts/openshift.md 1.7)."""
    kind, name = str(obj["kind"]), str(obj["metadata"]["name"])
    if kind == "ServiceAccount":
        return name in _ACCOUNTS
    if kind == "ConfigMap":
        return name in _CONFIG_MAPS
    if kind == "RoleBinding":
        return name.startswith("system:") or name in _ROLE_BINDINGS
    if kind == "Secret" and obj.get("type") in _ACCOUNT_SECRETS:
        account = str((obj["metadata"].get("annotations") or {}).get(_ACCOUNT, ""))
        return account in _ACCOUNTS or name.startswith(tuple(f"{each}-dockercfg-" for each in _ACCOUNTS))
    return kind == "Event"
