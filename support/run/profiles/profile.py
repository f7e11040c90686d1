"""The one source profile of a run: what its entry gives to logins, plans and scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass

from support.domain.access import GuestAccess, HostAccess, SourceAccess
from support.domain.names import MachineName, RoleName
from support.domain.offload import StorageArray
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.run.roles import machine_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOffload:
    """Storage array, datastores and ESXi access for copy-offload; ids are vSphere's.

    Attributes:
        vendor_fields: what this vendor's storage Secret needs or takes beside the login, by profile key.
        token: takes the place of user and password, where the vendor has tokens.
    """

    vendor: str
    datastore_id: str
    hostname: str
    username: str
    password: Secret
    vendor_fields: Mapping[str, str]
    token: Secret | None = None
    secondary_datastore_id: str | None = None
    non_xcopy_datastore_id: str | None = None
    rdm_lun_uuid: str | None = None
    clone_method: str = "vib"
    esxi_host: str | None = None
    esxi_user: str | None = None
    esxi_password: Secret | None = None
    esxi_ssh_address: str | None = None
    esxi_host_key: str | None = None

    @property
    def host(self) -> HostAccess | None:
        """The ESXi host that MTV is to log in to; None where it clones by its VIB."""
        if self.clone_method != "ssh" or not (self.esxi_host and self.esxi_user and self.esxi_password):
            return None
        address, _, port = (self.esxi_ssh_address or self.esxi_host).partition(":")
        return HostAccess(
            name=self.esxi_host,
            address=address,
            port=int(port or 22),
            user=self.esxi_user,
            password=self.esxi_password,
            fingerprint=self.esxi_host_key,
        )

    @property
    def array(self) -> StorageArray:
        """What a plan needs of all this."""
        on_it = (self.datastore_id, self.secondary_datastore_id)
        return StorageArray(
            vendor=self.vendor,
            hostname=self.hostname,
            username=self.username,
            password=self.password,
            token=self.token,
            fields=self.vendor_fields,
            datastores=frozenset(each for each in on_it if each),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A checked profile; `warnings` are for the reader of the run's first lines."""

    access: SourceAccess
    guests: GuestAccess
    machines: Mapping[RoleName, MachineName]
    vddk_init_image: str | None = None
    copy_offload: CopyOffload | None = None
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.access.profile

    @property
    def kind(self) -> ProviderKind:
        return self.access.kind

    @property
    def capabilities(self) -> frozenset[str]:
        """What the file itself decides of `@needs.<capability>`; what an adapter can do is the adapter's to say."""
        offload = self.copy_offload
        offered = {
            "vddk": self.vddk_init_image,
            "secondary_datastore": offload and offload.secondary_datastore_id,
            "non_xcopy_datastore": offload and offload.non_xcopy_datastore_id,
            "rdm": offload and offload.rdm_lun_uuid,
        }
        return frozenset(name for name, value in offered.items() if value)

    def source_access(self) -> SourceAccess:
        return self.access

    def guest_access(self) -> GuestAccess:
        return self.guests

    def secrets(self) -> tuple[Secret, ...]:
        """All that must be cleaned out of logs and reports."""
        offload = self.copy_offload
        given = (
            self.access.password,
            self.access.cluster.token if self.access.cluster else None,
            self.guests.linux_password,
            self.guests.windows_password,
            offload.password if offload else None,
            offload.token if offload else None,
            offload.esxi_password if offload else None,
        )
        return tuple(secret for secret in given if secret)

    def machine_for(self, role: RoleName) -> MachineName:
        """Source name of a role; raises SuiteError for a role nobody gave a name."""
        return machine_of(role, self.machines, self.name)
