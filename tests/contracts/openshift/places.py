"""The clusters that the OpenShift source must get on with: the lab's, or a real one."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.domain.access import ClusterAccess
from support.domain.machine import OsFamily
from support.domain.secret import Secret
from support.ports.guest import Login
from tests.harness.lab_process import lab_process


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cluster, in which namespaces of our own are made, with a class for disks and a login for guests."""

    name: str
    access: ClusterAccess
    storage_class: str
    login: Login


@contextmanager
def the_lab(folder: Path) -> Iterator[Place]:
    with lab_process(folder, "--speed", "40"):
        profile = json.loads((folder / "providers.json").read_text())["vsphere"]
        user, password = profile["guest_vm_linux_user"], profile["guest_vm_linux_password"]
        yield Place(
            name="lab",
            access=ClusterAccess(kubeconfig=folder / "kubeconfig"),
            storage_class="lab-block",
            login=Login(user=user, password=Secret(password), family=OsFamily.LINUX),
        )


@contextmanager
def real(file: str) -> Iterator[Place]:
    """OPENSHIFT_SOURCE=FILE: a kubeconfig of the source cluster; OPENSHIFT_STORAGE_CLASS names the class of disks.

    The user of guests is made by the test itself.
    """
    yield Place(
        name="real",
        access=ClusterAccess(kubeconfig=Path(file), verify=os.environ.get("OPENSHIFT_INSECURE", "0") != "1"),
        storage_class=os.environ["OPENSHIFT_STORAGE_CLASS"],
        login=Login(user="contract", password=Secret("contract-test"), family=OsFamily.LINUX),
    )
