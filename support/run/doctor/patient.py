"""What is examined: a run that is wired and has not begun."""

from collections.abc import Callable
from dataclasses import dataclass

from support.domain.names import RoleName
from support.ports.examining import Examines
from support.run.profiles.profile import Profile
from support.run.settings import Settings
from support.workflow.ports_in_use import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What scenarios need: roles of all machines, and the occasions of permissions.yaml."""

    roles: frozenset[RoleName] = frozenset()
    occasions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Settings, profile and adapters of a run, and what its scenarios need.

    Attributes:
        cluster: shares the login of the ports.
        source: of another cluster that is the source, by the login of its ports; None where there is no such cluster.
        remote: makes one with a login of its own, for the cluster of remote_cluster_*; None where none is named.
    """

    settings: Settings
    profile: Profile
    ports: Ports
    cluster: Examines
    source: Examines | None = None
    remote: Callable[[], Examines] | None
    wishes: Wishes
