"""What MTV knows of a server when it builds its copy: the inventory's workload."""

from typing import Any

from lab.inventory.openstack.workloads import workload
from lab.kernel.service import Lab


class Workload:
    """Reads as MTV's builder does (kubev2v/forklift, pkg/controller/plan/adapter/openstack/builder.go)."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self._shown = shown

    @classmethod
    def of(cls, lab: Lab, server: str) -> "Workload | None":
        """None for a server that the inventory does not have."""
        shown = workload(lab, "providers/openstack", server)
        return cls(shown) if shown is not None else None

    @property
    def image(self) -> str:
        """Id of the image that it booted from; empty for a server on volumes."""
        return str(self._shown.get("imageID", ""))

    @property
    def image_size(self) -> int:
        """Bytes of that image."""
        return int(self._shown["image"].get("sizeBytes", 0))

    @property
    def volumes(self) -> list[dict[str, Any]]:
        """In the order of the server's own list."""
        return list(self._shown["volumes"])

    @property
    def networks(self) -> list[str]:
        """Names, each once however many NICs there are."""
        return list(self._shown["addresses"])

    def mac(self, network: str) -> str:
        """Of the first NIC on it."""
        return str(self._shown["addresses"][network][0]["OS-EXT-IPS-MAC:mac_addr"])

    @property
    def flavor(self) -> dict[str, Any]:
        return dict(self._shown["flavor"])

    def spec(self, key: str) -> str:
        """An extra spec of the flavor, empty when absent."""
        return str(self.flavor.get("extraSpecs", {}).get(key, ""))

    def property(self, key: str) -> str:
        """A property of its image, or of the one that its boot volume was made of; empty when nobody knows."""
        return str((self._shown["image"]["properties"] or {}).get(key, ""))

    def booted(self, key: str) -> str:
        """A property as above, or one that the boot volume itself remembers."""
        boots = (each for each in self.volumes if each["bootable"] == "true")
        kept = (str(each.get("volumeImageMetadata", {}).get(key, "")) for each in boots)
        return self.property(key) or next((found for found in kept if found), "")

    def boots_from(self, volume: str) -> bool:
        """Whether this is the id of a volume that can be booted from."""
        return any(each["id"] == volume and each["bootable"] == "true" for each in self.volumes)
