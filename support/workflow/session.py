"""What all scenarios of a run share: a namespace, the source's and the destination's Provider, the inventory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from support.domain.access import SourceAccess
from support.domain.errors import StartError, SuiteError
from support.domain.journal import Act
from support.domain.names import ObjectRef, RunId, dns_label, random_part
from support.domain.offload import why_not
from support.domain.release import release_of
from support.domain.source import ProviderKind
from support.ports.cluster import Created
from support.workflow.blockers import stop_when_provider_lost
from support.workflow.home import let_in, make_home
from support.workflow.host_keys import BY_SSH, CLONE_METHOD, await_login, let_mtv_in, must_let_in
from support.workflow.owning import cluster_thing, labels_of, namespace_labels, own
from support.workflow.ports_in_use import Ports, Wait
from support.workflow.sharing import hold_precopy_interval, hold_profile
from support.workflow.tokens import log_in, log_in_to_source

_STARTING_TOLD_SINCE = (2, 12)
"""Before that, MTV's test of a share fails until its server has started, and does not wait for it."""

_VDDK = "vddkInitImage"
"""Provider setting without which MTV neither copies warm from vSphere nor checks an image (forklift.md 1.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRequest:
    """What a run needs before its first scenario.

    Attributes:
        provider_options: Provider settings known at creation (vddkInitImage).
        array_vendor: of the storage array that is to copy disks; empty when none is.
        precopy_minutes: time between precopies; None when nothing is going to be migrated warm.
        namespace_suffix: appended to the run id.
        details: what cleanup must find in the journal beside run, cluster and source; never secrets.
    """

    run: RunId
    mtv_namespace: str
    storage_class: str
    access: SourceAccess
    provider_options: Mapping[str, str] = field(default_factory=dict)
    array_vendor: str = ""
    precopy_minutes: int | None = None
    namespace_suffix: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What MTV says of itself before anything is made.

    Attributes:
        no_offload: why MTV lets no array copy; told only where one is to copy.
        vddk: MTV has a VDDK image for the source; told only where warm migrations are wanted or the profile names one.
    """

    mtv_version: str | None = None
    vddk: bool = False
    no_offload: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Told):
    """An open session: plain values, so that a worker process can be handed one."""

    run: RunId
    base_name: str
    namespace: str
    storage_class: str
    kind: ProviderKind
    source: ObjectRef
    source_uid: str
    secret: ObjectRef
    destination: ObjectRef
    target: str = ""
    """The cluster machines go to, as in ObjectRef.cluster."""

    def name(self, *parts: str) -> str:
        """A fresh DNS label of this run; its random part keeps it from meeting an older object."""
        return dns_label(self.base_name, *parts[:-1], random_part(), *parts[-1:])


def ask_mtv(ports: Ports, request: SessionRequest) -> Told:
    """Ask what decides whether a scenario applies; the cluster is logged in to already. Raises ClusterError."""
    version = ports.cluster.login.mtv_version(request.mtv_namespace)
    vddk = _VDDK in request.provider_options
    if not vddk and request.precopy_minutes is not None:
        vddk = ports.cluster.controller.vddk_image() is not None
    return Told(mtv_version=version, vddk=vddk, no_offload=_no_offload(ports, request, version))


def open_session(ports: Ports, request: SessionRequest, told: Told | None = None) -> Session:
    """Create namespace and Providers and wait until both are Ready; cluster and source are logged in to already.

    `told`: by `ask_mtv`, where it was asked before.

    Raises ProviderNotReady, WaitTimeout, ClusterError, and StartError where another run holds what is shared. Once
    something may be there, what would else be a StartError, such as a lost connection, is a plain SuiteError.
    """
    told, before = told or ask_mtv(ports, request), len(ports.journal.records())
    try:
        return _opened(ports, request, told)
    except StartError as error:
        if any(record.act is Act.INTENT for record in ports.journal.records()[before:]):
            raise SuiteError(str(error)) from error
        raise


def _opened(ports: Ports, request: SessionRequest, told: Told) -> Session:
    by_ssh = bool(request.array_vendor) and not told.no_offload and ports.source.host_keys is not None
    if by_ssh:
        must_let_in(ports, told.mtv_version)
        request = replace(request, provider_options={**request.provider_options, CLONE_METHOD: BY_SSH})
    _write_opening(ports, request.run, request.details)
    _hold_interval(ports, request, told)
    namespace = _create_namespace(ports, request)
    make_home(ports, request.run)
    hold_profile(ports, request.run, request.storage_class)
    session = _create_providers(ports, request, namespace, told)
    if by_ssh:
        let_mtv_in(ports, session.run, session.source, session.mtv_version)
    _await_providers(ports, session)
    if by_ssh:
        await_login(ports, session.source)
    ports.inventory.open(session.source_uid, ports.budgets.provider)
    return session


def attach(ports: Ports, session: Session) -> Session:
    """Join a session that another process holds: log in and open the inventory; nothing is created."""
    log_in(ports)
    log_in_to_source(ports)
    _write_opening(ports, session.run, {"attached": "yes"})
    ports.inventory.open(session.source_uid, ports.budgets.provider)
    return session


def _write_opening(ports: Ports, run: RunId, details: Mapping[str, str]) -> None:
    identity = {
        "run": run,
        "cluster": ports.cluster.login.cluster_uid(),
        "source": ports.source.platform.instance_id(),
    }
    ports.journal.opened({**details, **identity})


def _hold_interval(ports: Ports, request: SessionRequest, told: Told) -> None:
    """Only where a warm migration can run, and before there is a Provider: it restarts MTV's controller."""
    if request.precopy_minutes is None:
        return
    if told.vddk or request.access.kind is not ProviderKind.VSPHERE:
        hold_precopy_interval(ports, request.run, request.precopy_minutes)


def _no_offload(ports: Ports, request: SessionRequest, version: str | None) -> str:
    if not request.array_vendor:
        return ""
    return why_not(version, ports.cluster.controller.offload_switch(), request.array_vendor) or ""


def _create_namespace(ports: Ports, request: SessionRequest) -> str:
    ref = ObjectRef("Namespace", dns_label(request.run, request.namespace_suffix))
    labels = namespace_labels(request.run)
    own(ports.journal, cluster_thing(ref, ""), lambda: ports.cluster.namespaces.create(ref.name, labels))
    return ref.name


def ensure_namespace(ports: Ports, session: Session, name: str, scope: str) -> None:
    """Create a namespace of the scenario's own; one that is already there is shared and stays untouched."""
    ref = ObjectRef("Namespace", name, "", session.target)
    if ports.cluster.objects.uid_of(ref) is None:
        labels, place = namespace_labels(session.run), ports.at(session.target).cluster
        own(ports.journal, cluster_thing(ref, scope), lambda: place.namespaces.create(name, labels))


def _create_providers(ports: Ports, request: SessionRequest, namespace: str, told: Told) -> Session:
    """Create both at once: they become Ready side by side."""
    access = request.access
    xcopy = "xcopy" if request.array_vendor else ""
    base = dns_label(request.run, "source", access.kind.value, access.version, xcopy)[:40].strip("-")
    secret = ObjectRef("Secret", dns_label(base, random_part()), namespace)
    source = ObjectRef("Provider", dns_label(base, random_part()), namespace)
    destination = ObjectRef("Provider", dns_label(request.run, "local-ocp-provider", random_part()), namespace)
    made, providers = _create_source(ports, request, secret, source), ports.cluster.providers
    own(ports.journal, cluster_thing(destination, ""), lambda: providers.create_local_destination(destination))
    return Session(
        run=request.run,
        base_name=base,
        namespace=namespace,
        storage_class=request.storage_class,
        kind=access.kind,
        source=source,
        source_uid=made.uid,
        secret=secret,
        destination=destination,
        mtv_version=told.mtv_version,
        vddk=told.vddk,
        no_offload=told.no_offload,
    )


def _create_source(ports: Ports, request: SessionRequest, secret: ObjectRef, source: ObjectRef) -> Created:
    if ports.source.home is not None:
        return let_in(ports, request.run, ports.source.home, secret, source)
    access, providers, labels = _with_ca(ports, request.access), ports.cluster.providers, labels_of(request.run)
    own(ports.journal, cluster_thing(secret, ""), lambda: providers.create_secret(secret, access, labels))
    options = request.provider_options
    return own(
        ports.journal, cluster_thing(source, ""), lambda: providers.create_source(source, access, secret, options)
    )


def _with_ca(ports: Ports, access: SourceAccess) -> SourceAccess:
    """What the platform says is needed: oVirt's is even where nobody verifies the API."""
    if access.ca_pem is None:
        return replace(access, ca_pem=ports.source.platform.ca_pem())
    return access


def _await_providers(ports: Ports, session: Session) -> None:
    for ref in (session.source, session.destination):
        stop = stop_when_provider_lost(_patience(ports, session, ref), ports.clock)
        with ports.tells.step(f"{ref} becomes Ready"):
            feed = ports.cluster.providers.follow(ref)
            Wait(ports, str(ref), "Ready").within("provider", feed, lambda state: state.ready or None, stop)


def _patience(ports: Ports, session: Session, ref: ObjectRef) -> float:
    """Seconds that a failed connection test may stand: a server that mounts a share of files takes long to start."""
    release = release_of(session.mtv_version)
    starting = ports.source.at_rest and ref == session.source
    if starting and (release is None or release < _STARTING_TOLD_SINCE):
        return ports.budgets.provider
    return ports.budgets.provider_connection
