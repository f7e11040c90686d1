"""The image's script `gather`: every resource of Forklift and KubeVirt, and the logs of their pods."""

from collections.abc import Iterator

from lab.cluster.kinds import KINDS, Kind
from lab.cluster.store import Object
from lab.mtv.gathering.dump import Dump
from lab.mtv.toolkit import NAMESPACE
from lab.virtualization.anatomy import uid_of

_COMPONENTS = ("forklift", "kubevirt")


def gather(dump: Dump) -> dict[str, bytes]:
    """What is in the folder afterwards; the names in its `crs` are those of the definitions."""
    dump.say(f"Gathering Forklift and Kubevirt related CRs for namespaces [{NAMESPACE}]")
    dump.say(f"Gathering logs for namespaces [{NAMESPACE}]", "Waiting for background gather tasks to finish")
    for kind in _kinds(dump):
        dump.say(f"Collecting {kind.resource}")
        for obj in dump.lab.store.list(kind.kind):
            dump.show(kind.resource, obj)
    dump.logs(dump.lab.store.list("Pod", NAMESPACE))
    dump.logs(_of_plans(dump))
    dump.logs(dump.lab.store.list("Pod", None, {"kubevirt.io": "virt-launcher"}), "launcher")
    return dump.archived()


def _kinds(dump: Dump) -> list[Kind]:
    """Those whose definition is named after a component."""
    custom = [kind for kind in KINDS.values() if kind.custom and kind.group not in dump.lab.absent]
    return [kind for kind in custom if any(component in kind.resource for component in _COMPONENTS)]


def _of_plans(dump: Dump) -> Iterator[Object]:
    for plan in dump.lab.store.list("Plan"):
        yield from dump.lab.store.list("Pod", str(plan["spec"].get("targetNamespace", "")), {"plan": uid_of(plan)})
