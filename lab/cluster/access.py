"""Who may do what: the roles in the store, for all but the cluster's administrators (openshift.md 1.6, 8)."""

from collections.abc import Iterator
from dataclasses import dataclass

from lab.cluster.asked import Asked
from lab.cluster.history import Object
from lab.cluster.identity import ADMINISTRATORS, User
from lab.cluster.refusals import Refused
from lab.cluster.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What somebody wants to do; an empty namespace is the whole cluster."""

    verb: str
    group: str
    resource: str
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    @property
    def full_resource(self) -> str:
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def check(store: Store, user: User, asked: Asked) -> None:
    """Raise Refused (403) unless a role allows the request."""
    action = Action(
        verb=asked.verb,
        group=asked.kind.group,
        resource=asked.kind.plural,
        subresource=asked.subresource,
        namespace=asked.namespace,
        name=asked.name,
    )
    demand(store, user, action)


def demand(store: Store, user: User, action: Action) -> None:
    """Raise Refused (403) unless a role allows the action."""
    if reason(store, user, action):
        return
    where = f'in the namespace "{action.namespace}"' if action.namespace else "at the cluster scope"
    resource = f"{action.full_resource}.{action.group}" if action.group else action.full_resource
    subject = f'{resource} "{action.name}"' if action.name else resource
    message = (
        f'{subject} is forbidden: User "{user.name}" cannot {action.verb} resource "{action.full_resource}" '
        f'in API group "{action.group}" {where}'
    )
    details = {key: value for key, value in {"name": action.name, "group": action.group}.items() if value}
    raise Refused(403, "Forbidden", message, details=details | {"kind": action.resource})


def reason(store: Store, user: User, action: Action) -> str:
    """Why it is allowed, empty when it is not."""
    if ADMINISTRATORS in user.groups:
        title = 'ClusterRoleBinding "cluster-admins" of ClusterRole "cluster-admin"'
        return f'RBAC: allowed by {title} to Group "{ADMINISTRATORS}"'
    for binding in _bindings(store, user, action.namespace):
        if any(_covers(rule, action) for rule in _rules(store, binding)):
            role = binding["roleRef"]
            title = f'{binding["kind"]} "{binding["metadata"]["name"]}" of {role["kind"]} "{role["name"]}"'
            return f'RBAC: allowed by {title} to User "{user.name}"'
    return ""


def rules(store: Store, user: User, namespace: str) -> list[Object]:
    """All rules that hold for a user in a namespace."""
    if ADMINISTRATORS in user.groups:
        return [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "resourceNames": []}]
    return [rule for binding in _bindings(store, user, namespace) for rule in _rules(store, binding)]


def _bindings(store: Store, user: User, namespace: str) -> Iterator[Object]:
    bindings = store.list("ClusterRoleBinding") + (store.list("RoleBinding", namespace) if namespace else [])
    for binding in bindings:
        if any(_is(subject, user) for subject in binding.get("subjects") or []):
            yield binding


def _is(subject: Object, user: User) -> bool:
    if subject["kind"] == "Group":
        return subject["name"] in user.groups
    if subject["kind"] == "ServiceAccount":
        return user.name == f"system:serviceaccount:{subject.get('namespace', '')}:{subject['name']}"
    return bool(subject["name"] == user.name)


def _rules(store: Store, binding: Object) -> list[Object]:
    role = binding["roleRef"]
    found = store.get(role["kind"], binding["metadata"].get("namespace", ""), role["name"]) or {}
    return list(found.get("rules") or [])


def _covers(rule: Object, action: Action) -> bool:
    names = rule.get("resourceNames") or []
    return (
        _has(rule.get("verbs"), action.verb)
        and _has(rule.get("apiGroups"), action.group)
        and _has(rule.get("resources"), action.full_resource)
        and (not names or action.name in names)
    )


def _has(allowed: list[str] | None, wanted: str) -> bool:
    return "*" in (allowed or ()) or wanted in (allowed or ())
