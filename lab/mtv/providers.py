"""Providers: from nothing by way of Staging to Ready, and what stops them on the way."""

from base64 import b64encode
from collections.abc import Iterable

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.kernel.addresses import endpoint
from lab.mtv.conditions import ADVISORY, CRITICAL, READY, REQUIRED, WARN, Condition, blockers, has
from lab.mtv.ova_providers import ensure_server, is_nfs_path, let_go, service_of
from lab.mtv.provider_secrets import authority, insecure, missing
from lab.mtv.references import is_set, points_at, resolve
from lab.mtv.ssh_keys import ensure_keys
from lab.mtv.ssh_readiness import ssh_conditions
from lab.mtv.statuses import report
from lab.mtv.toolkit import LONG_SECONDS, Toolkit
from lab.mtv.trials.connections import connect
from lab.mtv.trials.endings import ServerStuck, StillStarting, TestFailed
from lab.ova.objects import KIND as SERVER
from lab.virtualization.anatomy import deleting, name_of, namespace_of, uid_of

_KIND = "Provider"
TYPES = ("openshift", "vsphere", "ovirt", "openstack", "ova", "ec2", "hyperv")
_KEYS = {
    "vsphere": ("user", "password"),
    "openshift": ("token",),
    "ova": ("url",),
    "ovirt": ("user", "password"),
}
_VERIFIED = ("vsphere", "ovirt")
"""Types that tell when nothing is verified (kubev2v/forklift v2.12.5, pkg/controller/provider/validation.go)."""
_LOADING_SECONDS = 3.0


class Providers:
    """Facts/forklift.md 1.1: one status write per pass, so clients see Staging and then Ready."""

    watches: tuple[str, ...] = (_KIND, "Secret", SERVER)

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit, self._lab = toolkit, toolkit.lab
        self._loaded: dict[str, tuple[int, str]] = {}
        """Generation and version of the Secret that a Provider's inventory was loaded with, by uid."""

    def refs(self, obj: Object) -> Iterable[Ref]:
        if obj["kind"] == _KIND:
            return (Ref(_KIND, namespace_of(obj), name_of(obj)),)
        if obj["kind"] == SERVER:
            reference = obj["spec"]["provider"]
            return (Ref(_KIND, str(reference["namespace"]), str(reference["name"])),)
        users = (item for item in self._lab.store.list(_KIND) if points_at(item["spec"].get("secret"), obj))
        return [Ref(_KIND, namespace_of(item), name_of(item)) for item in users]

    async def reconcile(self, ref: Ref) -> float | None:
        provider = self._lab.store.get(_KIND, ref.namespace, ref.name)
        if provider is None:
            return None
        if deleting(provider):
            let_go(self._lab, provider)
            return None
        secret = resolve(self._lab, "Secret", provider["spec"].get("secret"))
        conditions = [*_shape(provider), *_secret_conditions(provider, secret)]
        seen = str(secret["metadata"]["resourceVersion"]) if secret is not None else ""
        shows = self._toolkit.release.shows_secret_version
        fields: Object = {"secretResourceVersion": (seen or None) if shows else None}
        if provider["spec"].get("type") == "ova":
            ensure_server(self._lab, provider)
            fields["service"] = service_of(self._lab, provider)
        phase = "ValidationFailed"
        if not blockers(conditions):
            phase = await self._test(provider, secret, conditions, fields)
        if not any(item.type == "ConnectionTestSucceeded" for item in conditions):
            report(self._lab, provider, conditions, fields | {"phase": phase})
            return self._retry(conditions)
        return await self._load(provider, conditions, fields, seen)

    async def _test(self, provider: Object, secret: Object | None, conditions: list[Condition], fields: Object) -> str:
        """Add what the connection test tells; returns the phase."""
        try:
            fields["fingerprint"] = await connect(self._lab, provider, secret) or None
            conditions.append(_condition("ConnectionTestSucceeded", REQUIRED, "Connection test, succeeded.", "Tested"))
        except StillStarting as reason:
            conditions.append(_condition("WaitingForService", ADVISORY, str(reason), "Started"))
        except TestFailed as error:
            conditions.append(_failure(error))
            return "ValidationFailed" if isinstance(error, ServerStuck) else "ConnectionFailed"
        conditions.append(_condition("Validated", ADVISORY, "Validation has been completed.", "Completed"))
        return "Staging"

    def _retry(self, conditions: Iterable[Condition]) -> float | None:
        """Refused credentials are not tried again until Provider or Secret changes, so no account gets locked."""
        again = any(item.type in ("ConnectionTestFailed", "WaitingForService") for item in conditions)
        return self._toolkit.poll() if again else None

    async def _load(self, provider: Object, conditions: list[Condition], fields: Object, secret: str) -> float | None:
        """An edited Provider, or one with an edited Secret, loses Ready while its inventory is rebuilt."""
        fresh = (provider["metadata"].get("generation", 1), secret)
        if self._loaded.get(uid_of(provider)) != fresh or not has(provider, "InventoryCreated"):
            loading = _condition("LoadInventory", ADVISORY, "Loading the inventory.", "Started")
            report(self._lab, provider, [*conditions, loading], fields | {"phase": "Staging"})
            await self._lab.clock.work(_LOADING_SECONDS, owner=uid_of(provider), what="inventory load")
            if provider["spec"]["type"] == "vsphere":
                await ensure_keys(self._lab, provider)
                self._tamper(provider)
            if self._changed(provider):
                return 0.0
            self._loaded[uid_of(provider)] = fresh
        conditions += [
            _condition("InventoryCreated", REQUIRED, "The inventory has been loaded.", "Completed"),
            _condition(READY, REQUIRED, "The provider is ready."),
            *ssh_conditions(self._lab, provider),
        ]
        report(self._lab, provider, conditions, fields | {"phase": "Ready"})
        return self._lab.clock.scaled(LONG_SECONDS)

    def _tamper(self, provider: Object) -> None:
        if chosen(self._lab, Fault.TLS_UNVERIFIED):
            secret = provider["spec"]["secret"]
            change = {"data": {"insecureSkipVerify": b64encode(b"true").decode()}}
            self._lab.store.patch("Secret", secret["namespace"], secret["name"], change)

    def _changed(self, provider: Object) -> bool:
        current = self._lab.store.get(_KIND, namespace_of(provider), name_of(provider))
        if current is None or uid_of(current) != uid_of(provider):
            return True
        return bool(current["metadata"].get("generation") != provider["metadata"].get("generation"))


def _condition(type_: str, category: str, message: str, reason: str = "") -> Condition:
    return Condition(type=type_, category=category, message=message, reason=reason)


def _shape(provider: Object) -> list[Condition]:
    """Type, URL and settings as written."""
    spec = provider["spec"]
    if spec.get("type") not in TYPES:
        message = f"The `type` must be: [{' '.join(TYPES)}]"
        return [_condition("ProviderTypeNotSupported", CRITICAL, message, "NotSupported")]
    found = []
    url = str(spec.get("url") or "")
    if not url and spec["type"] != "openshift":
        found.append(_condition("UrlNotValid", CRITICAL, "The `url` is not valid.", "NotSet"))
    elif url and spec["type"] == "ova" and not is_nfs_path(url):
        found.append(_condition("UrlNotValid", CRITICAL, "The NFS path is malformed", "Malformed"))
    elif url and spec["type"] != "ova" and not _parses(url):
        found.append(_condition("UrlNotValid", CRITICAL, "The `url` is malformed.", "Malformed"))
    if (spec.get("settings") or {}).get("sdkEndpoint", "vcenter") not in ("vcenter", "esxi"):
        found.append(_condition("SettingsNotValid", CRITICAL, "The `sdkEndpoint` is not valid.", "NotSupported"))
    return found


def _parses(url: str) -> bool:
    try:
        endpoint(url)
    except ValueError:
        return False
    return True


def _secret_conditions(provider: Object, secret: Object | None) -> list[Condition]:
    spec = provider["spec"]
    if spec.get("type") == "openshift" and not spec.get("url"):
        return []
    message = "The `secret` is not valid."
    if not is_set(spec.get("secret")):
        return [_condition("SecretNotValid", CRITICAL, message, "NotSet")]
    if secret is None:
        return [_condition("SecretNotValid", CRITICAL, message, "NotFound")]
    lacking = missing(secret, *_KEYS.get(str(spec.get("type")), ()))
    if spec.get("type") == "ovirt" and not insecure(secret) and not authority(secret):
        lacking = (*lacking, "ca.crt")
    if lacking:
        bad = Condition(type="SecretNotValid", category=CRITICAL, message=message, reason="DataErr", items=lacking)
        return [bad]
    if insecure(secret) and spec.get("type") in _VERIFIED:
        text = "TLS is susceptible to machine-in-the-middle attacks when certificate verification is skipped."
        return [_condition("ConnectionInsecure", WARN, text, "SkipTLSVerification")]
    return []


def _failure(error: TestFailed) -> Condition:
    if error.rejected:
        return _condition("ConnectionAuthFailed", CRITICAL, f"Connection auth failed, error: {error}", "Tested")
    message = str(error) if isinstance(error, ServerStuck) else f"Connection test, failed: {error}"
    return _condition("ConnectionTestFailed", CRITICAL, message, "Tested")
