"""Whether MTV gets into the ESXi hosts with the key of a Provider (facts/forklift.md 1.1 and 4.4)."""

from base64 import b64decode
from collections.abc import Iterable, Iterator

from lab.cluster.store import Object
from lab.esxi.keys import is_ready
from lab.kernel.service import Lab
from lab.mtv.conditions import ADVISORY, WARN, Condition
from lab.mtv.ssh_keys import stem
from lab.virtualization.anatomy import namespace_of
from lab.world.consoles import Console

_BECAUSE = (
    "(checked because 'esxiCloneMethod' setting is set to 'ssh'). See the suggestion field in the Provider's YAML"
)
_FAILED = f"SSH readiness validation issue {_BECAUSE} for details."
_VALIDATED = f"SSH connectivity validated {_BECAUSE} for the list of available ESXi hosts."


def ssh_conditions(lab: Lab, provider: Object) -> Iterator[Condition]:
    """Only for the clone method ssh; nothing at all once every host of the inventory answers."""
    if (provider["spec"].get("settings") or {}).get("esxiCloneMethod") != "ssh":
        return
    blob = _blob(lab, provider)
    hosts = lab.world.consoles.values()
    ready, others = ([host for host in hosts if is_ready(host.keys, blob) is wanted] for wanted in (True, False))
    if not others:
        return
    reason = "SSHConnectivityFailed"
    yield Condition(type="SSHNotReady", category=WARN, reason=reason, message=_FAILED, items=_items(others))
    if ready:
        reason = "SSHConnectivityValidated"
        yield Condition(type="SSHReady", category=ADVISORY, reason=reason, message=_VALIDATED, items=_items(ready))


def _blob(lab: Lab, provider: Object) -> str:
    secret = lab.store.get("Secret", namespace_of(provider), f"{stem(provider)}-public")
    text = b64decode((secret or {}).get("data", {}).get("public-key", "")).decode()
    return text.split()[1] if len(text.split()) > 1 else ""


def _items(hosts: Iterable[Console]) -> tuple[str, ...]:
    return tuple(f"{host.host}|{host.name}|{host.address.partition(':')[0]}" for host in hosts)
