"""What the workflow needs from the destination cluster, one noun per Protocol.

Every create method labels its object with RUN_LABEL: cleanup tells by it what a dead run really made.
All methods raise ClusterError (ClusterLoginError, ClusterUnreachable, AlreadyExists) with kind, namespace/name
and the server's own reason; NotFound is None or a no-op as documented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from support.domain.access import DestinationAccess, SourceAccess
from support.domain.mapping import NetworkEntry, StorageEntry
from support.domain.migration import Conditioned, OperatorState, PlanState, ProviderState
from support.domain.names import ObjectRef
from support.domain.offload import StorageArray
from support.domain.populating import FailedPopulator
from support.domain.request import HookStep, PlanOptions
from support.domain.secret import Secret
from support.domain.target import TargetMachine

State_co = TypeVar("State_co", covariant=True)


class Feed(Protocol[State_co]):
    """Latest state of one watched thing, kept up to date by a list-and-watch loop.

    The loop relists on 410, end of stream and silence, and reports an unrecoverable error through `latest`.
    """

    def latest(self) -> State_co | None:
        """The state as last seen; None while it does not exist or was not listed yet. Raises what broke the loop."""
        ...

    def version(self) -> int:
        """Grows with every change seen; 0 only until the first list."""
        ...

    def await_change(self, seen: int, seconds: float) -> int:
        """Block until the version differs from `seen` or the seconds are over; returns the version."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """An object the API accepted."""

    ref: ObjectRef
    uid: str


class TokenRegister(Protocol):
    """Told of every token that a login makes for itself, by the name of its object: a hash, and no secret."""

    def issued(self, name: str) -> None:
        """The token is there now and was not used yet."""
        ...

    def revoked(self, name: str) -> None:
        """The token is deleted, or was found absent."""
        ...


class Cluster(Protocol):
    """Login and identity."""

    def report_tokens(self, register: TokenRegister) -> None:
        """Tell the register of the login's own tokens, renewals included; to be called before `connect`.

        A login by token or kubeconfig makes none.
        """
        ...

    def connect(self) -> None: ...

    def close(self) -> None:
        """Stop all feeds; delete the session's own OAuth token when the run made one."""
        ...

    def revoke_token(self, name: str) -> None:
        """Delete another login's token by the name of its object; one that is absent is fine."""
        ...

    def by_url(self) -> DestinationAccess:
        """What somebody else needs to reach this cluster as this login does; an empty token where there is none."""
        ...

    def token_lives(self) -> float | None:
        """Seconds that the login's token will still be accepted; None when nobody can tell."""
        ...

    def cluster_uid(self) -> str:
        """uid of the kube-system namespace, for the journal."""
        ...

    def cluster_name(self) -> str:
        """Infrastructure object's infrastructureName."""
        ...

    def openshift_version(self) -> str: ...

    def mtv_version(self, namespace: str) -> str | None:
        """From the installed CSV; None when it cannot be told."""
        ...


class Objects(Protocol):
    """Generic life of objects the run owns."""

    def delete(self, ref: ObjectRef, uid: str) -> bool:
        """Delete with a uid precondition; False when already gone or another object has the name now."""
        ...

    def uid_of(self, ref: ObjectRef) -> str | None:
        """uid of the object, None when absent."""
        ...

    def await_gone(self, refs: Sequence[tuple[ObjectRef, str]], seconds: float) -> list[ObjectRef]:
        """Wait by watch until each (ref, uid) is gone; returns those that are not."""
        ...

    def labelled(self, selector: Mapping[str, str], namespaces: Sequence[str]) -> list[tuple[ObjectRef, str]]:
        """Every object (any listable kind, found by discovery) with these labels; "" means cluster-scoped."""
        ...

    def contents(self, namespace: str) -> list[tuple[ObjectRef, str]]:
        """Every object in a namespace that is not part of every fresh namespace, found by discovery."""
        ...


class Namespaces(Protocol):
    def create(self, name: str, labels: Mapping[str, str]) -> Created: ...


class Health(Protocol):
    def pods(self, namespace: str, prefix: str) -> Feed[Mapping[str, str]]:
        """Pod name -> phase ("Running", "Succeeded", ...; "Running (not ready)" while containers are not)."""
        ...


class Storage(Protocol):
    def storage_class_exists(self, name: str) -> bool: ...

    def storage_classes(self) -> list[str]: ...

    def block_access(self, name: str) -> str | None:
        """Access mode to ask for with raw volumes of a class: the widest that CDI knows; None when it knows none.

        Where CDI knows nothing at all about the class, it is MTV's own choice.
        """
        ...

    def hold_profile(self, name: str, wanted: Mapping[str, object], holder: str) -> Mapping[str, str]:
        """Set a StorageProfile for the run, shared by annotation `{original, holders}`; returns journal details."""
        ...

    def release_profile(self, name: str, holder: str) -> None:
        """Drop our holder; the last one restores the original. A no-op when not held by it."""
        ...


class Controller(Protocol):
    """The ForkliftController: what MTV as a whole is set to, and how far its operator is with that."""

    def ref(self) -> ObjectRef: ...

    def follow(self) -> Feed[OperatorState]: ...

    def vddk_image(self) -> str | None:
        """The VDDK image of all Providers that name none; None when there is none."""
        ...

    def offload_switch(self) -> bool | None:
        """feature_copy_offload as it is set; None where nothing is said of it. Nobody here ever sets it."""
        ...

    def hold_precopy_interval(self, minutes: int, holder: str) -> Mapping[str, str]:
        """Set the time between precopies for the run, shared as `Storage.hold_profile`; returns journal details.

        Empty details: it was so already. Details with `joined`: another run holds it at this value. Any other
        change restarts MTV's controller.
        """
        ...

    def release_precopy_interval(self, holder: str) -> None:
        """Drop our holder; the last one restores the original. A no-op when not held by it."""
        ...


class Providers(Protocol):
    def create_secret(self, ref: ObjectRef, access: SourceAccess, labels: Mapping[str, str]) -> Created: ...

    def create_source(
        self, ref: ObjectRef, access: SourceAccess, secret: ObjectRef, options: Mapping[str, str]
    ) -> Created:
        """Provider of a source; `options` become spec.settings (vddkInitImage, esxiCloneMethod)."""
        ...

    def create_token_secret(self, ref: ObjectRef, access: DestinationAccess) -> Created: ...

    def create_by_url(self, ref: ObjectRef, url: str, secret: ObjectRef) -> Created:
        """OpenShift Provider that MTV reaches by URL and token, whichever cluster that is."""
        ...

    def create_local_destination(self, ref: ObjectRef) -> Created:
        """OpenShift Provider of our own: url '' and secret {} mean the cluster MTV runs on."""
        ...

    def follow(self, ref: ObjectRef) -> Feed[ProviderState]: ...

    def follow_public_key(self, ref: ObjectRef) -> Feed[str]:
        """The key by which MTV logs in to ESXi hosts for this Provider, once MTV has made it (forklift.md 4.4)."""
        ...

    def secret_skips_tls(self, ref: ObjectRef) -> bool | None:
        """The Provider secret's insecureSkipVerify; None when it says nothing."""
        ...


class Accounts(Protocol):
    """An account of the run's own, for those who need a token that outlives the login's."""

    def create(self, ref: ObjectRef) -> Created:
        """A ServiceAccount."""
        ...

    def make_administrator(self, ref: ObjectRef, account: ObjectRef) -> Created:
        """A ClusterRoleBinding that lets the account do what MTV does on a destination."""
        ...

    def token(self, account: ObjectRef, seconds: float) -> Secret:
        """A token of the account; the API may shorten its life, which is an error."""
        ...


class Networks(Protocol):
    def create_nad(self, ref: ObjectRef, config: str, labels: Mapping[str, str]) -> Created:
        """NetworkAttachmentDefinition; `config` is the CNI configuration as a JSON string."""
        ...


class Plans(Protocol):
    """Maps, hooks, Plan and Migration."""

    def create_network_map(
        self, ref: ObjectRef, source: ObjectRef, destination: ObjectRef, entries: Sequence[NetworkEntry]
    ) -> Created: ...

    def create_storage_map(
        self, ref: ObjectRef, source: ObjectRef, destination: ObjectRef, entries: Sequence[StorageEntry]
    ) -> Created: ...

    def create_storage_secret(self, ref: ObjectRef, array: StorageArray) -> Created:
        """What MTV's populators log in to a storage array with."""
        ...

    def stored_entries(self, ref: ObjectRef) -> Sequence[StorageEntry]:
        """Entries of a StorageMap as the API keeps them; a source without an id has its name only, or none."""
        ...

    def create_hook(self, ref: ObjectRef, playbook: str) -> Created:
        """A Hook that runs an Ansible playbook, given as YAML text."""
        ...

    def create_plan(self, ref: ObjectRef, parts: "PlanParts") -> Created: ...

    def create_migration(self, ref: ObjectRef, plan: ObjectRef, cutover: datetime | None = None) -> Created:
        """Start a plan; `cutover` (aware) schedules a warm one's end, None leaves it to `cut_over`."""
        ...

    def cut_over(self, migration: ObjectRef, when: datetime) -> None:
        """Set or change the cutover of a warm migration; a past time means the next pause (forklift.md 2.6)."""
        ...

    def follow_map(self, ref: ObjectRef) -> Feed[Conditioned]: ...

    def follow_hook(self, ref: ObjectRef) -> Feed[Conditioned]: ...

    def follow_plan(self, ref: ObjectRef) -> Feed[PlanState]: ...

    def follow_plans(self, refs: Sequence[ObjectRef]) -> Feed[tuple[PlanState | None, ...]]:
        """Plans of one namespace, all in one state of it, in the order of `refs`; None for one that is not there."""
        ...

    def plan_of(self, migration: ObjectRef) -> ObjectRef | None:
        """The Plan a Migration runs; None when the Migration is gone."""
        ...

    def target_namespace_of(self, plan: ObjectRef) -> str:
        """Where a Plan puts its machines; empty when the Plan is gone."""
        ...

    def cancel(self, migration: ObjectRef, machine_ids: Sequence[str]) -> None: ...

    def archive(self, plan: ObjectRef) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanParts:
    """What a Plan is made of; machines are (inventory id, name), and each of them gets all hooks."""

    source: ObjectRef
    destination: ObjectRef
    network_map: ObjectRef
    storage_map: ObjectRef
    target_namespace: str
    machines: tuple[tuple[str, str], ...]
    options: PlanOptions
    hooks: tuple[tuple[HookStep, ObjectRef], ...] = ()
    source_namespace: str = ""
    """Where the machines are, on a source that has namespaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How far a target machine has settled; judged by `workflow/settle`."""

    exists: bool
    uid: str = ""
    printable_status: str = ""
    wants_to_run: bool = False
    agent_connected: bool = False
    addressed_macs: frozenset[str] = frozenset()


class Overhears(Protocol):
    """Listens to populators from the beginning: what one said may go with its pod in the moment it fails."""

    def failed(self) -> Sequence[FailedPopulator]:
        """Those that failed, or whose pod is gone before it succeeded. Raises nothing."""
        ...

    def close(self) -> None: ...


class TargetMachines(Protocol):
    def follow(self, namespace: str, name: str) -> Feed[Arrival]: ...

    def follow_made(self, namespace: str, migration_uid: str) -> Feed[frozenset[ObjectRef]]:
        """What a migration needed on its way and that is still there; none is a state, too.

        DataVolumes, Secrets, claims that others are filled through, populator pods.
        """
        ...

    def describe(self, namespace: str, name: str) -> TargetMachine:
        """Read the machine, its instance, claims and profile at once. Never starts, stops or changes it."""
        ...

    def made_by(self, migration_uid: str, namespaces: Sequence[str]) -> list[tuple[ObjectRef, str]]:
        """Objects MTV made for a migration (label `migration`): machines, claims, pods, secrets, data volumes."""
        ...

    def failed_populator(self, namespace: str, claim_uid: str) -> FailedPopulator | None:
        """What a claim's populator said last; None when the claim is gone."""
        ...

    def overhear(self, namespace: str, migration_uid: str) -> Overhears:
        """Listen to a migration's populators from now on, until closed."""
        ...

    def volumes_of(self, namespace: str, claims: Sequence[str]) -> list[tuple[ObjectRef, str, bool]]:
        """(PersistentVolume, uid, retained) behind the claims; retained ones are reported, never waited for."""
        ...
