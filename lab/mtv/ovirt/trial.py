"""The connection test of an oVirt Provider: a token of the engine's SSO, and the root of its API with it."""

import ssl
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from lab.mtv.trials.cluster import told
from lab.mtv.trials.endings import TestFailed
from lab.world.model import Account

_SECONDS = 10.0
_REFUSED = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
"""A wrong password at the SSO is a bad request (facts/forklift.md 1.1)."""


async def try_engine(url: str, account: Account, context: ssl.SSLContext) -> None:
    """Log in and look; raises TestFailed in the words of the product's client."""
    parts = urlsplit(url)
    door = f"{parts.scheme}://{parts.netloc}/ovirt-engine/sso/oauth/token"
    form = {
        "grant_type": "password",
        "username": account.user,
        "password": account.password,
        "scope": "ovirt-app-api",
    }
    async with ClientSession(timeout=ClientTimeout(total=_SECONDS)) as session:
        status, token = await _log_in(session, door, form, context)
        if status != HTTPStatus.OK:
            raise TestFailed("Request for token failed", rejected=status in _REFUSED)
        status = await _look(session, url.rstrip("/"), token, context)
        if status != HTTPStatus.OK:
            raise TestFailed("got status != 200 from oVirt", rejected=status in _REFUSED)


async def _log_in(session: ClientSession, door: str, form: dict[str, str], context: ssl.SSLContext) -> tuple[int, str]:
    """Status and token; what answers otherwise than in JSON is no SSO."""
    try:
        async with session.post(door, data=form, headers={"Accept": "application/json"}, ssl=context) as answer:
            if answer.status != HTTPStatus.OK:
                return answer.status, ""
            return answer.status, str((await answer.json(content_type=None)).get("access_token", ""))
    except (ClientError, OSError, ValueError, TimeoutError) as error:
        raise TestFailed(f'Post "{door}": {told(error)}') from error


async def _look(session: ClientSession, url: str, token: str, context: ssl.SSLContext) -> int:
    """The product asks for JSON here; the lab's engine speaks XML alone."""
    headers = {"Authorization": f"Bearer {token}", "Version": "4", "Accept": "application/xml"}
    try:
        async with session.get(url, headers=headers, ssl=context) as answer:
            return answer.status
    except (ClientError, OSError, ValueError, TimeoutError) as error:
        raise TestFailed(f'Get "{url}": {told(error)}') from error
