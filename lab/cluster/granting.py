"""What nobody can give away without having it: rights, and the life of an owner (openshift.md 8).

An API server lets nobody grant what he does not hold himself, unless he may `bind` or `escalate`. OpenShift also asks,
by the admission plugin OwnerReferencesPermissionEnforcement, who may keep an owner from going.
"""

from collections.abc import Iterator

from lab.cluster.access import Action, reason
from lab.cluster.history import Object
from lab.cluster.identity import User
from lab.cluster.kinds import KINDS
from lab.cluster.refusals import Refused, about
from lab.cluster.store import Store

_RBAC = "rbac.authorization.k8s.io"
_ROLES, _BINDINGS = ("Role", "ClusterRole"), ("RoleBinding", "ClusterRoleBinding")


def must_hold(store: Store, user: User, new: Object, old: Object | None) -> None:
    """Raise Refused (403) for a role or a binding that grants more than the user has."""
    namespace = str(new["metadata"].get("namespace", ""))
    if new["kind"] in _ROLES:
        if old is None or old.get("rules") != new.get("rules"):
            _must_cover(store, user, new, list(new.get("rules") or []), "escalate")
    elif new["kind"] in _BINDINGS:
        role = new["roleRef"]
        found = store.get(role["kind"], namespace if role["kind"] == "Role" else "", role["name"]) or {}
        _must_cover(store, user, new, list(found.get("rules") or []), "bind")


def must_be_let_block(store: Store, user: User, new: Object, old: Object | None) -> None:
    """Raise Refused (403) for an owner that the object is to hold back, though the user may not set its finalizers."""
    known = [] if old is None else list(_blocked(old))
    for owner in _blocked(new):
        kind = KINDS.get(str(owner["kind"]))
        if kind is None or owner in known:
            continue
        action = Action(
            verb="update",
            group=kind.group,
            resource=kind.plural,
            subresource="finalizers",
            namespace=str(new["metadata"].get("namespace", "")) if kind.namespaced else "",
            name=str(owner["name"]),
        )
        if not reason(store, user, action):
            why = "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on"
            raise _forbidden(new, f"{why}: , <nil>")


def _must_cover(store: Store, user: User, new: Object, rules: list[Object], verb: str) -> None:
    namespace = str(new["metadata"].get("namespace", ""))
    role = new["roleRef"] if verb == "bind" else {"kind": new["kind"], "name": new["metadata"]["name"]}
    allowed = Action(
        verb=verb,
        group=_RBAC,
        resource=KINDS[role["kind"]].plural,
        namespace=namespace,
        name=str(role["name"]),
    )
    if reason(store, user, allowed):
        return
    lacking = [rule for rule in rules if not all(reason(store, user, each) for each in _actions(rule, namespace))]
    if lacking:
        told = "\n".join(map(_worded, lacking))
        groups = " ".join(f'"{group}"' for group in user.groups)
        why = f'user "{user.name}" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held'
        raise _forbidden(new, f"{why}:\n{told}")


def _actions(rule: Object, namespace: str) -> Iterator[Action]:
    for group in rule.get("apiGroups") or []:
        for resource in rule.get("resources") or []:
            plural, _, subresource = str(resource).partition("/")
            for verb in rule.get("verbs") or []:
                for name in rule.get("resourceNames") or [""]:
                    yield Action(
                        verb=verb,
                        group=group,
                        resource=plural,
                        subresource=subresource,
                        namespace=namespace,
                        name=name,
                    )


def _blocked(obj: Object) -> Iterator[Object]:
    """Owners that cannot go in a foreground deletion before the object."""
    for owner in obj["metadata"].get("ownerReferences") or []:
        if owner.get("blockOwnerDeletion"):
            yield {key: owner.get(key) for key in ("kind", "name", "uid")}


def _worded(rule: Object) -> str:
    def words(key: str) -> str:
        return " ".join(f'"{word}"' for word in rule.get(key) or [])

    return f"{{APIGroups:[{words('apiGroups')}], Resources:[{words('resources')}], Verbs:[{words('verbs')}]}}"


def _forbidden(new: Object, why: str) -> Refused:
    kind, name = KINDS[new["kind"]], str(new["metadata"].get("name", ""))
    return Refused(403, "Forbidden", f'{kind.resource} "{name}" is forbidden: {why}', details=about(kind, name))
