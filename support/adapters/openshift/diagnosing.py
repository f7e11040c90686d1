"""Reads what explains a failure: objects without their secrets, events, logs; nothing is changed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import yaml

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.chronicle import Chronicle
from support.adapters.openshift.disclosing import disclosed
from support.adapters.openshift.furniture import is_furniture
from support.adapters.openshift.refusals import refusal
from support.domain.evidence import Container, Exhibit, Happening

_TAIL = {"timestamps": "true", "tailLines": "5000", "limitBytes": str(4 * 1024 * 1024)}
"""Of each container: enough for one migration of a busy controller, and not more than a report can carry."""


class OpenShiftDiagnoses:
    """Port `Diagnoses`."""

    def __init__(self, api: Api, chronicle: Chronicle) -> None:
        self._api = api
        self._chronicle = chronicle

    def objects(self, kind: str, namespace: str, labels: Mapping[str, str] | None = None) -> Sequence[Exhibit]:
        found = self._api.find_kind(kind)
        if found is None:
            return []
        listed = self._api.list_at(found, namespace, labels)[0]
        group = found.group or "core"
        place = f"namespaces/{namespace}" if found.namespaced else "cluster-scoped-resources"
        return [
            Exhibit(path=f"{place}/{group}/{found.plural}/{each['metadata']['name']}.yaml", text=as_yaml(each))
            for each in listed
            if not is_furniture(each)
        ]

    def events(self, namespace: str) -> Sequence[Happening]:
        return sorted((_happening(each) for each in self._api.list("Event", namespace)), key=lambda each: each.at)

    def containers(self, namespace: str, labels: Mapping[str, str] | None = None) -> Sequence[Container]:
        return [each for pod in self._api.list("Pod", namespace, labels) for each in _containers(pod)]

    def log(self, container: Container, *, previous: bool = False) -> str:
        query = {"container": container.name, **_TAIL, **({"previous": "true"} if previous else {})}
        path = self._api.kind("Pod").path(container.namespace, quote(container.pod), "log")
        answer = self._api.raw("GET", f"{path}?{urlencode(query)}")
        if answer.code != 200:
            raise refusal(f"log of {container.namespace}/{container.pod} {container.name}", answer.code, answer.body)
        return answer.body.decode(errors="replace")

    def changes(self) -> Sequence[Happening]:
        return self._chronicle.changes()


def as_yaml(obj: Object) -> str:
    return yaml.safe_dump(disclosed(obj), sort_keys=False, allow_unicode=True, width=120)


def _containers(pod: Mapping[str, Any]) -> list[Container]:
    meta, spec, status = pod["metadata"], pod.get("spec") or {}, pod.get("status") or {}
    told = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    restarted = {each["name"] for each in told if each.get("restartCount")}
    declared = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    return [
        Container(namespace=meta["namespace"], pod=meta["name"], name=each["name"], restarted=each["name"] in restarted)
        for each in declared
    ]


def _happening(event: Mapping[str, Any]) -> Happening:
    """Times are told in one of several fields, depending on who recorded the event (openshift.md 7.3)."""
    about = event.get("involvedObject") or {}
    at = event.get("lastTimestamp") or event.get("eventTime") or event["metadata"].get("creationTimestamp")
    count = event.get("count") or 1
    times = f" ({count} times)" if count > 1 else ""
    return Happening(
        at=datetime.fromisoformat(str(at)) if at else datetime.fromtimestamp(0, UTC),
        who=f"{about.get('kind')} {about.get('namespace', '')}/{about.get('name')}",
        what=f"{event.get('type')} {event.get('reason')}: {event.get('message')}{times}",
    )
