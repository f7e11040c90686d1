"""The image's script `targeted`: one namespace, plan or machine, and the log lines that are about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab.cluster.store import Object
from lab.mtv.gathering.dump import Dump
from lab.mtv.gathering.targeted_logs import Found, collect
from lab.mtv.toolkit import NAMESPACE
from lab.virtualization.anatomy import name_of, uid_of

_NO_TARGET = "ERROR: Missing targeted gathering parameters. Use NS, PLAN and/or VM env variables."
_NO_NAMESPACE = (
    "ERROR: Specified NS doesn't exist, targeted gathering cannot continue. Set NS to an existing namespace."
)
_NOTHING = "ERROR: No resources matching the criteria were found. Try adjust NS, PLAN or VM env variables."
_NO_MACHINE = "ERROR: No existing VMs were found in the cluster."


@dataclass(slots=True)
class _Target:
    """Names of what was asked for."""

    namespace: str = NAMESPACE
    plans: list[str] = field(default_factory=list)
    machines: list[str] = field(default_factory=list)


def gather(dump: Dump, told: Mapping[str, str]) -> dict[str, bytes]:
    """What is in the folder afterwards: nothing, if there is nothing to be found; `told` are NS, PLAN and VM."""
    dump.say(f"Targeted gathering for Forklift in namespaces [{NAMESPACE}]")
    target = _target(dump, told)
    if target is None:
        return {}
    found = _resources(dump, target)
    if not target.plans and not found.machines:
        dump.say(_NO_MACHINE if target.machines else _NOTHING)
        return {}
    dump.say("Condition for targeted logs filtering:", found.query)
    dump.say(f"Gathering logs for namespaces [{NAMESPACE}]")
    collect(dump, found)
    dump.without_empty()
    return dump.archived()


def _target(dump: Dump, told: Mapping[str, str]) -> _Target | None:
    namespace, plan, machine = (told.get(key, "") for key in ("NS", "PLAN", "VM"))
    if not (namespace or plan or machine):
        dump.say(_NO_TARGET)
        return None
    target = _Target(namespace=namespace or NAMESPACE)
    if namespace:
        dump.say(f"Targeted gathering for Namespace: {namespace}")
        if dump.lab.store.get("Namespace", "", namespace) is None:
            dump.say(_NO_NAMESPACE)
            return None
        if not (plan or machine):
            _add(target, *_aimed(dump, namespace))
    if plan:
        dump.say(f"Targeted gathering for Plan: {plan}")
        found = dump.lab.store.get("Plan", target.namespace, plan)
        if found is not None:
            _add(target, found)
            target.namespace = str(found["spec"]["targetNamespace"])
    if machine:
        dump.say(f"Targeted gathering for VM: {machine}")
        target.machines.append(machine)
    return target


def _aimed(dump: Dump, namespace: str) -> list[Object]:
    """Plans that lie in the namespace and lead there, too: others are not found by it."""
    plans = dump.lab.store.list("Plan", namespace)
    return [plan for plan in plans if plan["spec"].get("targetNamespace") == namespace]


def _add(target: _Target, *plans: Object) -> None:
    for plan in plans:
        machines = ((plan.get("status") or {}).get("migration") or {}).get("vms") or []
        target.plans.append(name_of(plan))
        target.machines += [str(machine.get("name", "")) for machine in machines]


def _resources(dump: Dump, target: _Target) -> Found:
    """A plan is dumped from the namespace that it leads to, as the script does it."""
    found = Found(namespace=target.namespace)
    if target.plans:
        dump.say("Gathering plans..")
    for plan in target.plans:
        found.words.append(rf"openshift-migration\/{plan}")
        dump.dump("Plan", target.namespace, plan)
    if target.machines:
        dump.say("Gathering virtualmachines..")
    for name in target.machines:
        machine = dump.lab.store.get("VirtualMachine", target.namespace, name)
        if machine is None:
            dump.say(f"VirtualMachine {name} doesn't exist in {target.namespace} namespace, skipping.")
        else:
            _machine(dump, found, machine)
    return found


def _machine(dump: Dump, found: Found, machine: Object) -> None:
    store, namespace, labels = dump.lab.store, found.namespace, machine["metadata"].get("labels") or {}
    volumes = machine["spec"]["template"]["spec"].get("volumes") or []
    for disk in (str(volume["dataVolume"]["name"]) for volume in volumes if "dataVolume" in volume):
        found.disks.append(disk)
        dump.dump("DataVolume", namespace, disk)
    named = {volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "persistentVolumeClaim" in volume}
    claims = store.list("PersistentVolumeClaim", namespace)
    behind = {claim["spec"].get("volumeName") for claim in claims if name_of(claim) in named}
    for claim in (name_of(each) for each in claims if each["spec"].get("volumeName", "") in behind | named):
        found.words.append(claim)
        found.disks.append(claim)
        dump.dump("PersistentVolumeClaim", namespace, claim)
    found.machines.append(machine)
    found.words += [name_of(machine), str(labels.get("migration", "null"))]
    dump.dump("VirtualMachine", namespace, name_of(machine))
    for job in store.list("Job", NAMESPACE, {"vmID": str(labels.get("vmID", "null"))}):
        dump.dump("Job", NAMESPACE, name_of(job))
        found.jobs.append(uid_of(job))
