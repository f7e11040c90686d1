"""GETs to MTV's inventory: where it is, and which of its answers mean that it only needs time."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from support.adapters.openshift.api import Api
from support.adapters.openshift.transport import Answer
from support.domain.errors import ClusterError
from support.domain.names import ObjectRef

_ROUTE = "forklift-inventory"
_LOADING = frozenset({206, 404, 502, 503, 504})
"""206: collector still loading; 404: provider not taken up yet (both have no body); 50x: Route without a backend."""


class NotYet(ClusterError):
    """The inventory cannot answer now but may a moment later."""


class NotThere(NotYet):
    """The provider is known and what was asked for is not in its inventory, or not any more."""


class InventoryService:
    """The service of one MTV installation, asked with the cluster login. The constructor does no I/O."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._route = ObjectRef("Route", _ROUTE, namespace)
        self._root = ""

    def get(self, path: str, **query: str) -> Any:
        """Parsed JSON below the service root. Raises NotYet, ClusterError, ClusterLoginError, ClusterUnreachable."""
        asked = f"/{quote(path)}" + (f"?{urlencode(query)}" if query else "")
        answer = self._api.raw("GET", self._found() + asked, headers={"Accept": "application/json"})
        if answer.code in _LOADING:
            raise _kind_of(answer)(f"MTV's inventory {asked}: HTTP {answer.code}{_why(answer)}")
        if answer.code != 200:
            raise ClusterError(f"MTV's inventory {asked}: HTTP {answer.code}{_why(answer)}, expected 200")
        try:
            return json.loads(answer.body)
        except ValueError as error:
            raise ClusterError(f"MTV's inventory {asked}: the answer is not JSON; a proxy in between?") from error

    def _found(self) -> str:
        if not self._root:
            route = self._api.get(self._route)
            if route is None:
                raise ClusterError(f"{self._route}: not found; is MTV installed there (setting mtv_namespace)?")
            self._root = f"https://{route['spec']['host']}"
        return self._root


def _kind_of(answer: Answer) -> type[NotYet]:
    """Only a provider that is not taken up gives a reason with its 404 (forklift.md 5.1)."""
    return NotThere if answer.code == 404 and "x-reason" not in answer.headers else NotYet


def _why(answer: Answer) -> str:
    """The service puts its reason into headers and leaves the body empty (forklift.md 5.1)."""
    told = answer.headers.get("forklift-error-message") or answer.headers.get("x-reason")
    return f" ({told})" if told else ""
