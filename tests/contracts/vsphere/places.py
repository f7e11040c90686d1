"""The vCenters that the vSphere adapter must get on with: the lab's, govmomi's simulator, or a real one."""

import json
import os
import shutil
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.kernel.tls import new_authority
from support.domain.access import SourceAccess
from support.domain.machine import OsFamily
from support.domain.names import MachineName
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from support.ports.guest import Login
from tests.harness.lab_process import lab_process

ROOT = Path(__file__).parents[3]
_TOOL = ROOT / ".tools" / "bin" / "vcsim"
VCSIM = str(_TOOL) if _TOOL.exists() else shutil.which("vcsim")
LAB_LUN = "naa.624a9370000000000000000000000021"
"""Of the lab's estate, on no datastore."""
REQUIRED = os.environ.get("REQUIRE_FOREIGN_CLIENTS") == "1"
"""Set by CI: there, a simulator that is missing is a failure and no reason to skip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One vCenter; `machine`, a Linux one, may be cloned freely and `guest` logs in to its guest.

    What it cannot do is a reason by name of the capability.
    """

    name: str
    access: SourceAccess
    machine: MachineName
    cannot: dict[str, str]
    guest: Login | None = None
    lun: str = ""
    """One that a raw disk of a clone may map."""


def access(url: str, user: str, password: str, *, verify: bool = True) -> SourceAccess:
    return SourceAccess(
        profile="contract",
        kind=ProviderKind.VSPHERE,
        version="8.0.3",
        url=url,
        username=user,
        password=Secret(password),
        verify=verify,
    )


def _linux(user: str, password: str) -> Login:
    return Login(user=user, password=Secret(password), family=OsFamily.LINUX)


@contextmanager
def the_lab(folder: Path) -> Iterator[Place]:
    with lab_process(folder, "--speed", "40"):
        profile = json.loads((folder / "providers.json").read_text())["vsphere"]
        yield Place(
            name="lab",
            access=access(profile["api_url"], profile["username"], profile["password"]),
            machine=MachineName("mtv-rhel8-warm-2disks2nics"),
            cannot={},
            lun=LAB_LUN,
            guest=_linux(profile["guest_vm_linux_user"], profile["guest_vm_linux_password"]),
        )


@contextmanager
def vcsim(folder: Path) -> Iterator[Place]:
    assert VCSIM is not None
    new_authority(folder)
    pem, announced = str(folder / "server.pem"), folder / "address"
    command = [VCSIM, "-l", "127.0.0.1:0", "-username", "judge", "-password", "stock-secret", "-ds", "3", "-vm", "2"]
    command += ["-tlscert", pem, "-tlskey", pem, "-E", "-", "-api-version", "8.0.3.0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition("GOVC_URL=")[2].split()[0]
        announced.write_text(url)
        yield Place(
            name="vcsim",
            access=access(url, "judge", "stock-secret"),
            machine=MachineName("DC0_C0_RP0_VM0"),
            cannot={
                "guest": "vcsim has no guests: tools never report a network",
                "guest operations": "vcsim runs programs of a guest in containers only, and here are none",
                "raw disks": "vcsim's datastores are no VMFS, and it checks no LUN (facts/sources.md 1.10)",
                "notes": "vcsim drops the annotation of a clone (facts/sources.md 1.10)",
                "layout": "vcsim's layout keeps the files of a disk that was taken off",
                "provisioning": "vcsim's clones keep the provisioning of their source, whatever the locator says",
            },
        )
        process.terminate()


@contextmanager
def real(url: str) -> Iterator[Place]:
    """VCENTER_URL=https://user:password@host:port/sdk; VCENTER_MACHINE names what may be cloned.

    VCENTER_GUEST=user:password is for its guest, VCENTER_LUN is a LUN that its clones may map.
    """
    parts = urllib.parse.urlsplit(url)
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    user, password = urllib.parse.unquote(parts.username or ""), urllib.parse.unquote(parts.password or "")
    verify = os.environ.get("VCENTER_INSECURE", "0") != "1"
    guest_user, given, guest_password = os.environ.get("VCENTER_GUEST", "").partition(":")
    lun, cannot = os.environ.get("VCENTER_LUN", ""), {}
    if not given:
        cannot["guest operations"] = "VCENTER_GUEST=user:password is not set"
    if not lun:
        cannot["raw disks"] = "VCENTER_LUN=naa.600a... is not set"
    yield Place(
        name="real",
        access=access(plain, user, password, verify=verify),
        machine=MachineName(os.environ["VCENTER_MACHINE"]),
        cannot=cannot,
        lun=lun,
        guest=_linux(guest_user, guest_password) if given else None,
    )
