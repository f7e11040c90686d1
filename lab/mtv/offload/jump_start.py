"""Claims of a warm migration that an array fills first: a DataVolume takes each over and copies what changed."""

from collections.abc import Iterator

from lab.cluster.store import Object
from lab.mtv import vm_objects
from lab.mtv.vm_run import DISK_SOURCE, VmRun
from lab.virtualization.anatomy import annotation, name_of, namespace_of, owner_named

ADOPTION = "cdi.kubevirt.io/allowClaimAdoption"
_STORAGE = "cdi.kubevirt.io/storage"
_MARK = "xcopy-initial-offload"
"""Any value would do."""


def notes(run: VmRun, file: str) -> dict[str, str]:
    """What CDI must find on a claim to take the first snapshot for copied; nothing on a cold migration's."""
    precopies = (run.status.get("warm") or {}).get("precopies") or []
    if not precopies:
        return {}
    provider, snapshot = run.view.pair.source or {"spec": {}}, str(precopies[-1]["snapshot"])
    return {
        f"{_STORAGE}.import.endpoint": str(provider["spec"].get("url", "")),
        f"{_STORAGE}.import.backingFile": file,
        f"{_STORAGE}.import.uuid": run.vm.machine.uuid,
        f"{_STORAGE}.import.vddk.thumbprint": str((provider.get("status") or {}).get("fingerprint", "")),
        f"{_STORAGE}.pod.vddk.initimageurl": str((provider["spec"].get("settings") or {}).get("vddkInitImage", "")),
        f"{_STORAGE}.pod.phase": "Succeeded",
        f"{_STORAGE}.import.source": "vddk",
        f"{_STORAGE}.checkpoint.final": "false",
        f"{_STORAGE}.checkpoint.current": snapshot,
        f"{_STORAGE}.checkpoint.previous": "",
        f"{_STORAGE}.checkpoint.copied.{snapshot}": _MARK,
        f"{_STORAGE}.import.importPod": _MARK,
    }


def data_volumes(run: VmRun, credentials: str) -> Iterator[Object]:
    """One per claim, with its name, that asks for it."""
    claims = run.claims()
    for volume in vm_objects.data_volumes(run, credentials):
        metadata = volume["metadata"]
        claim = claims.get(annotation(volume, DISK_SOURCE))
        if claim is None:
            continue
        metadata.pop("generateName", None)
        metadata["annotations"].pop("cdi.kubevirt.io/storage.usePopulator", None)
        metadata["annotations"] |= {ADOPTION: "true", "cdi.kubevirt.io/storage.prePopulated": "true"}
        yield volume | {"metadata": metadata | {"name": name_of(claim)}}


def adopted(run: VmRun) -> bool:
    """Whether every claim has its DataVolume, which from then on may pause between snapshots."""
    claims = list(run.claims().values())
    if any(owner_named(claim, "DataVolume") != name_of(claim) for claim in claims):
        return False
    for claim in claims:
        change = {"metadata": {"annotations": {ADOPTION: "false"}}}
        run.client.patch("DataVolume", namespace_of(claim), name_of(claim), change)
    return True
