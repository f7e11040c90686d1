"""How long the token of a login will still be accepted, as far as it or the cluster tells."""

import json
import time
from datetime import datetime
from urllib.parse import quote

from support.adapters.openshift.access.oauth import expiry_of, token_object_name
from support.adapters.openshift.api import Api


def lives(api: Api) -> float | None:
    """Seconds; None without a token, or when nobody can tell.

    By what a token says of itself, or by its object; a refusal to show that one leaves it untold.
    """
    token = api.token()
    if token is None:
        return None
    name = token_object_name(token)
    ends = expiry_of(token) if name is None else _object_ends(api, name)
    return None if ends is None else ends - time.time()


def lasts(api: Api, seconds: float) -> bool:
    """Whether there is a token that lives so long, or of which nobody can tell that it does not."""
    return api.by_url().lasts(seconds, lives(api))


def _object_ends(api: Api, name: str) -> float | None:
    """Creation plus lifetime; 0 is a token without end (openshift.md 2.2)."""
    answer = api.raw("GET", f"/apis/oauth.openshift.io/v1/useroauthaccesstokens/{quote(name)}")
    if answer.code != 200:
        return None
    told = json.loads(answer.body)
    seconds = int(told.get("expiresIn") or 0)
    made = datetime.fromisoformat(told["metadata"]["creationTimestamp"])
    return made.timestamp() + seconds if seconds else None
