"""Every setting of a run with its type and default: one frozen value, built once, that nothing changes afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from support.domain.access import ClusterAccess
from support.domain.budget import Budgets
from support.domain.names import Namespace, StorageClass
from support.domain.secret import Secret
from support.domain.shard import Shard

WAIT_PREFIX = "wait_"
"""`wait_<name>` is the setting of the budget `<name>`."""

_NOT_CHOSEN = StorageClass("")
_MTV = Namespace("openshift-mtv")
_LOOPBACK = "127.0.0.1"
"""What occurs in the address of every cluster of the lab."""


THIS_MACHINE = frozenset({"localhost", _LOOPBACK, "::1"})
"""Hosts by which nothing leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Names are the keys people give; None means that a setting was not given and has no default."""

    target: str = "lab"
    source_provider: str = ""
    storage_class: StorageClass = _NOT_CHOSEN
    providers_file: Path = Path(".providers.json")
    tracker_file: Path = Path("jira.cfg")
    cluster_host: str | None = None
    cluster_username: str | None = None
    cluster_password: Secret | None = None
    cluster_token: Secret | None = None
    kubeconfig: Path | None = None
    cluster_ca: Path | None = None
    insecure_verify_skip: bool = False
    """The reference's default is true."""
    source_provider_insecure_skip_verify: bool = False
    mtv_namespace: Namespace = _MTV
    target_namespace_prefix: str = "auto"
    target_ocp_version: str | None = None
    remote_ocp_cluster: str = ""
    remote_cluster_host: str | None = None
    remote_cluster_token: Secret | None = None
    remote_cluster_kubeconfig: Path | None = None

    snapshots_interval: int = 2
    """Minutes between precopies."""
    cutover_after_precopies: int = 2
    mins_before_cutover: float | None = None
    """Minutes; unset, the cutover follows `cutover_after_precopies`. The reference's default is 5."""
    budgets: Budgets = field(default_factory=Budgets)

    skip_teardown: bool = False
    skip_data_collector: bool = False
    data_collector_path: Path | None = None
    """None: inside the folder of the run."""
    reports_dir: Path = Path("reports")
    analyze_with_ai: bool = False
    wrapper_log_debug: bool = False
    log_level: str = "INFO"
    log_file: Path | None = None
    hook_image: str = "quay.io/konveyor/hook-runner:latest"
    """The reference's; what MTV's documentation names."""
    guest_tunnel: str = "api"
    """How guests are reached: by the API's port-forward websocket, or by the program virtctl."""

    shard: Shard | None = None
    """Which part of the chosen scenarios is this run's; None: all of them."""

    lab: Path | None = None
    lab_speed: float | None = None
    lab_defect: str | None = None
    lab_jitter: str | None = None
    lab_array: str | None = None

    profiles_named: bool = False
    """Somebody named `providers_file` for this run, so that it is read although a lab that is up has one, too."""
    notes: tuple[str, ...] = ()
    """What people should know about what they gave: unused keys, secrets on a command line."""

    def cluster_access(self) -> ClusterAccess:
        """How to log in to the destination's API."""
        return ClusterAccess(
            host=self.cluster_host,
            username=self.cluster_username,
            password=self.cluster_password,
            token=self.cluster_token,
            kubeconfig=self.kubeconfig,
            ca_file=self.cluster_ca,
            verify=not self.insecure_verify_skip,
        )

    def remote_access(self) -> ClusterAccess | None:
        """How to log in to another destination; None where the cluster itself is one by its URL."""
        if self.remote_cluster_host is None and self.remote_cluster_kubeconfig is None:
            return None
        return ClusterAccess(
            host=self.remote_cluster_host,
            token=self.remote_cluster_token,
            kubeconfig=self.remote_cluster_kubeconfig,
            ca_file=self.cluster_ca,
            verify=not self.insecure_verify_skip,
        )

    @property
    def starts_lab(self) -> bool:
        """Whether the run starts the embedded lab itself, so that the lab and all in it end with the run."""
        return self.target == "lab" and self.lab is None

    @property
    def stays_here(self) -> bool:
        """Whether nothing of the run may leave this machine, as the target promises."""
        return self.target == "lab"

    def pointed_at(self, kubeconfig: Path, providers_file: Path, remote: Path) -> "Settings":
        """The same settings against the lab that wrote these files, unless somebody named profiles of their own.

        `remote`: the kubeconfig of the lab's other cluster.
        """
        profiles = self.providers_file if self.profiles_named else providers_file
        lab = replace(self, kubeconfig=kubeconfig, providers_file=profiles)
        if lab.remote_access() is None:
            lab = replace(lab, remote_cluster_kubeconfig=remote)
        return lab if lab.remote_ocp_cluster else replace(lab, remote_ocp_cluster=_LOOPBACK)

    def anchored(self) -> "Settings":
        """The same settings with paths that hold in any folder."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return Settings(**{name: _anchored(value) for name, value in values.items()})

    def secrets(self) -> tuple[Secret, ...]:
        """All that must be cleaned out of logs and reports."""
        given = (getattr(self, each.name) for each in fields(self))
        return tuple(value for value in given if isinstance(value, Secret))

    @property
    def _unshown(self) -> frozenset[str]:
        """What is no setting of its own; of a lab's run also a file of profiles that nobody named for it."""
        idle = {"providers_file"} if self.target == "lab" and not self.profiles_named else set[str]()
        return frozenset({"budgets", "notes", "profiles_named"} | idle)

    def shown(self) -> Mapping[str, str]:
        """Every setting that has a value, as text that `load_settings` would read again; secrets are left out."""
        plain = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in self._unshown}
        waits = {f"{WAIT_PREFIX}{each.name}": getattr(self.budgets, each.name) for each in fields(Budgets)}
        values = {**plain, **waits}
        return {key: _text(value) for key, value in values.items() if _is_shown(value)}


def _anchored(value: Any) -> Any:
    return value.absolute() if isinstance(value, Path) else value


def _is_shown(value: object) -> bool:
    return value not in (None, "") and not isinstance(value, Secret)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
