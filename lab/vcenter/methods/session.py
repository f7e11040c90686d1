"""Service instance, login and options."""

import hmac
import re
from datetime import UTC, datetime
from typing import Any

from lab.vcenter.calls import Call, answers
from lab.vcenter.faults import Refused, invalid_argument, invalid_login
from lab.vcenter.sdk import vim
from lab.vcenter.singletons import content

_IDLE_OPTION = "config.vmacore.soap.sessionTimeout"
_DURATION = re.compile(r"([\d.]+)(ms|s|m|h)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 60.0, None: 60.0}


@answers(vim.ServiceInstance, "RetrieveServiceContent")
def _content(call: Call) -> Any:
    return content(call.world)


@answers(vim.ServiceInstance, "CurrentTime")
def _current_time(_call: Call) -> Any:
    return datetime.now(UTC)


@answers(vim.SessionManager, "Login")
def _login(call: Call) -> Any:
    account = call.world.vcenter_account
    user, password = call.argument("userName", ""), call.argument("password", "")
    right = hmac.compare_digest(password.encode(), account.password.encode())
    if user.lower() != account.user.lower() or not right:
        raise invalid_login()
    call.session.user, call.session.login_time = account.user, datetime.now(UTC)
    return call.session.user_session()


@answers(vim.SessionManager, "Logout")
def _logout(call: Call) -> None:
    call.vcenter.sessions.end(call.session)


@answers(vim.SessionManager, "SessionIsActive")
def _active(call: Call) -> bool:
    session = call.vcenter.sessions.by_key(call.argument("sessionID", ""))
    return session is not None and session.user == call.argument("userName", "")


@answers(vim.SessionManager, "TerminateSession")
def _terminate(call: Call) -> None:
    for key in call.argument("sessionId", []):
        session = call.vcenter.sessions.by_key(key)
        if session is None:
            raise Refused(vim.fault.NotFound(), f"There is no session {key}.")
        call.vcenter.sessions.end(session)


@answers(vim.option.OptionManager, "QueryOptions")
def _query_options(call: Call) -> list[Any]:
    idle = vim.option.OptionValue(key=_IDLE_OPTION, value=f"{call.vcenter.sessions.idle:g}s")
    if call.argument("name", _IDLE_OPTION) != _IDLE_OPTION:
        raise Refused(vim.fault.InvalidName(name=call.argument("name")), "There is no such option.")
    return [idle]


@answers(vim.option.OptionManager, "UpdateOptions")
def _update_options(call: Call) -> None:
    """The one option of the lab: how long a session may be idle, such as `2s`; a bare number is minutes."""
    for option in call.argument("changedValue", []):
        match = _DURATION.fullmatch(str(option.value))
        if option.key != _IDLE_OPTION or match is None:
            raise invalid_argument("changedValue")
        call.vcenter.sessions.idle = float(match[1]) * _UNITS[match[2]]
