"""What a cluster with OpenShift Virtualization has before anybody migrates anything."""

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import name_of, namespace_of, uid_of
from lab.virtualization.profiles import DEFAULT, DEFAULT_VIRT
from lab.virtualization.quantities import show
from lab.world.model import GIB, Guest, Node, StorageClass, Volume

CNV, IMAGES = "openshift-cnv", "openshift-virtualization-os-images"
GOLDEN_CLAIM = "rhel9-golden"
CNV_VERSION = "4.20.1"
_RBAC = "rbac.authorization.k8s.io"
_KUBEVIRT_VERSION = "v1.6.2"


def furnish(lab: Lab) -> None:
    """Create everything that is not there yet."""
    for namespace in (CNV, IMAGES):
        _ensure(lab, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    for node in lab.world.nodes:
        made = _ensure(lab, _node(node))
        lab.store.set_status("Node", "", name_of(made), _node_status(node))
    for klass in lab.world.storage_classes:
        _ensure(lab, _storage_class(klass))
    for operator, status in _operators():
        made = _ensure(lab, operator)
        lab.store.set_status(made["kind"], CNV, name_of(made), status)
    for definition in (*_definitions(), *_seen_by_all()):
        _ensure(lab, definition)
    _golden_image(lab)


def _ensure(lab: Lab, obj: Object) -> Object:
    found = lab.store.get(obj["kind"], namespace_of(obj), name_of(obj))
    return found if found is not None else lab.store.create(obj)


def _node(node: Node) -> Object:
    labels = {
        "node-role.kubernetes.io/worker": "",
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "kubevirt.io/schedulable": "true",
    }
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": node.name, "labels": labels}, "spec": {}}


def _node_status(node: Node) -> Object:
    number = int(node.name.rpartition("-")[2])
    size = {"cpu": str(node.cpu), "memory": show(node.memory), "pods": "250"}
    return {
        "addresses": [
            {"type": "InternalIP", "address": f"192.0.2.{10 + number}"},
            {"type": "Hostname", "address": node.name},
        ],
        "capacity": size,
        "allocatable": size | {"cpu": f"{node.cpu * 1000 - 500}m", "memory": show(node.memory - GIB)},
        "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
    }


def _storage_class(klass: StorageClass) -> Object:
    annotations = {DEFAULT: "true", DEFAULT_VIRT: "true"} if klass.default_virt else {}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": klass.name, "annotations": annotations},
        "provisioner": klass.provisioner,
        "reclaimPolicy": klass.reclaim,
        "volumeBindingMode": klass.binding,
        "allowVolumeExpansion": True,
    }


def _operators() -> list[tuple[Object, Object]]:
    deployed = {"phase": "Deployed", "conditions": [{"type": "Available", "status": "True"}]}
    kubevirt = {"metadata": {"name": "kubevirt-kubevirt-hyperconverged", "namespace": CNV}, "spec": {}}
    cdi = {"metadata": {"name": "cdi-kubevirt-hyperconverged", "namespace": CNV}, "spec": {}}
    return [
        (
            {"apiVersion": "kubevirt.io/v1", "kind": "KubeVirt"} | kubevirt,
            deployed | {"observedKubeVirtVersion": _KUBEVIRT_VERSION, "targetKubeVirtVersion": _KUBEVIRT_VERSION},
        ),
        ({"apiVersion": "cdi.kubevirt.io/v1beta1", "kind": "CDI"} | cdi, deployed | {"observedVersion": "v1.63.1"}),
        *_subscribed(),
    ]


def _subscribed() -> list[tuple[Object, Object]]:
    """What the operator life cycle manager knows of OpenShift Virtualization."""
    version, installed = (
        {"apiVersion": "operators.coreos.com/v1alpha1"},
        f"kubevirt-hyperconverged-operator.v{CNV_VERSION}",
    )
    catalog = {"source": "redhat-operators", "sourceNamespace": "openshift-marketplace"}
    subscription = {
        "kind": "Subscription",
        "metadata": {"name": "hco-operatorhub", "namespace": CNV},
        "spec": {"name": "kubevirt-hyperconverged", "channel": "stable", **catalog},
    }
    service = {
        "kind": "ClusterServiceVersion",
        "metadata": {"name": installed, "namespace": CNV},
        "spec": {"displayName": "OpenShift Virtualization", "version": CNV_VERSION},
    }
    return [
        (version | subscription, {"installedCSV": installed, "currentCSV": installed, "state": "AtLatestKnown"}),
        (version | service, {"phase": "Succeeded", "reason": "InstallSucceeded"}),
    ]


def _definitions() -> list[Object]:
    instancetype = {
        "kind": "VirtualMachineClusterInstancetype",
        "metadata": {"name": "u1.small"},
        "spec": {"cpu": {"guest": 1}, "memory": {"guest": "2Gi"}},
    }
    preference = {
        "kind": "VirtualMachineClusterPreference",
        "metadata": {"name": "rhel.9"},
        "spec": {
            "devices": {"preferredDiskBus": "virtio", "preferredInterfaceModel": "virtio", "preferredRng": {}},
            "features": {"preferredSmm": {}},
            "firmware": {"preferredEfi": {"secureBoot": True}},
            "requirements": {"cpu": {"guest": 1}, "memory": {"guest": "1536Mi"}},
        },
    }
    version = {"apiVersion": "instancetype.kubevirt.io/v1beta1"}
    return [version | instancetype, version | preference]


def _seen_by_all() -> list[Object]:
    """What whoever is logged in may read (kubevirt/kubevirt, generate/rbac/cluster.go)."""
    kinds = ["virtualmachineclusterinstancetypes", "virtualmachineclusterpreferences"]
    version, name = {"apiVersion": f"{_RBAC}/v1"}, {"metadata": {"name": "instancetype.kubevirt.io:view"}}
    rule = {"apiGroups": ["instancetype.kubevirt.io"], "resources": kinds, "verbs": ["get", "list", "watch"]}
    role = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": name["metadata"]["name"]}
    everybody = {"apiGroup": _RBAC, "kind": "Group", "name": "system:authenticated"}
    return [
        {**version, "kind": "ClusterRole", **name, "rules": [rule]},
        {**version, "kind": "ClusterRoleBinding", **name, "roleRef": role, "subjects": [everybody]},
    ]


def _golden_image(lab: Lab) -> None:
    """DataSource rhel9 and the claim behind it."""
    claim = _ensure(
        lab,
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": GOLDEN_CLAIM, "namespace": IMAGES},
            "spec": {
                "accessModes": ["ReadWriteMany"],
                "volumeMode": "Block",
                "storageClassName": lab.world.storage_classes[0].name,
                "resources": {"requests": {"storage": "30Gi"}},
            },
        },
    )
    lab.world.volumes.setdefault(uid_of(claim), Volume(size=30 * GIB, digest="golden rhel9", files={}, guest=_rhel9()))
    source: Object = {
        "apiVersion": "cdi.kubevirt.io/v1beta1",
        "kind": "DataSource",
        "metadata": {
            "name": "rhel9",
            "namespace": IMAGES,
            "labels": {
                "instancetype.kubevirt.io/default-instancetype": "u1.small",
                "instancetype.kubevirt.io/default-preference": "rhel.9",
            },
        },
        "spec": {"source": {"pvc": {"name": name_of(claim), "namespace": IMAGES}}},
    }
    _ensure(lab, source)
    ready = {"type": "Ready", "status": "True", "reason": "Ready", "message": "DataSource is ready to be consumed"}
    lab.store.set_status("DataSource", IMAGES, "rhel9", {"conditions": [ready], "source": source["spec"]["source"]})


def _rhel9() -> Guest:
    return Guest(
        family="linux",
        guest_id="rhel9_64Guest",
        os_name="Red Hat Enterprise Linux 9 (64-bit)",
        os_id="rhel",
        version="9.6",
        hostname="rhel9",
        machine_id="",  # of an image; whoever boots it first gets one
        users={"cloud-user": "lab-guest-password", "root": "lab-guest-password"},
    )
