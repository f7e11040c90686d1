"""What a guest learns when it boots for the first time: its name, its accounts, its addresses (cloud-init).

Cloud-init knows by an instance id whether it ran already. KubeVirt's is the machine's firmware uuid for NoCloud, which
moves with a machine, and `name.namespace` for a config drive, which does not (kubevirt/kubevirt, pkg/cloud-init).
"""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from lab.cluster.store import Object
from lab.kernel.service import Lab
from lab.virtualization.anatomy import name_of, namespace_of
from lab.virtualization.guest_view import nics_of
from lab.world.model import Guest, GuestAddress

_KINDS = ("cloudInitNoCloud", "cloudInitConfigDrive")
_HEADER, _DEFAULT_USER = "#cloud-config", "cloud-user"
_PREFIX = 24


def first_boot(lab: Lab, instance: Object, guest: Guest) -> None:
    """Nothing for a guest that has done it; an image without a machine id gets one however it is configured."""
    guest.machine_id = guest.machine_id or uuid4().hex
    disk = next(_disks(instance), None)
    if disk is None or guest.cloud_init == _instance_id(instance, disk):
        return
    guest.cloud_init = _instance_id(instance, disk)
    guest.hostname = str(instance["spec"].get("hostname") or name_of(instance))
    _Accounts(lab, guest).configure(_config(lab, instance, disk), _offered(lab, instance))
    _lease(lab, instance, guest)


def _disks(instance: Object) -> Iterator[Object]:
    for volume in instance["spec"].get("volumes") or []:
        yield from ({"kind": kind, **volume[kind]} for kind in _KINDS if kind in volume)


def _instance_id(instance: Object, disk: Object) -> str:
    if disk["kind"] == "cloudInitNoCloud":
        return str(instance["spec"]["domain"]["firmware"]["uuid"])
    return f"{name_of(instance)}.{namespace_of(instance)}"


def _config(lab: Lab, instance: Object, disk: Object) -> dict[str, Any]:
    """The user data, wherever it stands; a kind that the guest does not understand is counted."""
    import yaml  # only labs whose machines have user data pay for its import

    text = _text(lab, instance, disk)
    if text and not text.startswith(_HEADER):
        lab.requests.refused["cloud-init user data that is no cloud-config"] += 1
        return {}
    return yaml.safe_load(text) or {}


def _text(lab: Lab, instance: Object, disk: Object) -> str:
    if "userDataBase64" in disk:
        return b64decode(disk["userDataBase64"]).decode()
    if "secretRef" in disk:
        data = _secret(lab, instance, disk["secretRef"]["name"])
        return data.get("userdata") or data.get("userData") or ""
    return str(disk.get("userData") or "")


def _secret(lab: Lab, instance: Object, name: str) -> dict[str, str]:
    found = lab.store.get("Secret", namespace_of(instance), name) or Object()
    return {key: b64decode(value).decode() for key, value in (found.get("data") or {}).items()}


def _offered(lab: Lab, instance: Object) -> list[str]:
    """Public keys that KubeVirt puts into the meta data."""
    sources = [item.get("sshPublicKey") or {} for item in instance["spec"].get("accessCredentials") or []]
    passed = [item for item in sources if {"noCloud", "configDrive"} & set(item.get("propagationMethod") or {})]
    return [key for item in passed for key in _secret(lab, instance, item["source"]["secret"]["secretName"]).values()]


@dataclass(slots=True)
class _Accounts:
    """Users, passwords and keys of one guest."""

    lab: Lab
    guest: Guest

    def configure(self, config: dict[str, Any], offered: list[str]) -> None:
        """Keys without a user are the default user's, as are a password and what the meta data brings."""
        user = str(config.get("user") or _DEFAULT_USER)
        self._password(user, config.get("password"))
        self._allow(user, [*offered, *(config.get("ssh_authorized_keys") or [])])
        for other in config.get("users") or []:
            if isinstance(other, dict):
                self._password(str(other["name"]), other.get("plain_text_passwd"))
                self._allow(str(other["name"]), other.get("ssh_authorized_keys") or [])
        for name, password in _listed(config.get("chpasswd") or {}):
            self._password(name, password)

    def _password(self, user: str, password: object) -> None:
        if password is not None:
            self.guest.users[user] = str(password)

    def _allow(self, user: str, keys: list[str]) -> None:
        if keys:
            self.guest.keys[user] = (*self.guest.keys.get(user, ()), *keys)


def _listed(chpasswd: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Both forms: `users` with name and password, and the older `list` of `name:password`."""
    yield from ((str(item["name"]), str(item["password"])) for item in chpasswd.get("users") or [])
    old = chpasswd.get("list") or []
    for line in old.splitlines() if isinstance(old, str) else old:
        name, _, password = str(line).partition(":")
        yield name, password


def _lease(lab: Lab, instance: Object, guest: Guest) -> None:
    """A fresh guest asks for an address on every NIC; behind a masquerade it always gets the same one."""
    known = {item.mac.lower() for item in guest.addresses}
    for mac, binding in nics_of(instance["spec"]):
        if binding != "masquerade" and mac not in known:
            serial = lab.world.next_serial()
            address = f"192.168.{100 + serial // 250 % 100}.{2 + serial % 250}"
            guest.addresses.append(GuestAddress(mac=mac, address=address, prefix=_PREFIX))
