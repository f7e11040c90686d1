"""Which logs the image's script `targeted` collects once it knows its resources."""

from dataclasses import dataclass, field

from lab.cluster.store import Object
from lab.mtv.gathering.dump import Dump
from lab.mtv.toolkit import NAMESPACE
from lab.virtualization.anatomy import name_of


@dataclass(slots=True)
class Found:
    """What the script has found so far, all of it in one namespace; `jobs` are uids."""

    namespace: str
    words: list[str] = field(default_factory=list)
    machines: list[Object] = field(default_factory=list)
    disks: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)

    @property
    def query(self) -> str:
        """A regular expression for lines of MTV's own pods."""
        return "|".join(self.words)


def collect(dump: Dump, found: Found) -> None:
    """Of MTV's pods the lines about the target, of the target's pods everything."""
    store = dump.lab.store
    dump.logs(store.list("Pod", NAMESPACE), query=found.query)
    for machine in found.machines:
        _of_machine(dump, found, machine)
    importers = store.list("Pod", found.namespace, {"cdi.kubevirt.io": "importer"})
    dump.logs((pod for pod in importers if any(disk in name_of(pod) for disk in found.disks)), "CDI Importer")
    hooks = (pod for pod in store.list("Pod", NAMESPACE) if _owners(pod) & set(found.jobs))
    dump.logs(hooks, "migration hook job's")


def _of_machine(dump: Dump, found: Found, machine: Object) -> None:
    store, labels = dump.lab.store, machine["metadata"].get("labels") or {}
    migration, vm = str(labels.get("migration", "null")), str(labels.get("vmID", "null"))
    launchers = store.list("Pod", found.namespace, {"kubevirt.io": "virt-launcher"})
    converting = store.list("Pod", found.namespace, {"vmID": vm, "migration": migration})
    populating = store.list("Pod", found.namespace, {"migration": migration})
    for title, pods in (
        ("Virt-launcher", [pod for pod in launchers if name_of(machine) in name_of(pod)]),
        ("Virt-V2V", converting),
        ("Populator", [pod for pod in populating if "pvcName" in pod["metadata"]["labels"]]),
    ):
        if pods:
            dump.logs(pods[:1], title)
        else:
            where = f"{found.namespace},{name_of(machine)},{vm}"
            dump.say(f"{title} Pod for {where} doesn't exist, skipping.")


def _owners(pod: Object) -> set[str]:
    return {str(owner["uid"]) for owner in pod["metadata"].get("ownerReferences") or ()}
