"""The copy of a Provider's Secret that populators of a machine log in with."""

from lab.cluster.store import Object
from lab.mtv.references import resolve
from lab.mtv.vm_run import VmRun
from lab.virtualization.anatomy import name_of

_MARK = {"isPopulator": "true"}


def credentials(run: VmRun) -> str:
    """Its name; it is made once."""
    known = run.objects("Secret", **_MARK)
    if known:
        return name_of(known[0])
    provider = run.view.pair.source or {"spec": {}}
    secret = resolve(run.lab, "Secret", provider["spec"].get("secret")) or {}
    metadata = {"generateName": run.prefix, "namespace": run.namespace, "labels": run.labels() | _MARK}
    copy: Object = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"}
    return name_of(run.client.create(copy | {"data": dict(secret.get("data") or {})}))
