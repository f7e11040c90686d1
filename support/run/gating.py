"""Which scenarios apply here: tags against what the chosen profile and cluster can do, before anything is made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from support.domain.source import ProviderKind

_WARM = frozenset({ProviderKind.VSPHERE, ProviderKind.OVIRT})
_VDDK = "vddk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides whether a scenario applies.

    Attributes:
        capabilities: what `@needs.<capability>` can ask for and this profile has.
        copy_offload: the profile has a `copyoffload` block.
        remote_cluster: setting remote_ocp_cluster, empty when unset.
        mtv_version: None when it could not be told; then scenarios run.
    """

    profile: str
    kind: ProviderKind
    capabilities: Collection[str] = field(default_factory=frozenset)
    copy_offload: bool = False
    remote_cluster: str = ""
    mtv_version: str | None = None


def reason_to_skip(tags: Iterable[str], here: Circumstances) -> str | None:
    """Why a scenario with these tags does not apply; names the tag and what is missing. None when it applies."""
    return next((reason for tag in tags if (reason := _reason(tag, here)) is not None), None)


def may_run_warm(tags: Collection[str], here: Circumstances) -> bool:
    """Whether a scenario is a warm one that applies, as far as can be told before MTV was asked for its VDDK image."""
    assumed = replace(here, capabilities={*here.capabilities, _VDDK})
    return "warm" in tags and reason_to_skip(tags, assumed) is None


def _reason(tag: str, here: Circumstances) -> str | None:
    source = f"source profile '{here.profile}' ({here.kind.value})"
    if tag == "warm" and here.kind not in _WARM:
        return f"@warm: MTV migrates warm from vSphere and RHV only; {source}"
    if tag == "warm" and here.kind is ProviderKind.VSPHERE and _VDDK not in here.capabilities:
        return (
            f"@warm: MTV needs a VDDK image to copy warm from vSphere, expected vddk_init_image in {source} or "
            "vddk_image in the ForkliftController"
        )
    if tag == "copyoffload" and not (here.kind is ProviderKind.VSPHERE and here.copy_offload):
        return f"@copyoffload: needs a vSphere profile with a copyoffload block; {source} has none"
    if tag == "remote" and not here.remote_cluster:
        return "@remote: needs the setting remote_ocp_cluster"
    needed = tag.removeprefix("needs.")
    if needed != tag and needed not in here.capabilities:
        return f"@{tag}: {source} does not offer it"
    wanted = tag.removeprefix("min_mtv_version=")
    if wanted != tag and here.mtv_version is not None and _older(here.mtv_version, wanted):
        return f"@{tag}: MTV {here.mtv_version} is installed"
    return None


def _older(installed: str, wanted: str) -> bool:
    return _numbers(installed) < _numbers(wanted)


def _numbers(version: str) -> tuple[int, ...]:
    """Major and minor; 2.10 is newer than 2.9."""
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
