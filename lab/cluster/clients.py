"""A cluster as the holder of a bearer token may use it: the store behind the checks of the API server."""

import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lab.cluster.access import Action, demand
from lab.cluster.granting import must_be_let_block
from lab.cluster.identity import User, user_named
from lab.cluster.kinds import KINDS
from lab.cluster.refusals import unauthorized
from lab.cluster.store import Object
from lab.kernel.service import Lab

_REPLACED = ("VirtualMachine", "DataVolume")
"""Switching machines and adding checkpoints (kubev2v/forklift, adapter/ocp/client.go PowerOff, plan/migration.go)."""


class Objects(Protocol):
    """What a controller does with the objects of a cluster; the store itself is one, for who may do everything."""

    def get(self, kind: str, namespace: str, name: str) -> Object | None: ...

    def list(
        self, kind: str, namespace: str | None = None, labels: Mapping[str, str] | None = None
    ) -> builtins.list[Object]: ...

    def create(self, obj: Object) -> Object: ...

    def patch(self, kind: str, namespace: str, name: str, change: Object) -> Object | None: ...

    def delete(self, kind: str, namespace: str, name: str, *, uid: str = "") -> Object | None: ...


@dataclass(frozen=True, slots=True)
class TokenClient:
    """Each call raises Refused: 401 once the token is no longer good, 403 without a role that allows it."""

    cluster: Lab
    token: str

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        self._ask("get", kind, namespace, name)
        return self.cluster.store.get(kind, namespace, name)

    def list(
        self, kind: str, namespace: str | None = None, labels: Mapping[str, str] | None = None
    ) -> builtins.list[Object]:
        self._ask("list", kind, namespace or "")
        return self.cluster.store.list(kind, namespace, labels)

    def create(self, obj: Object) -> Object:
        user = self._ask("create", obj["kind"], obj["metadata"].get("namespace", ""))
        must_be_let_block(self.cluster.store, user, obj, None)
        return self.cluster.store.create(obj)

    def patch(self, kind: str, namespace: str, name: str, change: Object) -> Object | None:
        """The verb is the one that the product sends, which replaces objects of some kinds as a whole."""
        user = self._ask("update" if kind in _REPLACED else "patch", kind, namespace, name)
        old = self.cluster.store.get(kind, namespace, name)
        if old is not None and "ownerReferences" in (change.get("metadata") or {}):
            must_be_let_block(self.cluster.store, user, old | {"metadata": old["metadata"] | change["metadata"]}, old)
        return self.cluster.store.patch(kind, namespace, name, change)

    def delete(self, kind: str, namespace: str, name: str, *, uid: str = "") -> Object | None:
        self._ask("delete", kind, namespace, name)
        return self.cluster.store.delete(kind, namespace, name, uid=uid)

    def _ask(self, verb: str, kind: str, namespace: str, name: str = "") -> User:
        account = self.cluster.tokens.user_of(self.token)
        if account is None:
            raise unauthorized()
        known = KINDS[kind]
        where = namespace if known.namespaced else ""
        user = user_named(account)
        action = Action(verb=verb, group=known.group, resource=known.plural, namespace=where, name=name)
        demand(self.cluster.store, user, action)
        return user
