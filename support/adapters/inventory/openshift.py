"""The inventory of an OpenShift Provider: which networks and storage classes machines use, as MTV looks for them."""

from collections.abc import Mapping, Sequence

from support.adapters.inventory.provider import PAUSE, Found, ProviderInventory
from support.adapters.inventory.service import InventoryService, NotYet
from support.domain.errors import ClusterError
from support.domain.source import POD_NETWORK, Place


class OpenshiftInventory(ProviderInventory):
    """The port Inventory for OpenShift. It shows the cluster as it is now, objects and all (forklift.md 5.8).

    Args:
        namespace: where the machines are; names repeat in others.
    """

    TYPE, STORES, PARTS, ID = "openshift", "storageclasses", "claims and networks", "uid"

    def __init__(self, service: InventoryService, namespace: str, pause: float = PAUSE) -> None:
        super().__init__(service, pause)
        self._namespace = namespace

    def networks_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """The pod network, which is no object, or definitions by namespace and name."""
        used = [place for machine in self._machines(machine_ids) for place in _networks(machine)]
        known = {_full_name(each) for each in self._list("networkattachmentdefinitions")}
        _must_list({each.name for each in used if each != POD_NETWORK} - known)
        return tuple(dict.fromkeys(used))

    def stores_of(self, machine_ids: Sequence[str]) -> tuple[Place, ...]:
        """Classes by name: single ones are not served (forklift.md 5.8)."""
        claims = self._claims()
        names = [_class_of(claims, each) for machine in self._machines(machine_ids) for each in _claims_of(machine)]
        _must_list(set(names) - {str(each["name"]) for each in self._list("storageclasses")})
        return tuple(Place(id="", name=name) for name in dict.fromkeys(names))

    def _must_be_whole(self, listed: Found) -> None:
        """Its claims are made by another controller after the machine itself."""
        machine = self._one("vms", str(listed["uid"]))
        claims, wanted = self._claims(), _claims_of(machine)
        missing = [each for each in wanted if each not in claims or not _class_of(claims, each)]
        if missing or not wanted or not _networks(machine):
            known = f"{len(wanted)} claims, {len(_networks(machine))} networks"
            raise NotYet(f"{known}, claims {', '.join(missing)} not there" if missing else known)

    def _disk_count(self, machine: Found) -> int:
        return len(_claims_of(machine))

    def _addresses_of(self, machine: Found) -> set[str]:
        """Of a running machine, as its instance tells; only newer releases show that (forklift.md 5.8)."""
        status = (machine.get("instance") or {}).get("status") or {}
        seen = [each.get("ipAddresses") or () for each in status.get("interfaces") or ()]
        return {str(address) for addresses in seen for address in addresses}

    @property
    def _places(self) -> Mapping[str, str]:
        return {"namespace": self._namespace}

    def _claims(self) -> dict[str, Found]:
        listed = self._list("persistentvolumeclaims", namespace=self._namespace, detail="1")
        return {str(each["name"]): each["object"] for each in listed}


def _template(machine: Found) -> Found:
    found: Found = machine["object"]["spec"]["template"]["spec"]
    return found


def _networks(machine: Found) -> list[Place]:
    """In the order of the template, which is that of the NICs of a machine the run made."""
    namespace = str(machine["namespace"])
    return [_place(each, namespace) for each in _template(machine).get("networks") or ()]


def _place(network: Found, namespace: str) -> Place:
    if "multus" not in network:
        return POD_NETWORK
    name = str(network["multus"]["networkName"])
    return Place(id="", name=name if "/" in name else f"{namespace}/{name}")


def _claims_of(machine: Found) -> list[str]:
    """Other volumes, such as cloud-init's, are not copied."""
    volumes = _template(machine).get("volumes") or ()
    named = (
        (each.get("dataVolume") or {}).get("name") or (each.get("persistentVolumeClaim") or {}).get("claimName")
        for each in volumes
    )
    return [str(each) for each in named if each]


def _class_of(claims: Mapping[str, Found], name: str) -> str:
    if name not in claims:
        raise ClusterError(f"MTV's inventory refers to claim {name} but does not list it")
    return str(claims[name]["spec"].get("storageClassName") or "")


def _full_name(listed: Found) -> str:
    return f"{listed['namespace']}/{listed['name']}"


def _must_list(missing: set[str]) -> None:
    if missing:
        raise ClusterError(f"MTV's inventory refers to {', '.join(sorted(missing))} but does not list it")
