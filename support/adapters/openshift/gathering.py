"""Everything that belongs to one machine of the cluster, read at once and without changing any of it."""

import json

from support.adapters.openshift.api import Api, Object
from support.adapters.openshift.readings_machines import Found, agent_connected, claims_of
from support.domain.names import ObjectRef

SUBRESOURCES = "/apis/subresources.kubevirt.io/v1"


def gather(api: Api, machine: Object) -> Found:
    """A machine with its instance and claims; with an agent also the guest's host name. Raises ClusterError."""
    name, namespace = str(machine["metadata"]["name"]), str(machine["metadata"]["namespace"])
    instance = api.get(ObjectRef("VirtualMachineInstance", name, namespace)) or {}
    # One by one: the list of a namespace grows with the machines of others.
    names = dict.fromkeys(claims_of(machine).values())
    claims = [api.get(ObjectRef("PersistentVolumeClaim", each, namespace)) for each in names]
    return Found(
        machine=machine,
        instance=instance,
        claims={claim["metadata"]["name"]: claim for claim in claims if claim is not None},
        hostname=_hostname(api, namespace, name) if agent_connected(instance) else None,
    )


def _hostname(api: Api, namespace: str, name: str) -> str | None:
    """The agent's word; KubeVirt refuses with 500 and plain text whatever the reason is (openshift.md 3.3)."""
    answer = api.raw("GET", f"{SUBRESOURCES}/namespaces/{namespace}/virtualmachineinstances/{name}/guestosinfo")
    if answer.code != 200:
        return None
    try:
        told = json.loads(answer.body)
    except ValueError:
        return None
    return (told.get("hostname") if isinstance(told, dict) else None) or None
