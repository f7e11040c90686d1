"""What a user of copy-offload writes beside what every user of MTV does."""

from base64 import b64decode, b64encode
from typing import Any

from lab.mtv.toolkit import CONTROLLER
from lab.mtv.toolkit import NAMESPACE as OPERATOR
from lab.world.arrays import StorageArray
from lab.world.consoles import KEYS_FILE
from tests.lab_mtv.scene import NAMESPACE, TARGET, Desk, ended, forklift, has, pair

Object = dict[str, Any]
TWO_DISKS = "mtv-rhel8-warm-2disks2nics"
POPULATOR = "VSphereXcopyVolumePopulator"
KEY_OPTIONS = 'command="sh -c \'[ -z \\"$SSH_ORIGINAL_COMMAND\\" ] || echo SSH_OK\'",no-port-forwarding'
_NETWORKS = (
    {"source": {"name": "VM Network"}, "destination": {"type": "pod"}},
    {"source": {"name": "dvs-vlan-100"}, "destination": {"type": "ignored"}},
)


class OffloadDesk(Desk):
    """With the storage array's Secret, and a map whose entries all have its plugin."""

    @property
    def array(self) -> StorageArray:
        return next(iter(self.product.world.arrays.values()))

    def storage_secret(self, name: str = "array", **keys: str) -> Object:
        """The array's keys, where none is given another value; an empty one is left out."""
        array = self.array
        login = {
            "STORAGE_HOSTNAME": array.hostname,
            "STORAGE_USERNAME": array.account.user,
            "STORAGE_PASSWORD": array.account.password,
            "STORAGE_SKIP_SSL_VERIFICATION": "true" if array.self_signed else "",
        }
        data = {key: value for key, value in (login | array.keys | keys).items() if value}
        encoded = {key: b64encode(value.encode()).decode() for key, value in data.items()}
        metadata = {"name": name, "namespace": NAMESPACE}
        return self.product.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded})

    def offload_maps(self, *without: str, storage_class: str = "lab-block", **destination: str) -> None:
        """Every datastore with the plugin but those of these names."""
        plugin = {"secretRef": "array", "storageVendorProduct": self.array.vendor}
        self.product.create(forklift("NetworkMap", "nets", {"provider": pair(), "map": list(_NETWORKS)}))
        entries: list[Object] = []
        for store in self.product.world.datastores.values():
            to = {"storageClass": storage_class, **destination}
            entry: Object = {"source": {"id": store.id}, "destination": to}
            if store.name not in without:
                entry["offloadPlugin"] = {"vsphereXcopyConfig": dict(plugin)}
            entries.append(entry)
        self.product.create(forklift("StorageMap", "stores", {"provider": pair(), "map": entries}))

    def configure(self, **spec: object) -> None:
        """Settings of the ForkliftController."""
        store = self.product.lab.store
        self.product.on_loop(lambda: store.patch("ForkliftController", OPERATOR, CONTROLLER, {"spec": spec}))

    def install_key(self, host: str) -> None:
        """The Provider's key, bound as MTV wants it, on the ESXi host of this id."""
        secret = self.product.get("Secret", "offload-ssh-keys-vc-public")
        assert secret is not None
        line = f"{KEY_OPTIONS} {b64decode(secret['data']['public-key']).decode()}".encode()
        tree = self.product.world.consoles[host].tree
        self.product.on_loop(lambda: tree.write(KEYS_FILE, line, append=True))

    def last_words(self, pod: Object) -> str:
        """The last line of a populator pod's log."""
        return self.product.lab.logs.lines(pod["metadata"]["uid"], "populate")[-1][1]

    def offloaded(self, *machines: str, settings: dict[str, str] | None = None, **spec: Any) -> list[Object]:
        """All versions of a Plan from the Migration's creation to its end."""
        self.providers(**(settings or {}))
        self.storage_secret()
        self.offload_maps()
        return self.run_plan(*machines, **spec)

    def run_plan(self, *machines: str, **spec: Any) -> list[Object]:
        self.plan(*machines, **spec)
        self.product.until("Plan", "plan", lambda it: has(it, "Ready"))
        self.migration()
        return self.product.until("Plan", "plan", ended)

    def claims(self) -> dict[str, Object]:
        """Claims of disks, by the disk's file."""
        found = self.product.all("PersistentVolumeClaim", TARGET)
        source = "forklift.konveyor.io/disk-source"
        known = [(claim["metadata"].get("annotations", {}).get(source), claim) for claim in found]
        return {file: claim for file, claim in known if file}
