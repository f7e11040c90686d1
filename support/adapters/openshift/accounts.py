"""ServiceAccounts of the run's own: made, allowed to, and given tokens."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from support.adapters.openshift import bodies
from support.adapters.openshift.api import Api
from support.adapters.openshift.refusals import refusal
from support.domain.errors import ClusterError
from support.domain.names import RUN_LABEL, ObjectRef, RunId
from support.domain.secret import Secret
from support.ports.cluster import Created

_SLACK = timedelta(minutes=1)


class OpenShiftAccounts:
    """Port `Accounts`; everything created carries the run's label."""

    def __init__(self, api: Api, run: RunId) -> None:
        self._api = api
        self._labels = {RUN_LABEL: run}

    def create(self, ref: ObjectRef) -> Created:
        return self._api.create(bodies.service_account(ref, self._labels))

    def make_administrator(self, ref: ObjectRef, account: ObjectRef) -> Created:
        return self._api.create(bodies.administrator(ref, account, self._labels))

    def token(self, account: ObjectRef, seconds: float) -> Secret:
        """Asked for by TokenRequest, whose answer says how long the token really lives."""
        request = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": round(seconds)},
        }
        path = f"/api/v1/namespaces/{account.namespace}/serviceaccounts/{quote(account.name)}/token"
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = self._api.raw("POST", path, json.dumps(request).encode(), headers)
        if answer.code != 201:
            raise refusal(f"token of {account}", answer.code, answer.body)
        told = json.loads(answer.body)["status"]
        ends = datetime.fromisoformat(told["expirationTimestamp"])
        if ends < datetime.now(UTC) + timedelta(seconds=seconds) - _SLACK:
            raise ClusterError(
                f"token of {account}: lives until {ends}, expected {seconds:g} s; the API allows no more"
            )
        return Secret(str(told["token"]))
