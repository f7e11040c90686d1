"""What a login may do and what is installed, without a trace left behind."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from support.adapters.openshift.access.token_life import lasts
from support.adapters.openshift.api import REVIEWS, Api
from support.adapters.openshift.refusals import refusal
from support.domain.names import ObjectRef
from support.domain.permission import EVERYTHING, Permission
from support.ports.examining import OperatorHealth

_AT_ONCE = 8


class OpenShiftExamining:
    """Port `Examines`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def server(self) -> str:
        return self._api.server

    def connect(self) -> None:
        self._api.connect()

    def close(self) -> None:
        self._api.close()

    def refused(self, wanted: Sequence[Permission]) -> list[Permission]:
        """An administrator is known by one question, everybody else asked about each permission (openshift.md 7.6)."""
        if not wanted or self._allowed(EVERYTHING):
            return []
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="reviews") as pool:
            answers = list(pool.map(self._allowed, wanted))
        return [permission for permission, allowed in zip(wanted, answers, strict=True) if not allowed]

    def lends(self, seconds: float) -> bool:
        return lasts(self._api, seconds)

    def operator(self, kind: str) -> OperatorHealth | None:
        if not self.serves(kind):
            return None
        found = self._api.list(kind)
        return _health(found[0]) if found else None

    def serves(self, kind: str) -> bool:
        """By discovery: a kind whose definition is gone is still in the table of those the suite knows."""
        return any(each.kind == kind for each in self._api.discovered())

    def claim_modes(self, storage_class: str) -> tuple[str, ...] | None:
        profile = self._api.get(ObjectRef("StorageProfile", storage_class))
        if profile is None:
            return None
        sets = (profile.get("status") or {}).get("claimPropertySets") or ()
        return tuple(f"{'/'.join(each.get('accessModes') or ())} {each.get('volumeMode', '')}" for each in sets)

    def _allowed(self, permission: Permission) -> bool:
        resource, _, subresource = permission.resource.partition("/")
        attributes = {
            "group": permission.group,
            "resource": resource,
            "subresource": subresource,
            "verb": permission.verb,
            "namespace": permission.namespace,
            "name": permission.name,
        }
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {key: value for key, value in attributes.items() if value}},
        }
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = self._api.raw("POST", f"{REVIEWS}selfsubjectaccessreviews", json.dumps(review).encode(), headers)
        if answer.code != 201:
            raise refusal(f"ask whether this login may {permission}", answer.code, answer.body)
        return bool(json.loads(answer.body).get("status", {}).get("allowed"))


def _health(found: dict[str, Any]) -> OperatorHealth:
    """KubeVirt and CDI tell the same, but each calls its version otherwise."""
    status = found.get("status") or {}
    conditions = {each.get("type"): each.get("status") for each in status.get("conditions") or ()}
    return OperatorHealth(
        name=str(found["metadata"]["name"]),
        phase=str(status.get("phase", "")),
        version=str(status.get("observedKubeVirtVersion") or status.get("observedVersion") or ""),
        available=conditions.get("Available") == "True",
    )
