"""What the checks are called on a page for people who run nothing; logs, drills and settings keep the short names."""

from collections.abc import Mapping

PROMISES: Mapping[str, str] = {
    "failed step": "failed where expected",
    "power": "power state",
    "cpu": "CPU",
    "memory": "memory",
    "nics": "network cards",
    "disks": "disks",
    "data": "disk contents",
    "copy-offload": "copied as planned",
    "copied by the array": "copied by the array",
    "copied by the host": "copied by the host",
    "disk concerns": "warnings about disks",
    "raw disk warned": "warning about the raw disk",
    "independent disk warned": "warning about the independent disk",
    "disk names": "disk names",
    "target name": "machine name",
    "identity": "serial number",
    "firmware": "firmware",
    "guest agent": "guest agent",
    "ssh": "SSH login",
    "static ip": "static IP addresses",
    "placement": "chosen worker",
    "labels": "labels",
    "affinity": "affinity",
    "provider TLS": "certificate checking",
    "source power": "source switched off",
    "snapshots": "source snapshots",
    "source disks": "source disks",
    "residue": "nothing left behind",
}


def in_words(check: str) -> str:
    """A name that the table does not have is shown as it is."""
    return PROMISES.get(check, check)
