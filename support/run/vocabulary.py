"""The types of the sentences: text becomes a domain value at the boundary."""

from behave import register_type
from parse import with_pattern

from support.domain.machine import Power
from support.domain.names import RoleName

_POWER = {"running": Power.ON, "powered-off": Power.OFF}


# A role starts with a capital or a digit, so that it can never swallow a state such as "running".
@with_pattern(r"(?-i:[A-Z0-9])[A-Za-z0-9.\- ]*")
def _role(text: str) -> RoleName:
    return RoleName(text)


@with_pattern("|".join(_POWER))
def _power(text: str) -> Power:
    return _POWER[text]


def register() -> None:
    """Register all types; Behave wants them known before the first sentence that uses one."""
    register_type(Role=_role, Power=_power)
