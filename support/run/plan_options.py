"""Plan options by what they mean to people; values that only this scenario has prove that they were carried over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from support.domain.names import RunId, random_part
from support.domain.request import PlanOptions

SHARED_NAMESPACE = "default"
"""The one namespace beside the machines' own from which MTV takes networks (forklift.md 7.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskNaming:
    """A rule for the names of disks: Forklift's template, and whether the API server appends to it."""

    template: str
    generated_suffix: bool


OFFLOADED = DiskNaming(template="pvc", generated_suffix=True)
"""Of a copy-offload plan that says nothing of names: MTV gives each disk a suffix of its own (forklift.md 3.5)."""

NAMINGS: Mapping[str, DiskNaming] = {
    "the machine and their number": DiskNaming(
        template="{{.VmName}}-disk-{{.DiskIndex}}",
        generated_suffix=False,
    ),
    "their source files, with a generated suffix": DiskNaming(
        template='{{ .FileName | trimSuffix ".vmdk" | replace "_" "-" }}-{{.DiskIndex}}',
        generated_suffix=True,
    ),
}
"""The two kinds of the reference suite (reference/17)."""


def named(options: PlanOptions, naming: DiskNaming) -> PlanOptions:
    return replace(options, pvc_name_template=naming.template, pvc_name_generated_suffix=naming.generated_suffix)


def labels_of_its_own(run: RunId) -> dict[str, str]:
    """One that any run has, and one that nothing else on the cluster has."""
    return {"test-type": "comprehensive", "mtv-acceptance-label": _unique(run)}


def near_others(run: RunId) -> dict[str, object]:
    """A wish to be on one node with pods that nobody has, so that it says much and hinders nothing."""
    others = {"matchLabels": {"app": _unique(run)}}
    term = {"labelSelector": others, "topologyKey": "kubernetes.io/hostname"}
    wishes = [{"weight": 75, "podAffinityTerm": term}]
    return {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": wishes}}


def _unique(run: RunId) -> str:
    return f"{run}-{random_part()}"
