"""The engines that the oVirt adapter must get on with: the lab's, or a real one."""

import json
import os
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.domain.access import SourceAccess
from support.domain.names import MachineName
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from tests.harness.lab_process import lab_process


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One engine; `template` may be cloned freely, and its guest has an agent."""

    name: str
    access: SourceAccess
    template: MachineName


def access(url: str, user: str, password: str, data_center: str, *, verify: bool = True) -> SourceAccess:
    return SourceAccess(
        profile="contract",
        kind=ProviderKind.OVIRT,
        version="4.5",
        url=url,
        username=user,
        password=Secret(password),
        verify=verify,
        data_center=data_center,
    )


@contextmanager
def the_lab(folder: Path) -> Iterator[Place]:
    with lab_process(folder, "--speed", "40"):
        profile = json.loads((folder / "providers.json").read_text())["ovirt"]
        yield Place(
            name="lab",
            access=access(profile["api_url"], profile["username"], profile["password"], "MTV-CNV"),
            template=MachineName("mtv-rhel8-warm-2disks2nics"),
        )


@contextmanager
def real(url: str) -> Iterator[Place]:
    """OVIRT_URL=https://user:password@host/ovirt-engine/api; OVIRT_TEMPLATE names what may be cloned.

    A user's `@` may be written as it is. OVIRT_DATA_CENTER and OVIRT_INSECURE=1 are as in a profile and a setting.
    """
    parts = urllib.parse.urlsplit(url)
    login, _, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    yield Place(
        name="real",
        access=access(
            parts._replace(netloc=place).geturl(),
            urllib.parse.unquote(user),
            urllib.parse.unquote(password),
            os.environ.get("OVIRT_DATA_CENTER", "MTV-CNV"),
            verify=os.environ.get("OVIRT_INSECURE", "0") != "1",
        ),
        template=MachineName(os.environ["OVIRT_TEMPLATE"]),
    )
