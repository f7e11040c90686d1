"""The product does not do what the Plan says: names, labels, affinity, placement, power, namespace."""

from collections.abc import Sequence
from copy import deepcopy

from lab.cluster.store import Object
from lab.defects.model import Defect, Fault

_OWN_LABELS = ("app",)
_OWN_SELECTORS = ("kubevirt.io/", "kubernetes.io/")


def _template(machine: Object) -> Object:
    found: Object = machine["spec"]["template"]
    return found


# -- names of disks; a DataVolume has `name` beside `generateName` when its name is exact


def _name_wrong(volumes: list[Object]) -> None:
    metadata = volumes[0]["metadata"]
    key = "name" if "name" in metadata else "generateName"
    metadata[key] = f"{metadata[key].removesuffix('-')}-copy{'-' if key == 'generateName' else ''}"


def _names_swapped(volumes: list[Object]) -> None:
    first, last = volumes[0]["metadata"], volumes[-1]["metadata"]
    for key in ("name", "generateName"):
        if key in first:
            first[key], last[key] = last[key], first[key]


def _suffix_missing(volumes: list[Object]) -> None:
    for volume in volumes:
        volume["metadata"].setdefault("name", volume["metadata"]["generateName"].removesuffix("-"))


def _suffix_extra(volumes: list[Object]) -> None:
    for volume in volumes:
        if "name" in volume["metadata"]:
            volume["metadata"]["generateName"] = f"{volume['metadata'].pop('name')}-"


def _template_unrendered(volumes: list[Object]) -> None:
    """As without a template."""
    for volume in volumes:
        labels = volume["metadata"]["labels"]
        volume["metadata"] |= {"generateName": f"{labels['plan-name']}-{labels['vmID']}-"}
        volume["metadata"].pop("name", None)


# -- what stands on the template


def _asked(machine: Object) -> list[str]:
    """Keys of the Plan's labels, in order."""
    return [key for key in _template(machine)["metadata"]["labels"] if key not in _OWN_LABELS]


def _label_dropped(machine: Object, _claims: Sequence[str]) -> None:
    for key in _asked(machine)[-1:]:
        del _template(machine)["metadata"]["labels"][key]


def _label_changed(machine: Object, _claims: Sequence[str]) -> None:
    for key in _asked(machine)[:1]:
        _template(machine)["metadata"]["labels"][key] = "changed"


def _labels_on_machine(machine: Object, _claims: Sequence[str]) -> None:
    labels = _template(machine)["metadata"]["labels"]
    machine["metadata"]["labels"] |= {key: labels.pop(key) for key in _asked(machine)}


def _affinity_dropped(machine: Object, _claims: Sequence[str]) -> None:
    _template(machine)["spec"].pop("affinity", None)


def _affinity_weakened(machine: Object, _claims: Sequence[str]) -> None:
    """Every weight is 1."""
    for terms in _preferences(machine):
        for item in terms:
            item["weight"] = 1


def _affinity_inverted(machine: Object, _claims: Sequence[str]) -> None:
    affinity = _template(machine)["spec"].get("affinity") or {}
    if "podAffinity" in affinity:
        affinity["podAntiAffinity"] = affinity.pop("podAffinity")


def _preferences(machine: Object) -> list[list[Object]]:
    spec = _template(machine)["spec"]
    affinity = spec["affinity"] = deepcopy(spec.get("affinity") or {})
    return [kind.get("preferredDuringSchedulingIgnoredDuringExecution") or [] for kind in affinity.values()]


def _selector_dropped(machine: Object, _claims: Sequence[str]) -> None:
    _template(machine)["spec"].pop("nodeSelector", None)


def _elsewhere(pod: Object) -> None:
    """On any node but the one that was asked for."""
    selector = pod["spec"]["nodeSelector"]
    asked = {key: value for key, value in selector.items() if not key.startswith(_OWN_SELECTORS)}
    pod["spec"]["nodeSelector"] = {key: value for key, value in selector.items() if key not in asked}
    away = [{"key": key, "operator": "NotIn", "values": [value]} for key, value in asked.items()]
    required = {"nodeSelectorTerms": [{"matchExpressions": away}]}
    pod["spec"]["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}


def _unqualified(machine: Object, _claims: Sequence[str]) -> None:
    """An attachment of the machine's own namespace needs no namespace."""
    home = f"{machine['metadata']['namespace']}/"
    for network in _template(machine)["spec"]["networks"]:
        if "multus" in network:
            network["multus"]["networkName"] = network["multus"]["networkName"].removeprefix(home)


ENTRIES = (
    Defect(name="disk-name-wrong", tells="a claim is not named as the template says", disks=_name_wrong),
    Defect(name="disk-names-swapped", tells="claims have each other's names", disks=_names_swapped),
    Defect(name="disk-names-default", tells="the template for names is ignored", disks=_template_unrendered),
    Defect(name="disk-suffix-missing", tells="names of claims lack the generated suffix", disks=_suffix_missing),
    Defect(name="disk-suffix-extra", tells="exact names of claims get a generated suffix", disks=_suffix_extra),
    Defect(name="label-dropped", tells="a label of the plan is missing", machine=_label_dropped),
    Defect(name="label-value-changed", tells="a label of the plan has another value", machine=_label_changed),
    Defect(
        name="labels-beside-template", tells="labels are on the machine, not its template", machine=_labels_on_machine
    ),
    Defect(name="affinity-dropped", tells="the plan's affinity is missing", machine=_affinity_dropped),
    Defect(name="affinity-weakened", tells="the weights of the plan's affinity are 1", machine=_affinity_weakened),
    Defect(name="affinity-inverted", tells="affinity became anti-affinity", machine=_affinity_inverted),
    Defect(name="node-selector-dropped", tells="the plan's node selector is missing", machine=_selector_dropped),
    Defect(
        name="node-selector-ignored", tells="the machine runs on another node than it asks for", launcher=_elsewhere
    ),
    Defect(
        name="power-state-ignored",
        tells="the machine is as its source was, not as the plan says",
        faults=frozenset({Fault.POWER_STATE_IGNORED}),
    ),
    Defect(
        name="target-namespace-ignored",
        tells="the machine arrives in the plan's namespace",
        faults=frozenset({Fault.NAMESPACE_IGNORED}),
    ),
    Defect(
        name="attachment-unqualified",
        tells="attachments of the machine's own namespace are named without it",
        benign=True,
        machine=_unqualified,
    ),
)
