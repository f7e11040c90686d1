"""Which adapters a run uses: the only place of the suite that knows them all."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace

from support.adapters.guest.ssh import SshGuests
from support.adapters.guest.virtctl_tunnel import VirtctlTunnel
from support.adapters.inventory.openstack import OpenstackInventory
from support.adapters.inventory.ova import OvaInventory
from support.adapters.inventory.ovirt import OvirtInventory
from support.adapters.inventory.service import InventoryService
from support.adapters.inventory.vsphere import VsphereInventory
from support.adapters.oc.must_gather import find_must_gather
from support.adapters.openshift.accounts import OpenShiftAccounts
from support.adapters.openshift.api import Api
from support.adapters.openshift.cluster import OpenShiftCluster
from support.adapters.openshift.controller import OpenShiftController
from support.adapters.openshift.diagnosing import OpenShiftDiagnoses
from support.adapters.openshift.examining import OpenShiftExamining
from support.adapters.openshift.feeds import Feeds
from support.adapters.openshift.health import OpenShiftHealth
from support.adapters.openshift.kinds import MADE, MADE_ELSEWHERE
from support.adapters.openshift.namespaces import OpenShiftNamespaces
from support.adapters.openshift.networks import OpenShiftNetworks
from support.adapters.openshift.nodes import OpenShiftNodes
from support.adapters.openshift.objects import OpenShiftObjects
from support.adapters.openshift.plans import OpenShiftPlans
from support.adapters.openshift.portforward import open_tunnel
from support.adapters.openshift.providers import OpenShiftProviders
from support.adapters.openshift.storage import OpenShiftStorage
from support.adapters.openshift.targets import OpenShiftTargets
from support.adapters.virtctl.finding import find_virtctl
from support.domain.access import ClusterAccess, SourceAccess
from support.domain.issue import Issue, IssueId
from support.domain.names import REMOTE, SOURCE, RunId
from support.domain.source import ProviderKind
from support.evidence.redaction import Redactor
from support.evidence.results import UNKNOWN, RunFacts
from support.ports.cluster import Cluster
from support.ports.diagnosing import Diagnoses, GathersByTool
from support.ports.host_keys import HostKeys
from support.ports.inventory import Inventory
from support.ports.telling import Tells
from support.run.doctor.patient import Patient, Wishes
from support.run.folder import RunFolder
from support.run.gating import Circumstances
from support.run.openshift_source import OpenshiftWiring
from support.run.profiles.profile import Profile
from support.run.roles import unnamed
from support.run.settings import Settings
from support.run.target import Target
from support.workflow.journalling import FileJournal
from support.workflow.ports_in_use import ClusterPorts, Destination, Ports, SourcePorts
from support.workflow.removal.two_clusters import as_one
from support.workflow.session import SessionRequest, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """Adapters of one process with what they were made from."""

    run: RunId
    target: str
    settings: Settings
    profile: Profile
    ports: Ports
    api: Api
    diagnoses: Mapping[str, Diagnoses] = field(default_factory=dict)
    """Those who can be asked after a failure, by the name of ObjectRef.cluster."""
    others: Mapping[str, Api] = field(default_factory=dict)
    """Of clusters beside MTV's own, by the same names."""

    def patient(self, wishes: Wishes) -> Patient:
        """The run as a doctor sees it before it begins."""
        access, source = self.settings.remote_access(), self.others.get(SOURCE)
        return Patient(
            settings=self.settings,
            profile=self.profile,
            ports=self.ports,
            cluster=OpenShiftExamining(self.api),
            source=None if source is None else OpenShiftExamining(source),
            remote=None if access is None else lambda: OpenShiftExamining(Api(access)),
            wishes=wishes,
        )

    @property
    def request(self) -> SessionRequest:
        """What the session of this run needs."""
        image = self.profile.vddk_init_image
        return SessionRequest(
            run=self.run,
            mtv_namespace=self.settings.mtv_namespace,
            storage_class=self.settings.storage_class,
            access=self.profile.source_access(),
            provider_options={"vddkInitImage": image} if image else {},
        )

    def circumstances(self, told: Told | None, issues: Mapping[IssueId, Issue]) -> Circumstances:
        """What decides which scenarios apply; as long as MTV was not asked, whatever it may have is taken to be there.

        `told`: by MTV, a session's own answers among them.
        """
        source = self.ports.source
        able = {"clone": source.clones, "power": source.powers, "vddk": told is None or told.vddk}
        return Circumstances(
            profile=self.profile.name,
            kind=self.profile.kind,
            capabilities=self.profile.capabilities | {name for name, has in able.items() if has},
            copy_offload=self.profile.copy_offload is not None,
            no_offload=told.no_offload if told is not None else "",
            remote_cluster=self.settings.remote_ocp_cluster,
            mtv_version=told.mtv_version if told is not None else None,
            issues=issues,
            unnamed=unnamed(self.profile.machines),
        )

    @property
    def first_facts(self) -> RunFacts:
        """What reports say about a run that has asked nobody yet."""
        access = self.profile.source_access()
        return RunFacts(
            run_id=self.run,
            target=self.target,
            source_profile=self.profile.name,
            source_type=access.kind.value,
            source_version=access.version,
            storage_class=self.settings.storage_class,
            rehearses=self.settings.lab_defect or "",
        )

    def facts(self, told: Told) -> RunFacts:
        """What every report says about the run."""
        login = self.ports.cluster.login
        return replace(
            self.first_facts,
            cluster=login.cluster_name(),
            mtv=told.mtv_version or UNKNOWN,
            openshift=login.openshift_version(),
        )

    def gatherer(self) -> GathersByTool | None:
        """The vendor's own collection; None where its tool is not at hand."""
        return find_must_gather(self.api, self.settings.mtv_namespace)

    def close(self) -> None:
        """Log out everywhere; the session's own token is given back."""
        self.ports.source.platform.close()
        if self.ports.remote is not None:
            self.ports.remote.cluster.login.close()
        self.ports.cluster.login.close()


def wire(target: Target, folder: RunFolder, tells: Tells, redactor: Redactor, known: Profile | None = None) -> Wired:
    """Make all adapters; nothing is asked of anybody yet. Raises StartError for a profile that cannot be used.

    `known`: the profile, where somebody has read it already.
    """
    settings = target.settings
    profile = known or _read_profile(settings)
    for secret in (*settings.secrets(), *profile.secrets()):
        redactor.learn(secret.reveal())
    api = Api(settings.cluster_access(), redactor.learn)
    feeds, diagnoses = Feeds(api), dict[str, Diagnoses]()
    diagnoses[""] = OpenShiftDiagnoses(api, feeds.chronicle)
    of_run, others = _Known(folder.run, settings, redactor, diagnoses), dict[str, Api]()
    cluster = _cluster(of_run, feeds)

    def join(name: str, access: ClusterAccess) -> tuple[Api, Destination]:
        joined = _other(name, access, of_run)
        others[name] = joined[0]
        return joined

    there = settings.remote_access()
    remote = None if there is None else join(REMOTE, there)[1]
    guests = _guests(api, cluster.login, settings.guest_tunnel)
    openshift = OpenshiftWiring(run=folder.run, guests=profile.guest_access(), here=guests, join=join)
    source, inventory = _source(profile.source_access(), api, settings, {ProviderKind.OPENSHIFT: openshift})
    source = replace(source, host_keys=_host_keys(profile))
    ports = Ports(
        cluster=_all_as_one(cluster, remote, source.home.cluster if source.home is not None else None),
        remote=remote,
        source=source,
        inventory=inventory,
        guests=guests,
        journal=FileJournal(folder.own_journal),
        tells=tells,
        guest_access=profile.guest_access(),
        budgets=settings.budgets,
    )
    return Wired(
        run=folder.run,
        target=target.name,
        settings=settings,
        profile=profile,
        ports=ports,
        api=api,
        diagnoses=diagnoses,
        others=others,
    )


def _read_profile(settings: Settings) -> Profile:
    from support.run.profiles.loading import load_profile  # a worker reads no file, and starts sooner without pydantic

    return load_profile(settings)


def _cluster(known: "_Known", feeds: Feeds, made: Container[str] = MADE) -> ClusterPorts:
    run, settings, redactor = known.run, known.settings, known.redactor
    api = feeds.api
    login = OpenShiftCluster(api, feeds)
    return ClusterPorts(
        login=login,
        objects=OpenShiftObjects(api, feeds, made),
        namespaces=OpenShiftNamespaces(api),
        health=OpenShiftHealth(feeds),
        storage=OpenShiftStorage(api),
        controller=OpenShiftController(api, feeds, settings.mtv_namespace),
        networks=OpenShiftNetworks(api, run),
        nodes=OpenShiftNodes(api),
        providers=OpenShiftProviders(api, feeds, run, redactor.learn),
        plans=OpenShiftPlans(api, feeds, run, lambda: login.mtv_version(settings.mtv_namespace), settings.hook_image),
        targets=OpenShiftTargets(api, feeds),
        accounts=OpenShiftAccounts(api, run),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the adapters of any cluster are made with; each of them can be asked after a failure from then on."""

    run: RunId
    settings: Settings
    redactor: Redactor
    diagnoses: dict[str, Diagnoses]


def _other(name: str, access: ClusterAccess, known: _Known) -> tuple[Api, Destination]:
    """Another cluster than the one MTV runs on."""
    api = Api(access, known.redactor.learn)
    feeds = Feeds(api)
    known.diagnoses[name] = OpenShiftDiagnoses(api, feeds.chronicle)
    cluster = _cluster(known, feeds, MADE_ELSEWHERE)
    guests = _guests(api, cluster.login, known.settings.guest_tunnel)
    return api, Destination(name=name, cluster=cluster, guests=guests, joined=lambda: api.connected)


def _all_as_one(cluster: ClusterPorts, *others: Destination | None) -> ClusterPorts:
    for other in others:
        cluster = cluster if other is None else as_one(cluster, other)
    return cluster


def _guests(api: Api, login: Cluster, tunnel: str) -> SshGuests:
    if tunnel == "virtctl":
        # Not by version alone: what one cluster served must not be run against another that calls itself the same.
        virtctl = VirtctlTunnel(api, lambda: find_virtctl(api, f"{login.openshift_version()}-{login.cluster_name()}"))
        return SshGuests(virtctl.open, prepare=virtctl.prepare)
    return SshGuests(lambda namespace, name, port, seconds: open_tunnel(api, namespace, name, port, seconds))


_Source = tuple[SourcePorts, Inventory]
_Makers = Mapping[ProviderKind, Callable[[SourceAccess, Api, Settings], _Source]]


def _source(access: SourceAccess, api: Api, settings: Settings, of_this_run: _Makers) -> _Source:
    """`of_this_run`: makers that need more than everybody's three arguments."""
    makers = {**_SOURCES, **of_this_run}
    return makers[access.kind](access, api, settings)


def _vsphere(access: SourceAccess, api: Api, settings: Settings) -> _Source:
    from support.adapters.vsphere.platform import Vsphere  # an SDK is imported only when its provider is used

    platform = Vsphere(access)
    inventory = VsphereInventory(InventoryService(api, settings.mtv_namespace))
    ports = SourcePorts(
        platform=platform, clones=platform, shapes=platform, powers=platform, tracks=platform, guests=platform
    )
    return ports, inventory


def _host_keys(profile: Profile) -> HostKeys | None:
    """Of the profile's ESXi host, where MTV is to clone disks there by SSH."""
    access = profile.copy_offload.host if profile.copy_offload is not None else None
    if access is None:
        return None
    from support.adapters.esxi.keys import EsxiKeys

    return EsxiKeys(access)


def _ovirt(access: SourceAccess, api: Api, settings: Settings) -> _Source:
    from support.adapters.ovirt.platform import Ovirt

    platform = Ovirt(access)
    inventory = OvirtInventory(InventoryService(api, settings.mtv_namespace))
    return SourcePorts(platform=platform, clones=platform, powers=platform, tidied=platform), inventory


def _openstack(access: SourceAccess, api: Api, settings: Settings) -> _Source:
    from support.adapters.openstack.platform import Openstack

    platform = Openstack(access)
    inventory = OpenstackInventory(InventoryService(api, settings.mtv_namespace))
    return SourcePorts(platform=platform, clones=platform, powers=platform, copies=platform), inventory


def _ova(access: SourceAccess, api: Api, settings: Settings) -> _Source:
    from support.adapters.ova.platform import Ova

    inventory = OvaInventory(InventoryService(api, settings.mtv_namespace))
    return SourcePorts(platform=Ova(access, inventory, settings.budgets.inventory), at_rest=True), inventory


_SOURCES: _Makers = {
    ProviderKind.VSPHERE: _vsphere,
    ProviderKind.OVIRT: _ovirt,
    ProviderKind.OPENSTACK: _openstack,
    ProviderKind.OVA: _ova,
}
