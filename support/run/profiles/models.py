"""The shape of one entry of .providers.json per source type; descriptions are what a message says was expected.

Keys are the reference suite's (reference/09, 14). Absent and empty are the same; foreign keys are kept out of the way.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from support.domain.source import ProviderKind
from support.run.profiles.copy_offload_model import CopyOffloadEntry

Text = Annotated[str, Field(min_length=1)]


class Entry(BaseModel):
    """What every entry may have; unknown keys are warned about, never refused."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, hide_input_in_errors=True)
    kind: ClassVar[ProviderKind]

    version: str | None = Field(None, description="the platform's version, part of the names a run creates")
    fqdn: str | None = Field(None, description="the platform's host name, which api_url already has")
    api_url: str | None = Field(None, description="the platform's API address")
    username: str | None = Field(None, description="a user name")
    password: SecretStr | None = Field(None, description="a password")
    guest_vm_linux_user: str | None = Field(None, description="the user of Linux guests")
    guest_vm_linux_password: SecretStr | None = Field(None, description="the password of Linux guests")
    guest_vm_win_user: str | None = Field(None, description="the user of Windows guests")
    guest_vm_win_password: SecretStr | None = Field(None, description="the password of Windows guests")
    machines: dict[str, Text] | None = Field(
        None, description="names of source machines by role, such as {'RHEL 8': 'my-rhel8'}"
    )


class WithLogin(Entry):
    """Platforms that MTV logs in to by user and password."""

    username: Text = Field(description="the user name of the source platform")
    password: Annotated[SecretStr, Field(min_length=1)] = Field(description="the password of the source platform")


class VsphereEntry(WithLogin):
    kind = ProviderKind.VSPHERE
    type: Literal["vsphere"]
    api_url: str = Field(
        pattern=r"^https://[^\s<>/]+/sdk/?$", description="a URL such as https://vcenter.example.com/sdk"
    )
    vddk_init_image: str | None = Field(None, description="the reference of a VDDK image")
    copyoffload: CopyOffloadEntry | None = Field(None, description="an object with the storage array's settings")


class OvirtEntry(WithLogin):
    kind = ProviderKind.OVIRT
    type: Literal["ovirt", "rhv"]
    api_url: str = Field(
        pattern=r"^https://[^\s<>/]+/ovirt-engine/api/?$",
        description="a URL such as https://engine.example.com/ovirt-engine/api",
    )
    data_center: Text = Field("MTV-CNV", description="the name of the data centre with the templates to clone")


class OpenstackEntry(WithLogin):
    kind = ProviderKind.OPENSTACK
    type: Literal["openstack"]
    api_url: str = Field(
        pattern=r"^https?://[^\s<>]+/v3/?$", description="a Keystone URL such as https://keystone.example.com:5000/v3"
    )
    project_name: Text = Field(description="the project's name")
    region_name: Text = Field(description="the region's name")
    user_domain_name: Text = Field(description="the name of the user's domain")
    user_domain_id: str | None = Field(None, description="the id of the user's domain")
    project_domain_id: str | None = Field(None, description="the id of the project's domain")


class OpenshiftEntry(Entry):
    """Without a login of its own the source is the cluster that the run is logged in to."""

    kind = ProviderKind.OPENSHIFT
    type: Literal["openshift"]
    api_url: str | None = Field(
        None, pattern=r"^(https://[^\s<>/]+/?)?$", description="an API's URL such as https://api.east.example.com:6443"
    )
    token: SecretStr | None = Field(None, description="a token of the source cluster")
    storage_class: str | None = Field(None, description="the storage class of the disks of source machines")

    def missing(self) -> list[str]:
        """What a login of its own lacks."""
        if (self.username is None) != (self.password is None):
            absent = "username" if self.username is None else "password"
            return [f"{absent}: missing, expected username and password together"]
        has_login = self.token is not None or self.username is not None
        if has_login and self.api_url is None:
            return ["api_url: missing, expected the API's URL of the cluster that the login is for"]
        return []


class OvaEntry(Entry):
    kind = ProviderKind.OVA
    type: Literal["ova"]
    api_url: str = Field(
        pattern=r"^(\[[0-9A-Fa-f:]+\]|[^\s<>:/]+):/\S*$",
        description="an NFS share such as nfs.example.com:/exports/ova",
    )


ENTRIES: Mapping[str, type[Entry]] = {
    "vsphere": VsphereEntry,
    "ovirt": OvirtEntry,
    "rhv": OvirtEntry,
    "openstack": OpenstackEntry,
    "openshift": OpenshiftEntry,
    "ova": OvaEntry,
}
"""By the text of `type`."""

KNOWN_KEYS = frozenset(key for entry in ENTRIES.values() for key in entry.model_fields)
"""Keys of any type: one that belongs to another type is nothing to warn about."""
