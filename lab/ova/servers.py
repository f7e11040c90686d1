"""The controller of provider servers: what one consists of is made, and taken down before it may go."""

from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.ova import objects
from lab.ova.objects import FINALIZER, KIND
from lab.virtualization.anatomy import deleting, name_of, namespace_of, uid_of

_PARTS = ("Service", "Deployment", "PersistentVolumeClaim", "PersistentVolume")
"""In the order in which they are taken down."""


class ProviderServers:
    """Kubev2v/forklift v2.12.5, pkg/controller/ova/controller.go."""

    watches: tuple[str, ...] = (KIND,)

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        return (Ref(KIND, namespace_of(obj), name_of(obj)),)

    async def reconcile(self, ref: Ref) -> float | None:
        server = self._lab.store.get(KIND, ref.namespace, ref.name)
        if server is None:
            return None
        if deleting(server):
            self._take_down(server)
            self._hold(server, held=False)
            return None
        self._hold(server, held=True)
        reference = server["spec"]["provider"]
        provider = self._lab.store.get("Provider", str(reference["namespace"]), str(reference["name"]))
        if provider is not None:
            self._deploy(server, str(provider["spec"]["url"]))
        return None

    def _hold(self, server: Object, *, held: bool) -> None:
        finalizers = [item for item in server["metadata"].get("finalizers") or [] if item != FINALIZER]
        change = {"metadata": {"finalizers": [*finalizers, FINALIZER] if held else finalizers}}
        self._lab.store.patch(KIND, namespace_of(server), name_of(server), change)

    def _deploy(self, server: Object, url: str) -> None:
        volume = self._ensure(server, objects.nfs_volume(objects.metadata_of(server, owned=False), url))
        claim = self._ensure(server, objects.nfs_claim(objects.metadata_of(server), name_of(volume)))
        self._ensure(server, objects.deployment(server, name_of(claim)))
        service = self._ensure(server, objects.service(server))
        reference = {"kind": "Service", "namespace": namespace_of(service), "name": name_of(service)}
        status = {"phase": "Ready", "service": reference}
        if server.get("status") != status:
            self._lab.store.set_status(KIND, namespace_of(server), name_of(server), status)

    def _ensure(self, server: Object, wanted: Object) -> Object:
        found = self._parts(server, wanted["kind"])
        return found[0] if found else self._lab.store.create(wanted)

    def _parts(self, server: Object, kind: str) -> list[Object]:
        namespace = None if kind == "PersistentVolume" else namespace_of(server)
        return self._lab.store.list(kind, namespace, objects.server_labels(server))

    def _take_down(self, server: Object) -> None:
        """By its own labels: upstream asks for the Provider once more, which a cache still has by then."""
        for kind in _PARTS:
            for part in self._parts(server, kind):
                self._lab.store.delete(kind, namespace_of(part), name_of(part), uid=uid_of(part))
