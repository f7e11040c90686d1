"""The types of the sentences: text becomes a domain value at the boundary."""

from behave import register_type
from parse import with_pattern

from support.domain.machine import Power
from support.domain.names import RoleName
from support.domain.request import HookStep
from support.domain.source import Provisioning
from support.run.plan_options import NAMINGS, DiskNaming
from support.run.playbooks import KNOWN
from support.run.shaping import PROVISIONINGS

_HOOKS = {step.spoken: step for step in HookStep}
_POWER = {"running": Power.ON, "powered-off": Power.OFF}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_STORES = {
    "primary datastore": "primary",
    "secondary datastore": "secondary",
    "datastore without XCOPY": "without XCOPY",
}


# A role starts with a capital or a digit, so that it can never swallow a state such as "running".
@with_pattern(r"(?-i:[A-Z0-9])[A-Za-z0-9.\- ]*? machine(?: with [A-Za-z0-9.\- ]+)?")
def _machine(text: str) -> RoleName:
    """ "RHEL 8 machine with two disks" is the machine of the role "RHEL 8 with two disks"."""
    return RoleName(text.replace(" machine", "", 1))


@with_pattern(r"(?-i:[A-Z0-9])[A-Za-z0-9.\- ]*? machines")
def _machines(text: str) -> RoleName:
    """ "RHEL 8 machines" are several of the role "RHEL 8"."""
    return RoleName(text.removesuffix(" machines"))


@with_pattern("|".join(_COUNTS))
def _count(text: str) -> int:
    return _COUNTS[text]


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


@with_pattern("|".join(PROVISIONINGS))
def _provisioning(text: str) -> Provisioning:
    return PROVISIONINGS[text]


@with_pattern("|".join(_STORES))
def _store(text: str) -> str:
    return _STORES[text]


def register() -> None:
    """Register all types; Behave wants them known before the first sentence that uses one."""
    register_type(Machine=_machine, Power=_power, HookStep=_hook_step, Playbook=_playbook, DiskNaming=_disk_naming)
    register_type(Provisioning=_provisioning, Store=_store, Machines=_machines, Count=_count)
