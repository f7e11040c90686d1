"""Secrets and ConfigMaps that a machine's volumes and credentials name: they are copied to where it arrives."""

from collections.abc import Iterator

from lab.cluster.store import Object
from lab.mtv.openshift.source import source_client
from lab.mtv.vm_run import VmRun

_SOURCE = "forklift.konveyor.io/source"


def bring(run: VmRun, spec: Object) -> None:
    """Copy what is not there yet; it may be used by several machines, so it carries no machine's id."""
    client, home = source_client(run), run.vm.machine.home
    for kind, name in dict.fromkeys(_named(spec)):
        found = client.get(kind, home, name)
        if found is not None and run.client.get(kind, run.namespace, name) is None:
            run.client.create(_copy(run, found))


def _copy(run: VmRun, found: Object) -> Object:
    metadata = found["metadata"]
    labels = {key: value for key, value in run.labels().items() if key != "vmID"}
    kept: Object = {key: found[key] for key in ("data", "binaryData", "immutable", "type") if key in found}
    origin = {_SOURCE: f"{metadata['namespace']}/{metadata['name']}"}
    return {
        "apiVersion": "v1",
        "kind": found["kind"],
        "metadata": {
            "name": metadata["name"],
            "namespace": run.namespace,
            "labels": (metadata.get("labels") or {}) | labels,
            "annotations": (metadata.get("annotations") or {}) | origin,
        },
        **kept,
    }


def _named(spec: Object) -> Iterator[tuple[str, str]]:
    """(kind, name), as pkg/controller/plan/adapter/ocp/builder.go finds them."""
    for credential in spec.get("accessCredentials") or []:
        for part in credential.values():
            if "secret" in (part.get("source") or {}):
                yield "Secret", part["source"]["secret"]["secretName"]
    for volume in spec.get("volumes") or []:
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]
        for kind in ("cloudInitNoCloud", "cloudInitConfigDrive"):
            references = (volume.get(kind) or {}).items()
            yield from (("Secret", value["name"]) for key, value in references if key.lower().endswith("secretref"))
        sysprep = volume.get("sysprep") or {}
        yield from (("ConfigMap", it["name"]) for key, it in sysprep.items() if key == "configMap")
        yield from (("Secret", it["name"]) for key, it in sysprep.items() if key == "secret")
