"""Which scenarios apply here: tags against what the chosen profile and cluster can do, before anything is made."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from support.domain.issue import Issue, IssueId, Standing
from support.domain.names import RoleName
from support.domain.release import release_of
from support.domain.source import ProviderKind
from support.run.source_support import COPIED_BY_VDDK, NEVER, WARM_ONCE_CLOSED

_VDDK = "vddk"
_KNOWN, _MIN_MTV, _NEEDS = "known.", "min_mtv_version=", "needs."
_LACKS: Mapping[str, str] = {
    "clone": "cannot clone machines",
    "power": "cannot switch machines",
    _VDDK: "has no vddk_init_image",
    "secondary_datastore": "has no secondary_datastore_id in its block copyoffload",
    "non_xcopy_datastore": "has no non_xcopy_datastore_id in its block copyoffload",
    "rdm": "has no rdm_lun_uuid in its block copyoffload",
}
"""What a profile or its platform is without, where a scenario needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides whether a scenario applies.

    Attributes:
        capabilities: what `@needs.<capability>` can ask for and this profile has.
        copy_offload: the profile has a `copyoffload` block.
        no_offload: why MTV lets no array copy; empty where it does, or before anybody asked.
        remote_cluster: setting remote_ocp_cluster, empty when unset.
        mtv_version: None when it could not be told; then scenarios run.
        issues: those of the tracker that were asked for; scenarios run unless one is known to be open.
        unnamed: roles that features know and that stand for no machine on this source.
    """

    profile: str
    kind: ProviderKind
    capabilities: Collection[str] = field(default_factory=frozenset)
    copy_offload: bool = False
    no_offload: str = ""
    remote_cluster: str = ""
    mtv_version: str | None = None
    issues: Mapping[IssueId, Issue] = field(default_factory=dict)
    unnamed: Collection[RoleName] = frozenset()

    @property
    def source(self) -> str:
        """For people."""
        return f"source profile '{self.profile}' ({self.kind.spoken})"


def reason_to_skip(tags: Iterable[str], here: Circumstances, roles: Iterable[RoleName] = ()) -> str | None:
    """Why a scenario with these tags does not apply; names the tag and what is missing. None when it applies.

    `roles`: of the machines that the scenario asks for.
    """
    by_tag = next((reason for tag in tags if (reason := _reason(tag, here)) is not None), None)
    return by_tag or next((_no_machine(role, here) for role in roles if role in here.unnamed), None)


def issues_of(tags: Iterable[str], kind: ProviderKind) -> set[IssueId]:
    """Issues that gate a scenario with these tags on this kind of source."""
    return {issue for tag in tags for issue in _issues(tag, kind)}


def doubts(tags: Iterable[str], here: Circumstances) -> list[str]:
    """What could not be told about a scenario that runs all the same, for people who read its verdict."""
    return [doubt for tag in tags for doubt in _doubts(tag, here)]


def may_run(tags: Collection[str], here: Circumstances, roles: Iterable[RoleName] = ()) -> bool:
    return reason_to_skip(tags, here, roles) is None


def may_run_warm(tags: Collection[str], here: Circumstances) -> bool:
    return "warm" in tags and may_run(tags, here)


def may_offload(tags: Collection[str], here: Circumstances) -> bool:
    return "copyoffload" in tags and may_run(tags, here)


def _no_machine(role: RoleName, here: Circumstances) -> str:
    return f"no machine for the role {role!r}: {here.source} names none, expected one in its block machines"


def _reason(tag: str, here: Circumstances) -> str | None:
    if (never := NEVER.get(tag, {}).get(here.kind)) is not None:
        return f"@{tag}: {never}; {here.source}"
    for issue in _issues(tag, here.kind):
        known = here.issues.get(issue)
        if known is not None and known.standing is Standing.OPEN:
            return f"@{tag}: issue {issue} is still open (status {known.told}); {here.source}"
    if tag == "warm" and here.kind in COPIED_BY_VDDK and _VDDK not in here.capabilities:
        return (
            f"@warm: MTV needs a VDDK image to copy warm from vSphere, expected vddk_init_image in {here.source} or "
            "vddk_image in the ForkliftController"
        )
    if tag == "copyoffload" and not here.copy_offload:
        return f"@copyoffload: needs a vSphere profile with a copyoffload block; {here.source} has none"
    if tag == "copyoffload" and here.no_offload:
        return f"@copyoffload: {here.no_offload}"
    if tag == "remote" and not here.remote_cluster:
        return "@remote: needs the setting remote_ocp_cluster, a text in the address of the destination's API"
    return _lacking(tag, here) or _too_old(tag, here)


def _lacking(tag: str, here: Circumstances) -> str | None:
    needed = tag.removeprefix(_NEEDS)
    if needed == tag or tag in NEVER or needed in here.capabilities:
        return None
    if needed == _VDDK and here.kind not in COPIED_BY_VDDK:
        return None
    return f"@{tag}: {here.source} {_LACKS.get(needed, 'does not offer it')}"


def _too_old(tag: str, here: Circumstances) -> str | None:
    wanted = tag.removeprefix(_MIN_MTV)
    if wanted != tag and here.mtv_version is not None and _older(here.mtv_version, wanted):
        return f"@{tag}: MTV {here.mtv_version} is installed"
    return None


def _issues(tag: str, kind: ProviderKind) -> Iterator[IssueId]:
    if tag.startswith(_KNOWN):
        yield IssueId(tag.removeprefix(_KNOWN))
    if tag == "warm" and kind in WARM_ONCE_CLOSED:
        yield IssueId(WARM_ONCE_CLOSED[kind])


def _doubts(tag: str, here: Circumstances) -> Iterator[str]:
    for issue in _issues(tag, here.kind):
        known = here.issues.get(issue)
        if known is None or known.standing is Standing.UNKNOWN:
            why = known.told if known is not None else "nobody asked"
            yield f"@{tag}: whether issue {issue} is still open could not be told: {why}"
    if tag.startswith(_MIN_MTV) and release_of(here.mtv_version) is None:
        yield f"@{tag}: which MTV is installed could not be told"


def _older(installed: str, wanted: str) -> bool:
    """By numbers: 2.10 is newer than 2.9. What cannot be told is not older."""
    one, other = release_of(installed), release_of(wanted)
    return one is not None and other is not None and one < other
