"""The types of the sentences: text becomes a domain value at the boundary."""

from behave import register_type
from parse import with_pattern

from support.domain.machine import Power
from support.domain.names import RoleName
from support.domain.request import HookStep
from support.run.plan_options import NAMINGS, DiskNaming
from support.run.playbooks import KNOWN

_HOOKS = {step.spoken: step for step in HookStep}
_POWER = {"running": Power.ON, "powered-off": Power.OFF}


# A role starts with a capital or a digit, so that it can never swallow a state such as "running".
@with_pattern(r"(?-i:[A-Z0-9])[A-Za-z0-9.\- ]*? machine(?: with [A-Za-z0-9.\- ]+)?")
def _machine(text: str) -> RoleName:
    """ "RHEL 8 machine with two disks" is the machine of the role "RHEL 8 with two disks"."""
    return RoleName(text.replace(" machine", "", 1))


@with_pattern("|".join(_POWER))
def _power(text: str) -> Power:
    return _POWER[text]


@with_pattern("|".join(_HOOKS))
def _hook_step(text: str) -> HookStep:
    return _HOOKS[text]


@with_pattern("|".join(KNOWN))
def _playbook(text: str) -> str:
    return KNOWN[text]


@with_pattern("|".join(NAMINGS))
def _disk_naming(text: str) -> DiskNaming:
    return NAMINGS[text]


def register() -> None:
    """Register all types; Behave wants them known before the first sentence that uses one."""
    register_type(Machine=_machine, Power=_power, HookStep=_hook_step, Playbook=_playbook, DiskNaming=_disk_naming)
