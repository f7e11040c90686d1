"""Port `Tracker` for Jira: its REST API, version 2, which server, data centre and cloud have in common."""

import time
from collections.abc import Collection, Mapping
from threading import Thread
from typing import Any

import requests
from requests.auth import AuthBase

from support.domain.issue import Issue, IssueId, Standing, TrackerAccess

_SECONDS = (3.0, 5.0)
"""To connect, and without a byte of the answer."""
_ALL_SECONDS = 10.0
"""For all answers together: a tracker must not keep a run waiting that can do without it."""
_CLOSED_CATEGORY = "done"
_CLOSED = frozenset({"closed", "resolved", "done"})
"""For a tracker that does not tell the category of a status."""
_WHY = {
    401: "it refused the token",
    403: "the token may not read it",
    404: "it knows no such issue, or the token may not see it",
}


class _Bearer(AuthBase):
    """As an object, since a header alone would yield to an entry in the user's .netrc."""

    def __init__(self, access: TrackerAccess) -> None:
        self._token = access.token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


class Jira:
    """Asks each time it is called; whoever calls keeps what it said."""

    def __init__(self, access: TrackerAccess, seconds: float = _ALL_SECONDS) -> None:
        self._access = access
        self._seconds = seconds

    def look_up(self, ids: Collection[IssueId]) -> Mapping[IssueId, Issue]:
        wanted = sorted(set(ids))
        found: dict[IssueId, Issue] = {}
        # Daemons: one that never gets its answer whole must keep neither the run nor the end of the process.
        askers = [Thread(target=self._ask, args=(each, found), name=f"tracker {each}", daemon=True) for each in wanted]
        for asker in askers:
            asker.start()
        deadline = time.monotonic() + self._seconds
        for asker in askers:
            asker.join(max(0.0, deadline - time.monotonic()))
        late = f"no answer within {self._seconds:g} s"
        return {each: found.get(each) or _unknown(each, late) for each in wanted}

    def _ask(self, issue: IssueId, found: dict[IssueId, Issue]) -> None:
        found[issue] = self._answer(issue)

    def _answer(self, issue: IssueId) -> Issue:
        url = f"{self._access.url}/rest/api/2/issue/{issue}"
        try:
            # A login page it would redirect to says nothing about the issue.
            answer = requests.get(
                url, params={"fields": "status"}, auth=_Bearer(self._access), timeout=_SECONDS, allow_redirects=False
            )
            if answer.status_code != requests.codes.ok:
                return _unknown(issue, _WHY.get(answer.status_code, f"it answered {answer.status_code}"))
            return _read(issue, answer.json())
        except requests.exceptions.JSONDecodeError:
            return _unknown(issue, "its answer is no JSON; is this the address of a Jira?")
        except requests.RequestException as error:
            return _unknown(issue, f"no connection ({type(error).__name__})")


def _read(issue: IssueId, content: Any) -> Issue:
    try:
        status = content["fields"]["status"]
        name = str(status["name"])
        category = str((status.get("statusCategory") or {}).get("key", ""))
    except (KeyError, TypeError, AttributeError):
        return _unknown(issue, "its answer has no status; is this the address of a Jira?")
    closed = category == _CLOSED_CATEGORY if category else name.lower() in _CLOSED
    return Issue(id=issue, standing=Standing.CLOSED if closed else Standing.OPEN, told=name)


def _unknown(issue: IssueId, why: str) -> Issue:
    return Issue(id=issue, standing=Standing.UNKNOWN, told=why)
