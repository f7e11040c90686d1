"""What a machine instance shows of its guest: interfaces, system, users, filesystems."""

from lab.cluster.store import Object
from lab.virtualization.attachments import interface_name
from lab.virtualization.quantities import parse
from lab.world.model import Guest, GuestAddress, RunningGuest
from lab.world.trees import Mount, tree_of

MASQUERADE_ADDRESS, MASQUERADE_GATEWAY = "10.0.2.2", "10.0.2.1"
_VERSIONS = {"2019": ("1809", "17763"), "2022": ("21H2", "20348")}


def nics_of(spec: Object) -> tuple[tuple[str, str], ...]:
    """(MAC, binding) in the order of the domain's interfaces."""
    interfaces = spec["domain"]["devices"].get("interfaces") or []
    return tuple((str(item.get("macAddress", "")).lower(), binding_of(item)) for item in interfaces)


def binding_of(interface: Object) -> str:
    known = ("masquerade", "bridge", "sriov", "slirp", "binding")
    return next((name for name in known if name in interface), "bridge")


def configured(guest: Guest, mac: str) -> GuestAddress | None:
    """The guest's network configuration for the NIC of this MAC."""
    return next((item for item in guest.addresses if item.mac.lower() == mac.lower()), None)


def effective(guest: Guest, mac: str, binding: str) -> GuestAddress | None:
    """The address the guest has now: a leased one behind a masquerade is always the same (facts 3.2)."""
    known = configured(guest, mac)
    if known is not None and known.static:
        return known
    if binding == "masquerade":
        return GuestAddress(
            mac=mac, address=MASQUERADE_ADDRESS, prefix=24, gateway=MASQUERADE_GATEWAY, dns=("172.30.0.10",)
        )
    return known


def reachable(running: RunningGuest, mac: str) -> bool:
    """A static address that was kept behind a masquerade has no connectivity (facts 3.2)."""
    binding = dict(running.nics).get(mac.lower(), "")
    known = configured(running.guest, mac)
    return not (binding == "masquerade" and known is not None and known.static)


def interfaces(spec: Object, pod_ip: str, guest: Guest | None) -> list[Object]:
    """`status.interfaces`: domain order with the pod network first; `guest` only while its agent talks."""
    networks = {item["name"]: item for item in spec.get("networks") or []}
    domain = spec["domain"]["devices"].get("interfaces") or []
    numbered = list(enumerate(domain))
    numbered.sort(key=lambda pair: "pod" not in networks.get(pair[1]["name"], {}))
    return [_interface(number, item, networks.get(item["name"], {}), pod_ip, guest) for number, item in numbered]


def _interface(number: int, item: Object, network: Object, pod_ip: str, guest: Guest | None) -> Object:
    mac, on_pod = str(item.get("macAddress", "")).lower(), "pod" in network
    sources = ["domain"] + ["guest-agent"] * (guest is not None) + ["multus-status"] * (not on_pod)
    shown: Object = {
        "name": item["name"],
        "mac": mac,
        "infoSource": ", ".join(sources),
        "queueCount": 1,
        "linkState": "up",
        "podInterfaceName": "eth0" if on_pod else interface_name(item["name"]),
    }
    address = pod_ip if on_pod else _reported(guest, mac, binding_of(item))
    if address:
        shown |= {"ipAddress": address, "ipAddresses": [address]}
    if guest is not None:
        shown["interfaceName"] = device_name(guest, number)
    return shown


def _reported(guest: Guest | None, mac: str, binding: str) -> str:
    known = effective(guest, mac, binding) if guest is not None else None
    return known.address if known is not None else ""


def device_name(guest: Guest, number: int) -> str:
    """Name of a NIC on the new virtual hardware."""
    if guest.family == "windows":
        return "Ethernet" if number == 0 else f"Ethernet {number + 1}"
    return f"enp{number + 1}s0"


def system(guest: Guest) -> Object:
    """`status.guestOSInfo`."""
    if guest.family == "windows":
        _, build = _VERSIONS.get(guest.version, ("", "17763"))
        return {
            "id": "mswindows",
            "name": "Microsoft Windows",
            "prettyName": f"Windows Server {guest.version} Standard",
            "version": f"Microsoft Windows Server {guest.version}",
            "versionId": guest.version,
            "kernelRelease": build,
            "kernelVersion": "10.0",
            "machine": "x86_64",
        }
    major = guest.version.partition(".")[0]
    return {
        "id": guest.os_id,
        "name": "Red Hat Enterprise Linux",
        "prettyName": f"Red Hat Enterprise Linux {guest.version}",
        "version": guest.version,
        "versionId": guest.version,
        "kernelRelease": kernel(guest),
        "kernelVersion": "#1 SMP",
        "machine": "x86_64",
        "variantId": "" if major != "8" else "server",
    }


def kernel(guest: Guest) -> str:
    return "4.18.0-553.el8_10.x86_64" if guest.version.startswith("8") else "5.14.0-570.el9_6.x86_64"


def filesystems(running: RunningGuest) -> list[Object]:
    """One filesystem per mounted disk, as the agent would list them."""
    tree = tree_of(running.guest, running.volumes, running.boot)
    return [_filesystem(running.guest, mount) for mount in tree.mounts if mount.point]


def _filesystem(guest: Guest, mount: Mount) -> Object:
    windows = guest.family == "windows"
    return {
        "diskName": f"{mount.point}\\" if windows else f"vd{chr(ord('a') + mount.number)}1",
        "mountPoint": f"{mount.point}\\" if windows else mount.point,
        "fileSystemType": "NTFS" if windows else "xfs",
        "usedBytes": mount.media.size // 5,
        "totalBytes": mount.media.size,
    }


def memory_of(spec: Object) -> int:
    """Bytes of guest memory."""
    return parse((spec["domain"].get("memory") or {}).get("guest", "1Gi"))
