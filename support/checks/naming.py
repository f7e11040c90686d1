"""Names of claims are what the plan's template says, with the suffix that was asked for."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from support.checks.comparison import Comparison, NotPromised, NotRun
from support.checks.name_templates import rendered
from support.domain.finding import Finding
from support.domain.source import ProviderKind, SourceDisk

_LABEL = 63
"""A claim's name is a DNS label to MTV (forklift.md 3.5)."""
_GENERATED = "[bcdfghjklmnpqrstvwxz2456789]{5}"
"""What the API server appends; it cuts what stands before, so that the whole stays a label."""
_BEFORE_GENERATED = _LABEL - 5
_OWN = "[0-9a-f]{8}"
"""What MTV appends to the names of disks that an array copies, in every release (forklift.md 3.5)."""


def disk_names(comparison: Comparison) -> Iterator[Finding]:
    """Each claim is called exactly as rendered, or begins so and ends with a generated suffix."""
    template = comparison.options.pvc_name_template
    if template is None:
        raise NotPromised("the plan names no template for its disks")
    if comparison.source.kind is not ProviderKind.VSPHERE:
        raise NotRun(f"disks from {comparison.source.kind.spoken} have no number and file name that a template knows")
    if "FileName" in template and comparison.source.snapshots and not comparison.options.warm:
        raise NotRun("a cold copy is named after the files of the snapshots, which nobody recorded")
    claims = {disk.identity: disk.claim for disk in comparison.target.disks}
    pairs = [(disk, claims[disk.identity]) for disk in comparison.source.disks if disk.identity in claims]
    if not pairs:
        raise NotRun("no disk of the source was found on the target")
    for disk, claim in pairs:
        yield from _named(comparison, disk, claim, rendered(template, _variables(comparison, disk)))


def _variables(comparison: Comparison, disk: SourceDisk) -> dict[str, str | int | bool]:
    """What is known here of Forklift's variables; a template with another one is not rendered (forklift.md 3.5)."""
    return {
        "VmName": comparison.source.name,
        "TargetVmName": comparison.target.name,
        "PlanName": comparison.plan,
        "VmId": comparison.source.id,
        "DiskIndex": disk.index,
        "FileName": PurePosixPath(disk.identity.rpartition("] ")[2]).name,
    }


def _named(comparison: Comparison, disk: SourceDisk, claim: str, text: str) -> Iterator[Finding]:
    # Without a word of the plan a suffix is generated: the default of every release for a vSphere source.
    if comparison.options.pvc_name_generated_suffix is False:
        wanted, expected = re.escape(text.removesuffix("-")), text.removesuffix("-")
    else:
        wanted, expected = _suffixed(f"{text.removesuffix('-')}-", offloaded=comparison.array is not None)
    where = f"PersistentVolumeClaim {comparison.target.namespace}/{claim}"
    if re.fullmatch(wanted, claim) is None:
        yield Finding(what=f"name of the claim of {disk.label}", expected=expected, actual=claim, where=where)
    elif len(claim) > _LABEL:
        yield Finding(
            what=f"length of the name of {disk.label}", expected=f"at most {_LABEL}", actual=len(claim), where=where
        )


def _suffixed(begin: str, *, offloaded: bool) -> tuple[str, str]:
    """Pattern, and what people read of it."""
    if offloaded:
        return re.escape(begin) + _OWN, f"{begin} and eight hexadecimal digits of MTV's own"
    cut = begin[:_BEFORE_GENERATED]
    return re.escape(cut) + _GENERATED, f"{cut} and five generated characters"
