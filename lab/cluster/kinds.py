"""Every kind that the lab's API server knows, with its names in all the forms that clients use."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

_ALL = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
_CREATE = ("create",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One resource of one API group; the group of the core is the empty string."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    status_subresource: bool = False
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = _ALL
    custom: bool = False
    """Has a CustomResourceDefinition: no strategic merge patch, PUT needs a resourceVersion (openshift.md 1.5)."""
    generations: bool = True
    """Whether changes of the specification are counted in `metadata.generation`; most of the core does not."""

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """`plural.group`, as messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


_TABLE = """
core v1 native uncounted
  Namespace namespaces ns cluster status
  Node nodes no cluster status
  PersistentVolume persistentvolumes pv cluster status
  Pod pods po status all
  Service services svc status all
  ConfigMap configmaps cm
  Secret secrets -
  ServiceAccount serviceaccounts sa
  PersistentVolumeClaim persistentvolumeclaims pvc status
  Event events ev
  Endpoints endpoints ep
  LimitRange limitranges limits
  ResourceQuota resourcequotas quota status
apps v1 native
  Deployment deployments deploy status all
  ReplicaSet replicasets rs status all
  StatefulSet statefulsets sts status all
  DaemonSet daemonsets ds status all
batch v1 native
  Job jobs - status all
  CronJob cronjobs cj status all
coordination.k8s.io v1 native uncounted
  Lease leases -
storage.k8s.io v1 native uncounted
  StorageClass storageclasses sc cluster
  VolumeAttachment volumeattachments - cluster status
  CSIDriver csidrivers - cluster
snapshot.storage.k8s.io v1
  VolumeSnapshot volumesnapshots vs status
  VolumeSnapshotClass volumesnapshotclasses vsclass cluster
rbac.authorization.k8s.io v1 native uncounted
  ClusterRole clusterroles - cluster
  ClusterRoleBinding clusterrolebindings - cluster
  Role roles -
  RoleBinding rolebindings -
authorization.k8s.io v1 native uncounted
  SelfSubjectAccessReview selfsubjectaccessreviews - cluster create
  SelfSubjectRulesReview selfsubjectrulesreviews - cluster create
  SubjectAccessReview subjectaccessreviews - cluster create
  LocalSubjectAccessReview localsubjectaccessreviews - create
authentication.k8s.io v1 native uncounted
  TokenReview tokenreviews - cluster create
  SelfSubjectReview selfsubjectreviews - cluster create
apiextensions.k8s.io v1 native
  CustomResourceDefinition customresourcedefinitions crd,crds cluster status
config.openshift.io v1
  ClusterVersion clusterversions - cluster status
  ClusterOperator clusteroperators co cluster status
  Infrastructure infrastructures - cluster status
  Ingress ingresses - cluster status
  OAuth oauths - cluster status
  Network networks - cluster status
  Proxy proxies - cluster status
  ImageDigestMirrorSet imagedigestmirrorsets idms cluster status
  ImageTagMirrorSet imagetagmirrorsets itms cluster status
console.openshift.io v1
  ConsoleCLIDownload consoleclidownloads - cluster
route.openshift.io v1 native
  Route routes - status all
oauth.openshift.io v1 native uncounted
  OAuthAccessToken oauthaccesstokens - cluster
  UserOAuthAccessToken useroauthaccesstokens - cluster
  OAuthClient oauthclients - cluster
user.openshift.io v1 native uncounted
  User users - cluster
  Group groups - cluster
project.openshift.io v1 native uncounted
  Project projects - cluster
  ProjectRequest projectrequests - cluster create
operators.coreos.com v1alpha1
  Subscription subscriptions sub,subs status olm
  ClusterServiceVersion clusterserviceversions csv,csvs status olm
  InstallPlan installplans ip status olm
  CatalogSource catalogsources catsrc status olm
k8s.cni.cncf.io v1
  NetworkAttachmentDefinition network-attachment-definitions net-attach-def
kubevirt.io v1
  KubeVirt kubevirts kv,kvs status all
  VirtualMachine virtualmachines vm,vms status all
  VirtualMachineInstance virtualmachineinstances vmi,vmis status all
  VirtualMachineInstanceMigration virtualmachineinstancemigrations vmim,vmims status all
instancetype.kubevirt.io v1beta1
  VirtualMachineInstancetype virtualmachineinstancetypes vminstancetype,vmf,vmfs all
  VirtualMachinePreference virtualmachinepreferences vmpref,vmp,vmps all
  VirtualMachineClusterInstancetype virtualmachineclusterinstancetypes vmclusterinstancetype,vmcf,vmcfs cluster
  VirtualMachineClusterPreference virtualmachineclusterpreferences vmcp,vmcps cluster
snapshot.kubevirt.io v1beta1
  VirtualMachineSnapshot virtualmachinesnapshots vmsnapshot,vmsnapshots status all
  VirtualMachineRestore virtualmachinerestores vmrestore,vmrestores status all
export.kubevirt.io v1beta1
  VirtualMachineExport virtualmachineexports vmexport,vmexports status all
hco.kubevirt.io v1beta1
  HyperConverged hyperconvergeds hco,hcos status all
cdi.kubevirt.io v1beta1
  CDI cdis cdi,cdis cluster status all
  DataVolume datavolumes dv,dvs status all
  DataSource datasources das status all
  DataImportCron dataimportcrons dic,dics status all
  StorageProfile storageprofiles - cluster status
  VolumeImportSource volumeimportsources - status
  VolumeCloneSource volumeclonesources -
forklift.konveyor.io v1beta1
  Provider providers - status
  NetworkMap networkmaps - status
  StorageMap storagemaps - status
  Host hosts - status
  Hook hooks - status
  Plan plans - status
  Migration migrations - status
  ForkliftController forkliftcontrollers - status
  Conversion conversions - status
  DynamicProvider dynamicproviders - status
  OVAProviderServer ovaproviderservers - status
  OvirtVolumePopulator ovirtvolumepopulators ovvp,ovvps
  OpenstackVolumePopulator openstackvolumepopulators osvp,osvps
  VSphereXcopyVolumePopulator vspherexcopyvolumepopulators vxvp,vxvps
"""


def _kinds() -> Iterator[Kind]:
    group, version, traits = "", "", set[str]()
    for line in _TABLE.strip().splitlines():
        first, second, *rest = line.split()
        if not line.startswith(" "):
            group, version, traits = ("" if first == "core" else first), second, set(rest)
            continue
        short, *flags = rest
        yield Kind(
            group=group,
            version=version,
            kind=first,
            plural=second,
            singular=first.lower(),
            short_names=() if short == "-" else tuple(short.split(",")),
            namespaced="cluster" not in flags,
            status_subresource="status" in flags,
            categories=tuple(flag for flag in flags if flag in ("all", "olm")),
            verbs=_CREATE if "create" in flags else _ALL,
            custom="native" not in traits,
            generations="uncounted" not in traits,
        )


KINDS: Mapping[str, Kind] = {kind.kind: kind for kind in _kinds()}
"""Kind name -> Kind; the lab serves no two resources with the same kind name."""
Groups = Mapping[tuple[str, str], tuple[Kind, ...]]
GROUPS: Groups = {
    key: tuple(kind for kind in KINDS.values() if (kind.group, kind.version) == key)
    for key in dict.fromkeys((kind.group, kind.version) for kind in KINDS.values())
}
"""(group, version) -> its kinds, in the order of the table."""


def groups_without(absent: Container[str]) -> Groups:
    """What a cluster serves on which some API groups are not installed."""
    return {key: kinds for key, kinds in GROUPS.items() if key[0] not in absent}


_BY_PLURAL = {(kind.group, kind.version, kind.plural): kind for kind in KINDS.values()}


def kind_of_resource(group: str, version: str, plural: str) -> Kind | None:
    """The kind behind a URL, None when the lab does not serve it."""
    return _BY_PLURAL.get((group, version, plural))
