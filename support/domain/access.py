"""How to reach and log in to the systems a run talks to."""

from dataclasses import dataclass
from pathlib import Path

from support.domain.secret import Secret
from support.domain.source import ProviderKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAccess:
    """One of: kubeconfig, host and token, host and user and password.

    A token beside a kubeconfig or password is what another process got by it: used first, never given back.
    """

    host: str | None = None
    username: str | None = None
    password: Secret | None = None
    token: Secret | None = None
    kubeconfig: Path | None = None
    ca_file: Path | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationAccess:
    """How MTV reaches a destination by its URL; without `verify` it looks at no certificate."""

    url: str
    token: Secret
    ca_pem: str = ""
    verify: bool = True

    def lasts(self, seconds: float, lives: float | None) -> bool:
        """Whether there is a token that lives so long; `lives` is how long it does, None where nobody can tell."""
        return bool(self.token) and (lives is None or lives >= seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudDomain:
    """A domain of OpenStack by id, else by name: whoever is told both may refuse."""

    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudScope:
    """Which project and region of an OpenStack cloud a login is for; a domain's id wins over its name."""

    project_name: str
    region_name: str
    user_domain_name: str
    user_domain_id: str | None = None
    project_domain_id: str | None = None

    @property
    def user_domain(self) -> CloudDomain:
        return CloudDomain(id=self.user_domain_id) if self.user_domain_id else CloudDomain(name=self.user_domain_name)

    @property
    def project_domain(self) -> CloudDomain:
        """A profile has no name for it: without an id of its own the project is looked for in the user's domain."""
        return CloudDomain(id=self.project_domain_id) if self.project_domain_id else self.user_domain


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSource:
    """What a profile says of an OpenShift source beside its address; None leaves it to the run's own settings."""

    token: Secret | None = None
    storage_class: str | None = None
    """Of the disks of its machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAccess:
    """A source platform's API as a profile names it; `url` is what MTV's Provider gets."""

    profile: str
    kind: ProviderKind
    version: str
    url: str
    username: str
    password: Secret
    verify: bool = True
    ca_pem: str | None = None
    """Set once by the adapter's `trust`: the PEM that MTV's Secret carries and the SDK verifies with."""
    data_center: str = ""
    """oVirt's, which must be up before anything is made there; empty for other platforms."""
    cloud: CloudScope | None = None
    """Of OpenStack only."""
    cluster: ClusterSource | None = None
    """Of OpenShift only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAccess:
    """How to log in to an ESXi host by SSH.

    Attributes:
        name: the host's in vCenter; `address` and `port` are where its SSH server listens.
        fingerprint: of the host's key, such as SHA256:...; None takes whatever key it shows.
    """

    name: str
    address: str
    user: str
    password: Secret
    port: int = 22
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestAccess:
    """Guest credentials of a profile, by operating system family."""

    linux_user: str | None = None
    linux_password: Secret | None = None
    windows_user: str | None = None
    windows_password: Secret | None = None
