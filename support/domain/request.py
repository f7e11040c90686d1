"""What a scenario asks for, before anything is touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from support.domain.machine import Power
from support.domain.names import RoleName
from support.domain.shaping import CloneShape


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRequest:
    """A machine by role; `power` None leaves the source machine as its clone came up.

    `shape`: how its clone is to differ from the machine that the role stands for.
    """

    role: RoleName
    power: Power | None = None
    shape: CloneShape = field(default_factory=CloneShape)


class HookStep(StrEnum):
    """When a hook runs, by the name of its step in a machine's pipeline (forklift.md 2.4)."""

    PRE = "PreHook"
    POST = "PostHook"

    @property
    def spoken(self) -> str:
        return "pre-migration hook" if self is HookStep.PRE else "post-migration hook"


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRequest:
    """An Ansible playbook that MTV runs for every machine of the plan; `playbook` is its YAML text."""

    step: HookStep
    playbook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """Options of one plan; None means that the field is not sent and MTV's default holds."""

    warm: bool = False
    target_power: Power | None = None
    preserve_static_ips: bool | None = None
    target_namespace: str | None = None
    target_labels: Mapping[str, str] = field(default_factory=dict)
    target_node_selector: Mapping[str, str] = field(default_factory=dict)
    target_affinity: Mapping[str, object] = field(default_factory=dict)
    pvc_name_template: str | None = None
    pvc_name_generated_suffix: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangements:
    """What the suite itself makes or chooses for a plan.

    Attributes:
        networks_in: namespace of the networks that machines are attached to; None is the machines' own.
        chosen_worker: a worker node is chosen and marked, and the plan asks for that mark.
    """

    networks_in: str | None = None
    chosen_worker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A label that is on one worker node and on no other, and why that node was chosen."""

    node: str
    key: str
    value: str
    why: str = ""
