"""Forklift's webhooks: what is refused, and what is filled in, before a client's write is stored."""

from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy

from lab.cluster.refusals import Refused
from lab.cluster.store import Object
from lab.mtv.ovirt.secrets import SecretRefused, settle_authority
from lab.mtv.provider_secrets import value
from lab.mtv.providers import TYPES
from lab.mtv.references import resolve
from lab.mtv.toolkit import Toolkit
from lab.ova.objects import FINALIZER

_RESOURCE, _PROVIDER = "createdForResourceType", "createdForProviderType"
_LUKS_SOURCES = ("vsphere", "ova")


class Webhooks:
    """Facts/forklift.md 7.2; no DELETE is looked at, and nothing semantic is refused."""

    def __init__(self, toolkit: Toolkit) -> None:
        self._lab = toolkit.lab

    def by_kind(self) -> dict[str, Callable[[str, Object | None, Object | None], Object]]:
        """Kind -> admitter: (operation, new, old) -> the object to store; raises Refused."""
        return {"Secret": self.secret, "Provider": self.provider, "Plan": self.plan, "Migration": self.migration}

    def secret(self, operation: str, new: Object | None, old: Object | None) -> Object:
        """Only Secrets that say they are for a Provider; others pass unseen."""
        obj = deepcopy(new or {})
        labels = (obj.get("metadata") or {}).get("labels") or {}
        if operation == "DELETE" or labels.get(_RESOURCE) != "providers":
            return obj
        kind = labels.get(_PROVIDER, "")
        if kind not in TYPES:
            raise _denied("secret.forklift.konveyor", "invalid secret: label createdForProviderType is not valid")
        data = obj.setdefault("data", {})
        data.setdefault("insecureSkipVerify", b64encode(b"false").decode())
        if kind == "ovirt":
            self._trust_engine(obj)
        if self._wrong_login(kind, obj):
            raise _denied("secret.forklift.konveyor", "Invalid credentials")
        if kind == "ova" and operation == "UPDATE" and value(obj, "url") != value(old, "url"):
            why = "Updating the URL field of an existing OVA provider is forbidden."
            raise _denied("secret.forklift.konveyor", why)
        return obj

    def _trust_engine(self, secret: Object) -> None:
        try:
            settle_authority(self._lab, secret)
        except SecretRefused as why:
            raise _denied("secret.forklift.konveyor", str(why)) from why

    def _wrong_login(self, kind: str, secret: Object) -> bool:
        """Only an endpoint that answers and refuses counts; one that cannot be reached passes."""
        world, endpoints = self._lab.world, self._lab.endpoints
        doors = {
            "vsphere": (world.vcenter_account, endpoints.get("vcenter")),
            "ovirt": (world.ovirt.account, endpoints.get("ovirt")),
        }
        if kind not in doors or value(secret, "url") != doors[kind][1]:
            return False
        account = doors[kind][0]
        return (value(secret, "user"), value(secret, "password")) != (account.user, account.password)

    def provider(self, operation: str, new: Object | None, _old: Object | None) -> Object:
        obj = deepcopy(new or {})
        if operation == "CREATE" and obj["spec"].get("type") == "ova":
            held = obj["metadata"].setdefault("finalizers", [])
            held += [FINALIZER] if FINALIZER not in held else []
        if operation == "DELETE" or obj["spec"].get("type") != "vsphere":
            return obj
        settings = obj["spec"]["settings"] = dict(obj["spec"].get("settings") or {})
        endpoint = settings.setdefault("sdkEndpoint", "vcenter")
        if endpoint not in ("vcenter", "esxi"):
            raise _denied("provider.forklift.konveyor", f"unknown SDK endpoint: {endpoint}")
        return obj

    def plan(self, operation: str, new: Object | None, _old: Object | None) -> Object:
        """A missing source is forgiven when the Plan is archived, a missing destination never."""
        obj = deepcopy(new or {})
        if operation == "DELETE":
            return obj
        source = self._provider(obj, "source", forgiven=bool(obj["spec"].get("archived")))
        destination = self._provider(obj, "destination")
        if source is not None:
            self._judge(obj, source, destination or {"spec": {}})
        if operation == "CREATE":
            annotations = obj["metadata"].setdefault("annotations", {})
            annotations["populatorLabels"] = "True"
        return obj

    def _provider(self, plan: Object, side: str, *, forgiven: bool = False) -> Object | None:
        found = resolve(self._lab, "Provider", (plan["spec"].get("provider") or {}).get(side))
        if found is None and not forgiven:
            raise _denied("plan.forklift.konveyor", f"{side} provider was not found")
        return found

    def _judge(self, plan: Object, source: Object, destination: Object) -> None:
        kind, spec = source["spec"]["type"], plan["spec"]
        if kind == "openstack" and spec.get("warm"):
            raise _denied("plan.forklift.konveyor", "warm migration is not supported by the provider")
        if kind not in _LUKS_SOURCES and any(vm.get("luks") for vm in spec.get("vms") or []):
            raise _denied("plan.forklift.konveyor", "migration of encrypted disks is not supported by the provider")
        if kind != "vsphere" and not spec.get("warm") and not destination["spec"].get("url"):
            map_ = resolve(self._lab, "StorageMap", (spec.get("map") or {}).get("storage"))
            if map_ is None:
                raise _denied("plan.forklift.konveyor", "storage map was not found")

    def migration(self, operation: str, new: Object | None, _old: Object | None) -> Object:
        obj = deepcopy(new or {})
        if operation == "DELETE":
            return obj
        plan = resolve(self._lab, "Plan", obj["spec"].get("plan"))
        if plan is None:
            raise _denied("migration.forklift.konveyor", "plan was not found")
        for side in ("source", "destination"):
            if resolve(self._lab, "Provider", plan["spec"]["provider"].get(side)) is None:
                raise _denied("migration.forklift.konveyor", f"{side} provider was not found")
        return obj


def _denied(webhook: str, why: str) -> Refused:
    return Refused(400, "BadRequest", f'admission webhook "{webhook}" denied the request: {why}')
