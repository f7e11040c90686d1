"""The machine as it arrives: the source's template with other networks and other claims, and nothing else of it.

Labels, annotations, instancetype and preference of the source are not taken along, and what the Plan wishes on the
template is overwritten by it (facts/forklift.md 3.7; pkg/controller/plan/adapter/ocp/builder.go).
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy

from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.openshift.estate import MACHINE, POD, network_of
from lab.mtv.openshift.source import source_client, source_object
from lab.mtv.target_machine import metadata_of, run_strategy
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of
from lab.virtualization.export_forms import definition


def virtual_machine(run: VmRun, claims: Mapping[str, Object]) -> Object:
    """The whole object; `claims` by `namespace/claim` of the source. Raises LookupError when the source is gone."""
    template = deepcopy(definition(source_client(run), source_object(run))["spec"]["template"])
    if not chosen(run.lab, Fault.SOURCE_NETWORKS_KEPT):
        _map_networks(run, template["spec"])
    _map_volumes(run, template["spec"], claims)
    return {
        "apiVersion": "kubevirt.io/v1",
        "kind": MACHINE,
        "metadata": metadata_of(run),
        "spec": {"runStrategy": run_strategy(run), "template": template},
    }


def _map_networks(run: VmRun, spec: Object) -> None:
    """NICs keep their names; one without a destination is dropped, as is one that would change between pod and NAD."""
    kept = dict(_mapped(run, spec))
    interfaces = [item for item in spec["domain"]["devices"].get("interfaces") or [] if item["name"] in kept]
    spec["networks"] = [kept[item["name"]] for item in spec.get("networks") or [] if item["name"] in kept]
    spec["domain"]["devices"]["interfaces"] = interfaces


def _mapped(run: VmRun, spec: Object) -> Iterator[tuple[str, Object]]:
    for network in spec.get("networks") or []:
        known = network_of(network, run.vm.machine.home)
        for destination in run.view.network_destinations(known)[:1]:
            if destination["type"] == POD and known == POD:
                yield network["name"], {"name": network["name"], "pod": {}}
            elif destination["type"] == "multus" and known != POD:
                place = f"{destination['namespace']}/{destination['name']}"
                yield network["name"], {"name": network["name"], "multus": {"networkName": place}}


def _map_volumes(run: VmRun, spec: Object, claims: Mapping[str, Object]) -> None:
    """Volumes stay what they are, a reference to a DataVolume even though that will be gone; only names change."""
    for volume in spec.get("volumes") or []:
        for kind, key in (("persistentVolumeClaim", "claimName"), ("dataVolume", "name")):
            if kind in volume:
                arrived = claims.get(f"{run.vm.machine.home}/{volume[kind][key]}")
                if arrived is not None:
                    volume[kind][key] = name_of(arrived)
