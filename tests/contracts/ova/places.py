"""The shares that the OVA adapter must get on with, by way of an MTV that reads them: the lab's, or a real one."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.domain.access import ClusterAccess, SourceAccess
from support.domain.names import MachineName
from support.domain.secret import Secret
from support.domain.source import ProviderKind
from tests.harness.lab_process import lab_process

_ROLE_DEFAULT = "1nisim-rhel9-efi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cluster with MTV, and a share that it can mount with an appliance on it."""

    cluster: ClusterAccess
    access: SourceAccess
    mtv_namespace: str
    appliance: MachineName


def access(url: str) -> SourceAccess:
    return SourceAccess(
        profile="contract", kind=ProviderKind.OVA, version="", url=url, username="", password=Secret("")
    )


@contextmanager
def the_lab(folder: Path) -> Iterator[Place]:
    with lab_process(folder, "--speed", "40"):
        profile = json.loads((folder / "providers.json").read_text())["ova"]
        yield Place(
            cluster=ClusterAccess(kubeconfig=folder / "kubeconfig"),
            access=access(profile["api_url"]),
            mtv_namespace="openshift-mtv",
            appliance=MachineName(_ROLE_DEFAULT),
        )


@contextmanager
def real(url: str) -> Iterator[Place]:
    """OVA_URL=host:/path; OVA_KUBECONFIG is of a cluster with MTV, OVA_APPLIANCE names what is on the share."""
    yield Place(
        cluster=ClusterAccess(kubeconfig=Path(os.environ["OVA_KUBECONFIG"])),
        access=access(url),
        mtv_namespace=os.environ.get("OVA_MTV_NAMESPACE", "openshift-mtv"),
        appliance=MachineName(os.environ.get("OVA_APPLIANCE", _ROLE_DEFAULT)),
    )
