"""Machines of the run by id, by name and by the run they belong to, and the images they are made from."""

import difflib
from collections.abc import Iterable

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift_source.ordering import IMAGES, NOTES, PREFERENCE
from support.domain.errors import MachineNotFound
from support.domain.names import RUN_LABEL, ObjectRef, is_of_run

_PREFERENCE_LABEL = "instancetype.kubevirt.io/default-preference"
_NEAR = 5


def by_id(api: Api, namespace: str, machine_id: str) -> Object:
    """The machine of that uid; raises MachineNotFound when it is gone."""
    found = by_id_or_none(api, namespace, machine_id)
    if found is None:
        raise MachineNotFound(f"machine {machine_id}: not found in Namespace {namespace} of the source")
    return found


def by_id_or_none(api: Api, namespace: str, machine_id: str) -> Object | None:
    """By list: the API knows no question for a uid."""
    machines = api.list("VirtualMachine", namespace)
    return next((each for each in machines if each["metadata"]["uid"] == machine_id), None)


def by_name(api: Api, namespace: str, name: str) -> Object:
    """A machine of the run, else the DataSource of a golden image; raises MachineNotFound with near names."""
    return api.get(ObjectRef("VirtualMachine", name, namespace)) or _image(
        api, name, api.list("VirtualMachine", namespace)
    )


def machines_of(api: Api, namespace: str, run_id: str) -> list[tuple[str, str]]:
    """(uid, name) of machines that carry the run id in name and notes."""
    machines = api.list("VirtualMachine", namespace, {RUN_LABEL: run_id})
    seen = [(each["metadata"], each["metadata"].get("annotations") or {}) for each in machines]
    return [
        (str(meta["uid"]), str(meta["name"]))
        for meta, notes in seen
        if is_of_run(run_id, meta["name"], notes.get(NOTES, ""))
    ]


def preference_of(api: Api, image: str) -> str:
    """What a golden image's DataSource recommends; raises MachineNotFound for one that is not there."""
    found = _image(api, image)
    return str((found["metadata"].get("labels") or {}).get(_PREFERENCE_LABEL) or PREFERENCE)


def _image(api: Api, name: str, others: Iterable[Object] = ()) -> Object:
    found = api.get(ObjectRef("DataSource", name, IMAGES))
    if found is None:
        near = _near(name, [*api.list("DataSource", IMAGES), *others])
        raise MachineNotFound(f"DataSource '{name}': not found in Namespace {IMAGES} of the source; {near}")
    return found


def _near(name: str, listed: Iterable[Object]) -> str:
    names = sorted(str(each["metadata"]["name"]) for each in listed)
    near = difflib.get_close_matches(name, names, n=_NEAR, cutoff=0.5)
    return f"near names: {', '.join(near)}" if near else f"{len(names)} are visible, none like it"
