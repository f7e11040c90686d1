"""The clouds that the OpenStack adapter must get on with: the lab's, or a real one."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.domain.access import CloudScope, SourceAccess
from support.domain.names import MachineName
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from tests.harness.lab_process import lab_process


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cloud; `machine`, a server on volumes that is off, may be cloned freely, and `image` be booted.

    What it cannot do is a reason by name of the capability.
    """

    name: str
    access: SourceAccess
    machine: MachineName
    image: str = ""
    cannot: dict[str, str] = field(default_factory=dict)


def access(profile: dict[str, Any], *, verify: bool = True) -> SourceAccess:
    """As loading a profile makes it."""
    return SourceAccess(
        profile="contract",
        kind=ProviderKind.OPENSTACK,
        version=profile.get("version", ""),
        url=profile["api_url"],
        username=profile["username"],
        password=Secret(profile["password"]),
        verify=verify,
        cloud=CloudScope(
            project_name=profile["project_name"],
            region_name=profile["region_name"],
            user_domain_name=profile["user_domain_name"],
            user_domain_id=profile.get("user_domain_id") or None,
            project_domain_id=profile.get("project_domain_id") or None,
        ),
    )


@contextmanager
def the_lab(folder: Path) -> Iterator[Place]:
    with lab_process(folder, "--speed", "40"):
        profile = json.loads((folder / "providers.json").read_text())["openstack"]
        yield Place(
            name="lab", access=access(profile), machine=MachineName("mtv-rhel8-warm-2disks2nics"), image="rhel-8.10"
        )


@contextmanager
def real(file: str) -> Iterator[Place]:
    """OPENSTACK_CLOUD=FILE: a providers file whose entry `openstack` is used; OPENSTACK_MACHINE may be cloned.

    OPENSTACK_IMAGE names an image that the machine's flavor can boot.
    """
    profile = json.loads(Path(file).read_text())["openstack"]
    verify = os.environ.get("OPENSTACK_INSECURE", "0") != "1"
    image = os.environ.get("OPENSTACK_IMAGE", "")
    yield Place(
        name="real",
        access=access(profile, verify=verify),
        machine=MachineName(os.environ["OPENSTACK_MACHINE"]),
        image=image,
        cannot={} if image else {"image": "OPENSTACK_IMAGE is not set"},
    )
