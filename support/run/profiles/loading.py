"""Loads the profile a run uses: all problems of the file at once when that one has any."""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from pydantic import SecretStr

from support.domain.access import CloudScope, ClusterSource, GuestAccess, SourceAccess
from support.domain.errors import StartError
from support.domain.names import MachineName, RoleName
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.run.profiles.checking import Checked, check_entry
from support.run.profiles.copy_offload_model import CopyOffloadEntry, vendor_fields
from support.run.profiles.models import Entry, OpenshiftEntry, OpenstackEntry, OvirtEntry, VsphereEntry
from support.run.profiles.profile import CopyOffload, Profile
from support.run.profiles.reading import read_entries
from support.run.roles import COPY_OFFLOAD, defaults_for, known_role
from support.run.settings import THIS_MACHINE, Settings


def load_profile(settings: Settings, environ: Mapping[str, str] = os.environ) -> Profile:
    """The profile named by the setting source_provider, `COPYOFFLOAD_*` of the environment included.

    Raises StartError for a bad file or profile. Problems of entries nobody asked for are warnings: half-filled examples
    of other platforms must not stop a run.
    """
    path, chosen = settings.providers_file, settings.source_provider
    entries = read_entries(path)
    if chosen not in entries:
        raise StartError(f"providers file {path}: has no profile {chosen!r}; {_others(chosen, entries)}")
    checked = {name: check_entry(name, raw, environ if name == chosen else {}) for name, raw in entries.items()}
    entry, problems = checked[chosen].entry, [text for each in checked.values() for text in each.problems]
    if entry is None:
        raise StartError("\n  - ".join((f"providers file {path} has problems:", *problems)))
    profile = _profile(settings, entry, tuple(_warnings(chosen, checked)))
    _must_stay_here(settings, profile)
    return profile


def _must_stay_here(settings: Settings, profile: Profile) -> None:
    """Somebody's own file may name a real source, which a run on the lab must neither clone in nor log in to."""
    access = profile.access
    host = urlsplit(access.url).hostname
    read_by_mtv_alone = access.kind is ProviderKind.OVA
    if settings.profiles_named and not read_by_mtv_alone and host is not None and host not in THIS_MACHINE:
        raise StartError(
            f"providers file {settings.providers_file}: profile {profile.name!r} is of a source at {host}, "
            "expected one of the lab, as in its own providers.json: nothing of a run with target=lab leaves this "
            "machine; correct api_url, leave providers_file out, or give target=cluster"
        )


def _others(chosen: str, names: Iterable[str]) -> str:
    near = get_close_matches(chosen, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}Profiles there are: {', '.join(names)} (setting source_provider)"


def _warnings(chosen: str, checked: Mapping[str, Checked]) -> list[str]:
    unused = [
        f"{text} (not used by this run)" for name, each in checked.items() if name != chosen for text in each.problems
    ]
    return [*checked[chosen].warnings, *unused]


def _profile(settings: Settings, entry: Entry, warnings: tuple[str, ...]) -> Profile:
    block = entry.copyoffload if isinstance(entry, VsphereEntry) else None
    return Profile(
        access=SourceAccess(
            profile=settings.source_provider,
            kind=entry.kind,
            version=entry.version or "",
            url=entry.api_url or "",
            username=entry.username or "",
            password=_secret(entry.password) or Secret(""),
            verify=not _skips_tls(settings, entry),
            data_center=entry.data_center if isinstance(entry, OvirtEntry) else "",
            cloud=_cloud(entry) if isinstance(entry, OpenstackEntry) else None,
            cluster=_cluster(entry) if isinstance(entry, OpenshiftEntry) else None,
        ),
        guests=GuestAccess(
            linux_user=entry.guest_vm_linux_user,
            linux_password=_secret(entry.guest_vm_linux_password),
            windows_user=entry.guest_vm_win_user,
            windows_password=_secret(entry.guest_vm_win_password),
        ),
        machines=_machines(entry, block),
        vddk_init_image=entry.vddk_init_image if isinstance(entry, VsphereEntry) else None,
        copy_offload=_copy_offload(block) if block is not None else None,
        warnings=warnings,
    )


def _skips_tls(settings: Settings, entry: Entry) -> bool:
    """An OpenShift source is a cluster like the destination, and trusted by the same setting."""
    if isinstance(entry, OpenshiftEntry):
        return settings.insecure_verify_skip
    return settings.source_provider_insecure_skip_verify


def _cluster(entry: OpenshiftEntry) -> ClusterSource:
    return ClusterSource(token=_secret(entry.token), storage_class=entry.storage_class)


def _cloud(entry: OpenstackEntry) -> CloudScope:
    return CloudScope(
        project_name=entry.project_name,
        region_name=entry.region_name,
        user_domain_name=entry.user_domain_name,
        user_domain_id=entry.user_domain_id,
        project_domain_id=entry.project_domain_id,
    )


def _machines(entry: Entry, block: CopyOffloadEntry | None) -> dict[RoleName, MachineName]:
    """Defaults, then copyoffload.default_vm_name, then the profile's own block, which is the most explicit."""
    template = {COPY_OFFLOAD: block.default_vm_name} if block is not None and block.default_vm_name else {}
    own = {known_role(role) or RoleName(role): name for role, name in (entry.machines or {}).items()}
    chosen = {**template, **own}
    return {**defaults_for(entry.kind), **{role: MachineName(name) for role, name in chosen.items()}}


def _copy_offload(block: CopyOffloadEntry) -> CopyOffload:
    return CopyOffload(
        vendor=block.storage_vendor_product,
        datastore_id=block.datastore_id,
        hostname=block.storage_hostname or "",
        username=block.storage_username or "",
        password=_secret(block.storage_password) or Secret(""),
        vendor_fields=vendor_fields(block),
        token=_secret(block.storage_token),
        secondary_datastore_id=block.secondary_datastore_id,
        non_xcopy_datastore_id=block.non_xcopy_datastore_id,
        rdm_lun_uuid=block.rdm_lun_uuid,
        clone_method=block.esxi_clone_method or "vib",
        esxi_host=block.esxi_host,
        esxi_user=block.esxi_user,
        esxi_password=_secret(block.esxi_password),
        esxi_ssh_address=block.esxi_ssh_address,
        esxi_host_key=block.esxi_host_key,
    )


def _secret(text: SecretStr | None) -> Secret | None:
    return None if text is None else Secret(text.get_secret_value())
